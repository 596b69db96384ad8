"""Watching that alerts arrive: a word of each edition to a mailbox, and alarms when none does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, cast, select
from sqlalchemy.dialects import postgresql, sqlite

from osac_share.accounts.models import Person
from osac_share.councils.policy import ADMIN
from osac_share.delivery.models import MAIL, WAITING, Alarm, Delivery
from osac_share.delivery.policy import URGENCY
from osac_share.delivery.policy.watching import WATCH, WORDS
from osac_share.delivery.queries.watching import (
    Trouble,
    is_working,
    raised_alarms,
    silent_editions,
)
from osac_share.letters import actions as letters
from osac_share.reports.models import Edition

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def watch(session: Session, *, at: datetime) -> int:
    """Raise an alarm for each alert that reaches nobody, end those that are over; return how many.

    Nothing is raised while work is being done, however much there is of it.
    """
    silent = silent_editions(session, at=at)
    on = {Trouble(alarm.edition_id, alarm.kind): alarm for alarm, _ in raised_alarms(session)}
    over = [alarm for trouble, alarm in on.items() if trouble not in silent]
    for alarm in over:
        alarm.cleared_at = at
        _tell(session, "alarm_over", alarm, at)
    new = sorted(silent - on.keys())
    if not new or is_working(session, at=at):
        return len(over)
    for trouble in new:
        _raise(session, trouble, at)
    return len(over) + len(new)


def tell_watch(session: Session, edition_id: int, address: str, *, at: datetime) -> None:
    """Write the ledger row of the word that an edition was published; twice makes one.

    Whoever watches the mailbox is a person without any right and cannot sign in. They are told
    the number and the time, and nothing else.
    """
    edition = session.get_one(Edition, edition_id)
    row = {
        "edition_id": edition_id,
        "person_id": _watcher(session, address, at).id,
        "channel": MAIL,
        "purpose": WATCH,
        "state": WAITING,
        "urgency": URGENCY[edition.severity],
        "matched_at": at,
        "available_at": at,
        "attempts": 0,
        "fence": 0,
    }
    insert = _INSERTS[session.connection().dialect.name]
    session.execute(insert(Delivery).values(row).on_conflict_do_nothing())


def _watcher(session: Session, address: str, at: datetime) -> Person:
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = Person(email=address, name="Watch", password_hash="", created_at=at)
        person.suspended_at = at
        session.add(person)
        session.flush()
    return person


def _raise(session: Session, trouble: Trouble, at: datetime) -> None:
    same = select(Alarm).where(Alarm.edition_id == trouble.edition_id, Alarm.kind == trouble.kind)
    alarm = session.scalar(same.with_for_update())
    if alarm is None:
        alarm = Alarm(edition_id=trouble.edition_id, kind=trouble.kind, words=WORDS[trouble.kind])
        session.add(alarm)
    alarm.raised_at, alarm.cleared_at = at, None
    session.flush()
    logger.error("alarm: edition %s: %s", trouble.edition_id, alarm.words)
    _tell(session, "alarm", alarm, at)


def _tell(session: Session, purpose: str, alarm: Alarm, at: datetime) -> None:
    edition = session.get_one(Edition, alarm.edition_id)
    for admin in _admins(session):
        letters.write(
            session,
            purpose,
            to=admin.email,
            at=at,
            person_id=admin.id,
            report=edition.report.public_id,
            edition=str(edition.number),
            published=edition.published_at or at,
            what=alarm.words,
        )


def _admins(session: Session) -> Sequence[Person]:
    # Roles are a list in a column, and staff are few.
    named = select(Person).where(
        Person.suspended_at.is_(None), cast(Person.staff_roles, String).contains(ADMIN)
    )
    return [person for person in session.scalars(named) if ADMIN in person.staff_roles]
