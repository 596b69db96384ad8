"""Reading the stays abroad out of a calendar file (RFC 5545) that somebody brings along.

Of a file only what is needed is let through to the parser: the days, the title and the location
of each event. Alarms, repetitions, time zones and whatever else it holds are never looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from icalendar import Event, vDDDTypes, vDuration

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.text import clean_line
from osac_share.taxonomy import queries as taxonomy
from osac_share.taxonomy.models import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from osac_share.taxonomy.models import Country

LARGEST_CALENDAR = 256 * 1024
"""In bytes; years of travel fit into it."""

MOST_EVENTS = 1000
MOST_STAYS = 40
"""So many stays of a file are offered; more trips than that are never looked through."""

LONGEST_LINE = 2000
MOST_PARTS = 12
LONGEST_STAY = timedelta(days=366)
A_CODE = 3
"""What is no longer than this may be a country's code, or mean Maine and Indiana."""

KEPT = frozenset({"SUMMARY", "LOCATION", "DTSTART", "DTEND", "DURATION", "STATUS"})
NO_CALENDAR = "This is not a calendar file that can be read. Save it as iCalendar (.ics)."
TOO_LARGE = "This calendar file is too large. Export a shorter time, or only your trips."

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """Days that somebody spends at a place abroad, the last one included."""

    title: str
    country: str
    place: str
    first: date
    last: date

    @property
    def where(self) -> str:
        """Return the place as people write it: "Nairobi, Kenya"."""
        country = taxonomy.country(self.country).name
        return f"{self.place}, {country}" if self.place and self.place != country else country


def read_stays(source: bytes, *, today: date) -> list[Stay]:
    """Return the stays abroad that a calendar file tells of and that are not over, in order.

    Args:
        source: the file as it came.
        today: stays that ended before this day are left out.

    Raises:
        RuleBroken: the file is too large, or no calendar; the message is for whoever brought it.

    """
    if len(source) > LARGEST_CALENDAR:
        raise RuleBroken(TOO_LARGE)
    try:
        lines = source.decode("utf-8-sig").replace("\r\n ", "").replace("\r\n\t", "")
    except UnicodeDecodeError:
        raise RuleBroken(NO_CALENDAR) from None
    unfolded = lines.replace("\n ", "").replace("\n\t", "").splitlines()
    if "BEGIN:VCALENDAR" not in (line.strip().upper() for line in unfolded[:5]):
        raise RuleBroken(NO_CALENDAR)
    found = [_stay_of(event) for event in _events(unfolded)]
    coming = [stay for stay in found if stay is not None and stay.last >= today]
    return _joined(coming)[:MOST_STAYS]


def _events(lines: Iterable[str]) -> Iterator[Event]:
    for number, kept in enumerate(_kept_lines(lines)):
        if number == MOST_EVENTS:
            raise RuleBroken(TOO_LARGE)
        try:
            event = Event.from_ical("\r\n".join(("BEGIN:VEVENT", *kept, "END:VEVENT", "")))
        except (ValueError, OverflowError, OSError):
            raise RuleBroken(NO_CALENDAR) from None
        if isinstance(event, Event):
            yield event


def _kept_lines(lines: Iterable[str]) -> Iterator[list[str]]:
    """Yield, event by event, the lines that matter; what stands inside of alarms does not."""
    within: list[str] = []
    kept: list[str] = []
    for line in lines:
        name = line[:LONGEST_LINE].partition(":")[0].partition(";")[0].strip().upper()
        about = line[:LONGEST_LINE].partition(":")[2].strip().upper()
        if name == "BEGIN":
            within.append(about)
            kept = [] if about == "VEVENT" else kept
        elif name == "END" and within:
            within.pop()
            if about == "VEVENT":
                yield kept
                kept = []
        elif within[-1:] == ["VEVENT"] and name in KEPT and len(line) <= LONGEST_LINE:
            kept.append(f"{name}:{_value(line)}")


def _value(line: str) -> str:
    """Return what a line says, without its parameters: the value itself shows if it is a day.

    A colon in quotes is part of a parameter (RFC 5545, 3.1).
    """
    quoted = False
    for number, letter in enumerate(line):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return line[number + 1 :]
    return ""


def _stay_of(event: Event) -> Stay | None:
    found = _where(str(event.get("LOCATION", "")))
    first, last = _days(event)
    if found is None or first is None or last is None or last - first > LONGEST_STAY:
        return None
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return None
    title = clean_line(str(event.get("SUMMARY", "")))[:120]
    return Stay(title, *found, first, last)


def _days(event: Event) -> tuple[date | None, date | None]:
    """Return the first and the last day of an event as they were written, whatever their zone."""
    begins, ends, lasts = (_time(event.get(name)) for name in ("DTSTART", "DTEND", "DURATION"))
    if not isinstance(begins, date):
        return None, None
    try:
        if not isinstance(ends, date):
            ends = begins + lasts if isinstance(lasts, timedelta) else begins
        # The end is the first moment after: a day that it only touches is none of the stay.
        touches = not isinstance(ends, datetime) or (ends.hour, ends.minute) == (0, 0)
        last = _day(ends) - ONE_DAY * touches
    except OverflowError:
        return None, None
    return _day(begins), max(_day(begins), last)


def _time(value: object) -> object:
    # What could not be read, or stands there twice, says nothing.
    return value.dt if isinstance(value, vDDDTypes | vDuration) else None


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _where(location: str) -> tuple[str, str] | None:
    """Return the country and the place that a line names, such as "Hotel, Nairobi, Kenya"."""
    for mark in (";", "\n", "\\n"):
        location = location.replace(mark, ",")
    parts = [clean_line(part)[:120] for part in location[:LONGEST_LINE].split(",")]
    parts = [part for part in parts if part][-MOST_PARTS:]
    for number in reversed(range(len(parts))):
        if (country := _country_called(parts[number])) is not None:
            known = taxonomy.resolve_place(parts[number])
            beside = parts[number - 1] if number else ""
            return country.iso2, (known.place if known and known.place else beside)
    capitals = [found for part in parts if (found := _capitals().get(fold(part)))]
    return (capitals[-1].iso2, capitals[-1].capital or "") if capitals else None


def _country_called(part: str) -> Country | None:
    country = taxonomy.find_country(part)
    if country is None or not country.abroad:
        return None
    is_name = len(part) > A_CODE or fold(part) in map(fold, country.names)
    return country if is_name else None


@cache
def _capitals() -> dict[str, Country]:
    return {fold(one.capital): one for one in taxonomy.countries() if one.capital}


def _joined(stays: Iterable[Stay]) -> list[Stay]:
    """Return the stays in order, those at one place that touch each other as one."""
    joined: list[Stay] = []
    latest: dict[tuple[str, str], int] = {}
    for stay in sorted(stays, key=_in_order):
        where = stay.country, fold(stay.place)
        number = latest.get(where)
        if number is not None and stay.first - joined[number].last <= ONE_DAY:
            before = joined[number]
            joined[number] = replace(before, last=max(before.last, stay.last))
        else:
            latest[where] = len(joined)
            joined.append(stay)
    return joined


def _in_order(stay: Stay) -> tuple[date, date, str, str, str]:
    return stay.first, stay.last, stay.country, stay.place, stay.title
