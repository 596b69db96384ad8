"""When somebody reads, and by which clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select

from osac_share.accounts.models import Person
from osac_share.subscriptions.models import TRIP, ReadingHours, Subscription, Trip
from osac_share.subscriptions.policy import FORGET_AFTER

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def zone_of_reader(session: Session, person_ids: Collection[int], at: datetime) -> dict[int, str]:
    """Return the time zone by which each of these people lives at `at`, by person id.

    It is that of the trip that is on, of several the one that began last, else their own.
    """
    own = select(Person.id, Person.time_zone).where(Person.id.in_(person_ids))
    away = (
        select(Trip.person_id, Trip.time_zone)
        .where(Trip.person_id.in_(person_ids), Trip.kind == TRIP)
        .where(Trip.starts_at <= at, Trip.ends_at > at, Trip.forgotten_at.is_(None))
        .order_by(Trip.starts_at, Trip.id)
    )
    zones = {row[0]: row[1] for row in session.execute(own)}
    return zones | {row[0]: row[1] for row in session.execute(away)}


def find_hours(session: Session, person_id: int) -> ReadingHours | None:
    """Return somebody's reading hours, or None while they have chosen none."""
    return session.get(ReadingHours, person_id)


def hours_of_silent_travellers(session: Session, *, at: datetime) -> Sequence[ReadingHours]:
    """Return the hours of those who stopped the mail of a trip that has lately begun or ended.

    That of trips that lie further back was settled long ago: with every digest their zone is
    asked anew.
    """
    since = at - FORGET_AFTER
    turned = or_(Trip.starts_at.between(since, at), Trip.ends_at.between(since, at))
    stopped = exists().where(Subscription.trip_id == Trip.id, Subscription.ended_at < Trip.ends_at)
    away = select(Trip.person_id).where(
        Trip.kind == TRIP, Trip.forgotten_at.is_(None), turned, stopped
    )
    return session.scalars(select(ReadingHours).where(ReadingHours.person_id.in_(away))).all()
