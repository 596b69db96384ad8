"""From when until when a stay counts. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from osac_share.subscriptions.policy.hours import DAY, moment_there

if TYPE_CHECKING:
    from datetime import date, datetime

LONGEST_TRIP = timedelta(days=366)
FARTHEST_AHEAD = timedelta(days=2 * 366)
FORGET_AFTER = timedelta(days=7)
"""So long after its end it is still known where somebody was; then nobody knows any more."""

MOST_TRIPS = 100
"""So many trips that are not over one person may have, and so many sites an organization."""


def span_of(first: date, last: date, zone: str) -> tuple[datetime, datetime]:
    """Return when the first of these days begins in a zone and when the last one ends, in UTC."""
    there = ZoneInfo(zone)
    return moment_there(first, 0, there), moment_there(last + DAY, 0, there)


def days_of(starts_at: datetime, ends_at: datetime, zone: str) -> tuple[date, date]:
    """Return the first and the last day of what lasts from one moment to another in a zone."""
    there = ZoneInfo(zone)
    last = (ends_at - timedelta(microseconds=1)).astimezone(there).date()
    return starts_at.astimezone(there).date(), last
