"""What a reader's clock says: when a digest is next due, and until when it is quiet. Pure.

All of it is said in the reader's own zone and answered in UTC. An hour that does not exist,
because clocks were put forward, is the first moment after; of an hour that comes twice, because
they were put back, the first counts.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def next_daily(after: datetime, zone: str, hour: int) -> datetime:
    """Return the first moment later than `after` at which it is that hour in the zone.

    Args:
        after: a moment, aware.
        zone: the IANA name of the reader's time zone.
        hour: the hour of the reader's clock, 0 to 23.

    Returns:
        the moment, in UTC.

    """
    return _next_time(after, ZoneInfo(zone), hour)


def next_weekly(after: datetime, zone: str, weekday: int, hour: int) -> datetime:
    """Return the first moment later than `after` at which it is that hour of that weekday.

    Args:
        after: a moment, aware.
        zone: the IANA name of the reader's time zone.
        weekday: the day of the reader's calendar, 0 (Monday) to 6.
        hour: the hour of the reader's clock, 0 to 23.

    Returns:
        the moment, in UTC.

    """
    return _next_time(after, ZoneInfo(zone), hour, weekday)


def _next_time(after: datetime, zone: ZoneInfo, hour: int, weekday: int | None = None) -> datetime:
    # A day that was left out (the date line was moved) can begin a day late: so a day is added.
    day = after.astimezone(zone).date() - DAY
    while True:
        if weekday is None or day.weekday() == weekday:
            moment = moment_there(day, hour * 60, zone)
            if moment > after:
                return moment
        day += DAY


def quiet_until(
    at: datetime, zone: str, quiet_from: int | None, quiet_until: int | None
) -> datetime | None:
    """Return when the quiet hours end in which a moment lies, or None when it is not quiet.

    Args:
        at: the moment, aware.
        zone: the IANA name of the reader's time zone.
        quiet_from: the minute of the reader's day at which it begins to be quiet.
        quiet_until: the first minute that is not quiet any more; one that is smaller than
            `quiet_from` is of the next day. Two that are the same, or none, mean no quiet hours.

    Returns:
        the end of the quiet hours, in UTC.

    """
    if quiet_from is None or quiet_until is None or quiet_from == quiet_until:
        return None
    there = ZoneInfo(zone)
    today = at.astimezone(there).date()
    for day in (today - 2 * DAY, today - DAY, today):
        last_day = day if quiet_from < quiet_until else day + DAY
        ends = moment_there(last_day, quiet_until, there)
        if moment_there(day, quiet_from, there) <= at < ends:
            return ends
    return None


def moment_there(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return when it is so many minutes after midnight on that day of the zone, in UTC."""
    local = datetime.combine(day, time(minute // 60, minute % 60), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return _end_of_gap(local.replace(fold=1).astimezone(UTC), moment, zone)


def _end_of_gap(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    # `fold` gives a time that does not exist a moment on either side of where the clocks change.
    offset = after.astimezone(zone).utcoffset()
    while after - before > SECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)
