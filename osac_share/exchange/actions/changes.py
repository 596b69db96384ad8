"""Writing the stream of changes. Nothing here commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.exchange import queries
from osac_share.exchange.models import ENDED, PUBLISHED, UPDATED, WITHDRAWN, Change
from osac_share.reports import models as reports

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

STREAM = 0x05AE
"""The name, a number, of the lock that whoever writes to the stream holds on PostgreSQL."""

_STEP = timedelta(microseconds=1)
"""How much later at least than all before is what becomes readable next."""


def follow(session: Session, report_ids: Collection[int], *, at: datetime) -> None:
    """Bring the stream up to date about these reports. Doing it again changes nothing.

    Of reports that are written here every edition is a change; of those that came in a file,
    with their whole history at once, the one that holds. A report that expired and was updated
    before this ran is told of as updated only.

    Args:
        session: the session of a transaction in which little else happens: until it is
            committed, nobody else writes to the stream.
        report_ids: what something happened to.
        at: now, in UTC.

    """
    _take_turn(session)
    last = queries.last_moment(session)
    # Whoever asks for what came after the last moment that they know must miss nothing.
    moment = at if last is None else max(at, last + _STEP)
    known = queries.followed(session, report_ids)
    for row in queries.untold_editions(session, report_ids):
        kind = _kind_of(row.outcome, is_known=row.report_id in known)
        known.add(row.report_id)
        _note(session, row.report_id, row.edition_id, kind, at=moment)
    for row in queries.untold_ends(session, report_ids):
        _note(session, row.report_id, row.edition_id, ENDED, at=moment)


def _take_turn(session: Session) -> None:
    # A number is drawn before its row is committed: without a lock, a smaller one could appear
    # behind somebody who has read on. SQLite has one writer anyway.
    if session.connection().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(STREAM)))


def _kind_of(outcome: str, *, is_known: bool) -> str:
    if outcome == reports.WITHDRAWN:
        return WITHDRAWN
    if outcome in reports.CLOSING:
        return ENDED
    return UPDATED if is_known else PUBLISHED


def _note(session: Session, report_id: int, edition_id: int, kind: str, *, at: datetime) -> None:
    session.add(Change(report_id=report_id, edition_id=edition_id, kind=kind, at=at))
