"""When somebody reads, and by which clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.subscriptions.models import TRIP, ReadingHours, Trip

if TYPE_CHECKING:
    from collections.abc import Collection
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
