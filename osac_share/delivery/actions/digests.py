"""Making digests of what was held: at the reader's hour, and when a burst is over."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from osac_share.accounts.models import Person
from osac_share.delivery.models import BURST, CAP, DAILY, HELD, WAITING, Delivery, Digest
from osac_share.delivery.policy.brakes import room_today
from osac_share.delivery.policy.digests import burst_period, cap_period, caught_up, period_of
from osac_share.delivery.queries.brakes import mails_today
from osac_share.delivery.queries.digests import (
    due_readers,
    had_already,
    ripe_bursts,
    ripe_overflows,
    with_something_held,
)
from osac_share.kernel.crashpoints import crashpoint
from osac_share.reports.models import Edition, Report
from osac_share.subscriptions.policy import next_daily, next_weekly
from osac_share.subscriptions.queries import zone_of_reader

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from osac_share.subscriptions.models import ReadingHours

READERS_AT_ONCE = 200
"""For so many readers digests are made in one transaction."""


def make_digests(session: Session, pace: str, *, at: datetime, limit: int = READERS_AT_ONCE) -> int:
    """Make the digests of up to `limit` readers whose hour has come; return how many they are.

    For whom nothing is held, nothing is made. Their next hour is the first that is still to
    come: however many were missed, one digest makes up for them. A period is had once, even
    if the hour or the zone was changed since; what is held then waits for the next.

    Args:
        session: the session of the round.
        pace: `DAILY` or `WEEKLY`.
        at: now, in UTC.
        limit: the most readers to take.

    """
    readers = due_readers(session, pace, at=at, limit=limit)
    if not readers:
        return 0
    zones = zone_of_reader(session, [one.person_id for one in readers], at)
    occasions = {one.person_id: _turn(one, pace, zones[one.person_id], at=at) for one in readers}
    people = with_something_held(session, pace, occasions, at=at) - had_already(session, occasions)
    is_meant = (Delivery.held_for == pace) & (Delivery.matched_at <= at)
    _begin(session, {person: occasions[person] for person in people}, is_meant, at=at)
    return len(readers)


def _turn(hours: ReadingHours, pace: str, zone: str, *, at: datetime) -> str:
    """Move a reader's next hour beyond now, and return the period of the one that has come."""

    def following(moment: datetime) -> datetime:
        if pace == DAILY:
            return next_daily(moment, zone, hours.digest_hour)
        return next_weekly(moment, zone, hours.digest_weekday, hours.digest_hour)

    due = hours.next_daily_at if pace == DAILY else hours.next_weekly_at
    latest, later = caught_up(due or at, following, at)
    if pace == DAILY:
        hours.next_daily_at = later
    else:
        hours.next_weekly_at = later
    return period_of(pace, latest, zone)


def roll_up_bursts(session: Session, *, at: datetime, limit: int = READERS_AT_ONCE) -> int:
    """Make one digest for each person and council of what a flood held back; return how many.

    It is made when nothing has been added for a while, or when it has waited long enough. For
    whoever has had enough mails today, it stays held, with all else that is too much.
    """
    held = _mine(session, {person for person, _ in ripe_bursts(session, at=at, limit=limit)})
    if not held:
        return 0
    mails = mails_today(session, held, at=at)
    councils: defaultdict[int | None, dict[int, str]] = defaultdict(dict)
    too_many: defaultdict[int | None, set[int]] = defaultdict(set)
    for person, council in ripe_bursts(session, at=at, limit=limit):
        if person in held and room_today(mails[person]):
            councils[council][person] = burst_period(council, at)
            mails[person] += 1
        elif person in held:
            too_many[council].add(person)
    for council, occasions in councils.items():
        _begin(session, occasions, _of_burst(council), at=at)
    for council, people in too_many.items():
        session.execute(
            update(Delivery)
            .where(Delivery.state == HELD, Delivery.digest_id.is_(None), _of_burst(council))
            .where(Delivery.person_id.in_(people))
            .values(held_for=CAP)
            .execution_options(synchronize_session=False)
        )
    return sum(map(len, councils.values()))


def roll_up_overflows(session: Session, *, at: datetime, limit: int = READERS_AT_ONCE) -> int:
    """Make one digest for each person of what was too much for them; return how many.

    It tells of all that is held, of whichever councils, and the next one is some hours later.
    """
    held = _mine(session, ripe_overflows(session, at=at, limit=limit))
    again = set(ripe_overflows(session, at=at, limit=limit)) if held else set()
    occasions = dict.fromkeys(held & again, cap_period(at))
    _begin(session, occasions, Delivery.held_for == CAP, at=at)
    return len(occasions)


def _mine(session: Session, people: Collection[int]) -> set[int]:
    """Lock these people, and return those whom no other worker holds.

    Of two workers the second finds nothing left: it passes over people that the first holds.
    Whoever is returned is to be asked about anew.
    """
    if not people:
        return set()
    question = select(Person.id).where(Person.id.in_(people))
    return set(session.scalars(question.with_for_update(skip_locked=True, key_share=True)))


def _of_burst(council_id: int | None) -> ColumnElement[bool]:
    theirs = select(Edition.id).join(Report, Edition.report_id == Report.id)
    theirs = theirs.where(Report.council_id.is_not_distinct_from(council_id))
    return (Delivery.held_for == BURST) & Delivery.edition_id.in_(theirs)


def _begin(
    session: Session,
    occasions: Mapping[int, str],
    is_meant: ColumnElement[bool],
    *,
    at: datetime,
) -> None:
    """Make each person's digest of a period, and let it take up what is meant for it."""
    if not occasions:
        return
    digests = [
        Digest(person_id=person, period=period, state=WAITING, available_at=at, created_at=at)
        for person, period in occasions.items()
    ]
    session.add_all(digests)
    session.flush()
    taken_by = (
        select(Digest.id)
        .where(Digest.person_id == Delivery.person_id)
        .where(Digest.id.in_([one.id for one in digests]))
        .scalar_subquery()
    )
    session.execute(
        update(Delivery)
        .where(Delivery.state == HELD, Delivery.digest_id.is_(None), is_meant)
        .where(Delivery.person_id.in_(occasions))
        .values(digest_id=taken_by)
        .execution_options(synchronize_session=False)
    )
    crashpoint("digests_made")
