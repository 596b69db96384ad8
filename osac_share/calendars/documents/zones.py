"""Time zones as iCalendar describes them: the offsets that hold in a span of years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

_STRIDE = timedelta(days=7)
"""No zone changes its offset and changes it back within so short a time."""


@lru_cache(maxsize=1024)
def zone_lines(name: str, first: int, last: int) -> tuple[str, ...]:
    """Return the component that describes an IANA zone from one year to another (RFC 5545, 3.6.5).

    Args:
        name: the zone's name, not UTC.
        first: the first year for which it must hold.
        last: the last such year.

    """
    zone = ZoneInfo(name)
    begins, ends = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for at in (begins, *_changes(zone, begins, ends)):
        before = _offset(zone, at - timedelta(seconds=1)) if at != begins else _offset(zone, at)
        there = at.astimezone(zone)
        kind = "DAYLIGHT" if there.dst() else "STANDARD"
        lines += [
            f"BEGIN:{kind}",
            f"DTSTART:{at + before:%Y%m%dT%H%M%S}",
            f"TZOFFSETFROM:{_written(before)}",
            f"TZOFFSETTO:{_written(_offset(zone, at))}",
            f"TZNAME:{there.tzname()}",
            f"END:{kind}",
        ]
    return (*lines, "END:VTIMEZONE")


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[datetime]:
    """Yield the moments at which the zone takes another offset."""
    while begins < ends:
        following = min(begins + _STRIDE, ends)
        if _offset(zone, begins) != _offset(zone, following):
            yield _change(zone, begins, following)
        begins = following


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _written(offset: timedelta) -> str:
    seconds = int(offset.total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02d}{minutes:02d}{f'{rest:02d}' if rest else ''}"
