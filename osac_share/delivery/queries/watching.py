"""Which alerts reach nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, func, or_, select

from osac_share.delivery.models import (
    ACCEPTED,
    FAILED,
    SENDING,
    TO_READ,
    WAITING,
    Alarm,
    Delivery,
    Digest,
)
from osac_share.delivery.policy import EMERGENCY
from osac_share.delivery.policy.watching import (
    GRAVE,
    SILENT,
    SILENT_AFTER,
    UNMATCHED,
    WATCHED_FOR,
    is_moving,
)
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports.events import EditionPublished
from osac_share.reports.models import PUBLISHED, Edition, Report

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


class Trouble(NamedTuple):
    """An edition of which nobody has heard who should have, and in what way."""

    edition_id: int
    kind: str


def silent_editions(session: Session, *, at: datetime) -> set[Trouble]:
    """Return the grave editions that nobody was told of in time, whether or not work is done."""
    stuck = session.scalars(
        select(OutboxRow.payload).where(
            OutboxRow.kind == EditionPublished.__name__,
            OutboxRow.done_at.is_(None),
            OutboxRow.recorded_at <= at - SILENT_AFTER,
        )
    )
    ids = {payload["edition_id"] for payload in stuck}
    unmatched = session.scalars(_grave(at).where(Edition.id.in_(ids))) if ids else ()
    of_it = (Delivery.edition_id == Edition.id, Delivery.purpose == TO_READ)
    due = exists().where(
        *of_it,
        Delivery.state.in_((WAITING, SENDING, FAILED)),
        Delivery.held_for.is_(None),
        Delivery.matched_at <= at - SILENT_AFTER,
    )
    told = exists().where(*of_it, Delivery.state == ACCEPTED)
    silent = session.scalars(_grave(at).where(~told, due))
    return {
        *(Trouble(edition_id, UNMATCHED) for edition_id in unmatched),
        *(Trouble(edition_id, SILENT) for edition_id in silent),
    }


def held_back(session: Session, troubles: Collection[Trouble]) -> set[Trouble]:
    """Return those of these troubles that are none while all but emergencies is held."""
    held = select(Edition.id).where(
        Edition.id.in_({one.edition_id for one in troubles}), Edition.severity != EMERGENCY
    )
    return {Trouble(edition_id, SILENT) for edition_id in session.scalars(held)}


def is_working(session: Session, *, at: datetime) -> bool:
    """Tell whether anything has been delivered, or found out, in the last minute."""
    delivered = select(func.max(Delivery.accepted_at)).where(Delivery.state == ACCEPTED)
    last = (
        session.scalar(delivered),
        session.scalar(select(func.max(Digest.accepted_at))),
        session.scalar(select(func.max(OutboxRow.done_at))),
    )
    return any(is_moving(moment, at) for moment in last)


def raised_alarms(session: Session) -> Sequence[tuple[Alarm, Edition]]:
    """Return the alarms that are on, the oldest first, with their editions."""
    question = (
        select(Alarm, Edition)
        .join(Edition, Edition.id == Alarm.edition_id)
        .where(Alarm.cleared_at.is_(None))
        .order_by(Alarm.raised_at, Alarm.id)
    )
    return [(alarm, edition) for alarm, edition in session.execute(question)]


def _grave(at: datetime) -> Select[int]:
    return (
        select(Edition.id)
        .join(Report, Report.id == Edition.report_id)
        .where(Edition.published_at > at - WATCHED_FOR, Edition.is_major.is_(True))
        .where(Edition.severity.in_(GRAVE))
        .where(or_(Report.state == PUBLISHED, Edition.id == Report.current_edition_id))
    )
