"""Watching that alerts arrive: a word of each edition to a mailbox, and alarms when none does."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from osac_share.accounts.models import Person
from osac_share.accounts.queries import staff_with
from osac_share.councils.policy import ADMIN
from osac_share.delivery.actions.calling import call
from osac_share.delivery.models import Alarm
from osac_share.delivery.policy.watching import WATCH, WORDS
from osac_share.delivery.queries.watching import (
    Trouble,
    held_back,
    is_working,
    raised_alarms,
    silent_editions,
)
from osac_share.kernel.db import insert_or_leave
from osac_share.letters import actions as letters
from osac_share.reports.models import Edition

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)


def watch(session: Session, *, at: datetime, is_held: bool = False) -> int:
    """Raise an alarm for each alert that reaches nobody, end those that are over; return how many.

    Nothing is raised while work is being done, however much there is of it.

    Args:
        session: the session of the round.
        at: now, in UTC.
        is_held: nothing but emergencies is sent just now: that is no trouble of all the others.

    """
    silent = silent_editions(session, at=at)
    on = {Trouble(alarm.edition_id, alarm.kind): alarm for alarm, _ in raised_alarms(session)}
    over = [alarm for trouble, alarm in on.items() if trouble not in silent]
    done = sum(_end(session, alarm, at) for alarm in over)
    new = silent - on.keys()
    if is_held:
        new -= held_back(session, new)
    if not new or is_working(session, at=at):
        return done
    return done + sum(_raise(session, trouble, at) for trouble in sorted(new))


def tell_watch(session: Session, edition_id: int, address: str, *, at: datetime) -> None:
    """Write the ledger row of the word that an edition was published; twice makes one.

    Whoever watches the mailbox is a person without any right and cannot sign in. They are told
    the number and the time, and nothing else.
    """
    edition = session.get_one(Edition, edition_id)
    call(session, edition, WATCH, [_watcher(session, address, at).id], at)


def _watcher(session: Session, address: str, at: datetime) -> Person:
    person = session.scalar(select(Person).where(Person.email == address))
    if person is None:
        person = Person(email=address, name="Watch", password_hash="", created_at=at)
        person.suspended_at = at
        session.add(person)
        session.flush()
    return person


def _end(session: Session, alarm: Alarm, at: datetime) -> bool:
    """End an alarm, and say so, unless another worker was faster."""
    ended = session.scalar(
        update(Alarm)
        .where(Alarm.id == alarm.id, Alarm.cleared_at.is_(None))
        .values(cleared_at=at)
        .returning(Alarm.id)
        .execution_options(synchronize_session=False)
    )
    if ended is None:
        return False
    _tell(session, "alarm_over", alarm, at)
    return True


def _raise(session: Session, trouble: Trouble, at: datetime) -> bool:
    """Raise an alarm, and say so, unless another worker was faster."""
    row = {**trouble._asdict(), "raised_at": at, "words": WORDS[trouble.kind]}
    begun = insert_or_leave(session, Alarm).values(row).returning(Alarm.id)
    renewed = (
        update(Alarm)
        .where(Alarm.edition_id == trouble.edition_id, Alarm.kind == trouble.kind)
        .where(Alarm.cleared_at.is_not(None))
        .values(raised_at=at, cleared_at=None)
        .returning(Alarm.id)
        .execution_options(synchronize_session=False)
    )
    raised = session.scalar(begun) or session.scalar(renewed)
    if raised is None:
        return False
    alarm = session.get_one(Alarm, raised, populate_existing=True)
    logger.error("alarm: edition %s: %s", trouble.edition_id, alarm.words)
    _tell(session, "alarm", alarm, at)
    return True


def _tell(session: Session, purpose: str, alarm: Alarm, at: datetime) -> None:
    edition = session.get_one(Edition, alarm.edition_id)
    for admin in staff_with(session, ADMIN):
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
