"""Choosing when to read, and keeping the hour of the next digest true. None of these commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.accounts.models import Person
from osac_share.audit.actions import record
from osac_share.subscriptions import policy, queries
from osac_share.subscriptions.actions.turns import take_turns
from osac_share.subscriptions.models import ReadingHours

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody wants to read: an hour, a weekday (0 is Monday), and the minutes of quiet."""

    digest_hour: int
    digest_weekday: int
    quiet_from: int | None = None
    quiet_until: int | None = None


def choose_hours(
    session: Session, hours: Hours, *, zone: str, by: Actor, at: datetime
) -> ReadingHours:
    """Keep when somebody reads and by which clock; the next digests come at the new hour.

    Args:
        session: the session of the act.
        hours: what they chose.
        zone: the IANA name of their own time zone.
        by: whose hours these are.
        at: when, in UTC.

    """
    person = session.get_one(Person, by.id)
    take_turns(session, person.id)
    person.time_zone = zone
    kept = ensure_hours(session, person.id, at=at)
    kept.digest_hour, kept.digest_weekday = hours.digest_hour, hours.digest_weekday
    kept.quiet_from, kept.quiet_until = hours.quiet_from, hours.quiet_until
    settle_hours(session, person.id, at=at)
    record(
        session,
        "reading_hours.choose",
        by=by.name_in_record,
        at=at,
        object_kind="person",
        object_id=person.public_id,
    )
    return kept


def ensure_hours(session: Session, person_id: int, *, at: datetime) -> ReadingHours:
    """Return somebody's reading hours, the usual ones if they have never chosen any."""
    kept = queries.find_hours(session, person_id)
    if kept is None:
        kept = ReadingHours(person_id=person_id, digest_hour=7, digest_weekday=0)
        session.add(kept)
        session.flush()
        settle_hours(session, person_id, at=at)
    return kept


def settle_hours(session: Session, person_id: int, *, at: datetime) -> None:
    """Set when somebody's next digests are due by the clock by which they live now.

    Whoever has chosen no hours gets no digest, and nothing changes.
    """
    hours = queries.find_hours(session, person_id)
    if hours is None:
        return
    hours.next_daily_at, hours.next_weekly_at = _due(session, hours, at)
    session.flush()


def settle_silent_travellers(session: Session, *, at: datetime) -> None:
    """Let the clock change, too, for those who stopped the mail of a trip that begins or ends.

    A digest that is due is left to be made first.
    """
    for hours in queries.hours_of_silent_travellers(session, at=at):
        kept = hours.next_daily_at, hours.next_weekly_at
        if all(one is not None and one > at for one in kept) and kept != _due(session, hours, at):
            settle_hours(session, hours.person_id, at=at)


def _due(session: Session, hours: ReadingHours, at: datetime) -> tuple[datetime, datetime]:
    zone = queries.zone_of_reader(session, [hours.person_id], at)[hours.person_id]
    daily = policy.next_daily(at, zone, hours.digest_hour)
    return daily, policy.next_weekly(at, zone, hours.digest_weekday, hours.digest_hour)
