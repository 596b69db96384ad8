"""Calling those who do the council's work: who reviews, who wrote, who looks again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.accounts.queries import staff_with
from osac_share.councils.policy import ANALYST, PUBLISHING
from osac_share.councils.queries import holders
from osac_share.delivery.models import MAIL, WAITING, Delivery
from osac_share.delivery.policy import EXPIRY, OVERDUE, REVIEW, SECOND_LOOK, URGENCY
from osac_share.kernel.db import insert_or_leave
from osac_share.reports.models import Edition

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session


def call_reviewers(session: Session, edition_id: int, lock: int, *, at: datetime) -> int:
    """Tell those who may decide about a draft that it waits.

    Args:
        session: the session of the reaction.
        edition_id: the draft.
        lock: that of the draft when it was handed in: they are told once for each time.
        at: now, in UTC.

    """
    edition = session.get_one(Edition, edition_id)
    return call(session, edition, f"{REVIEW}/{lock}", _reviewers(session, edition, at), at)


def call_authors(
    session: Session, edition_id: int, lock: int, decision: str, *, at: datetime
) -> int:
    """Tell the authors of a draft, once for each time, what somebody decided about it."""
    edition = session.get_one(Edition, edition_id)
    return call(session, edition, f"{decision}/{lock}", edition.authors, at)


def call_for_second_look(session: Session, edition_id: int, *, at: datetime) -> int:
    """Tell those who may give the second look that an emergency publication owes it."""
    edition = session.get_one(Edition, edition_id)
    if edition.second_look_due_at is None:
        return 0
    return call(session, edition, SECOND_LOOK, _reviewers(session, edition, at), at)


def call_about_overdue_look(session: Session, edition: Edition, *, at: datetime) -> int:
    """Tell them again, and once only, when nobody has looked in time."""
    return call(session, edition, OVERDUE, _reviewers(session, edition, at), at)


def call_about_expiry(session: Session, edition: Edition, *, at: datetime) -> int:
    """Tell the authors of an edition, once, that its time runs out."""
    return call(session, edition, EXPIRY, edition.authors, at)


def _reviewers(session: Session, edition: Edition, at: datetime) -> list[int]:
    council_id = edition.report.council_id
    seated = [] if council_id is None else holders(session, council_id, PUBLISHING, at=at)
    people = [person.id for _seat, person in seated]
    people += [person.id for person in staff_with(session, ANALYST)]
    return [one for one in dict.fromkeys(people) if one not in edition.authors]


def call(
    session: Session, edition: Edition, purpose: str, people: Iterable[int], at: datetime
) -> int:
    """Write the ledger rows of mail for some purpose other than reading; twice makes one of each.

    Returns:
        how many are new.

    """
    rows = [
        {
            "edition_id": edition.id,
            "person_id": person_id,
            "channel": MAIL,
            "purpose": purpose,
            "state": WAITING,
            "urgency": URGENCY[edition.severity],
            "matched_at": at,
            "available_at": at,
            "attempts": 0,
            "fence": 0,
        }
        for person_id in people
    ]
    if not rows:
        return 0
    written = session.connection().execute(
        insert_or_leave(session, Delivery).values(rows),
        execution_options={"preserve_rowcount": True},
    )
    return written.rowcount
