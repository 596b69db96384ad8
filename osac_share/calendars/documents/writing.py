"""Calendars as bytes (iCalendar, RFC 5545 and RFC 7986). Words of people never become lines."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from osac_share.calendars.documents.zones import zone_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.calendars.documents.entries import Entry

CONTENT_TYPE = "text/calendar; charset=utf-8"

WIDEST = 75
"""How many octets a line has at most, its end left out."""

PAUSE = "PT1H"
"""How long calendars should wait before they ask again."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u0085\u2028\u2029\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


def write_calendar(title: str, entries: Sequence[Entry]) -> bytes:
    """Return a calendar of this title with these entries."""
    return b"".join(_folded(line) for line in _lines(title, entries))


def _lines(title: str, entries: Sequence[Entry]) -> Iterator[str]:
    yield "BEGIN:VCALENDAR"
    yield "VERSION:2.0"
    yield "PRODID:-//OSAC Share//Reports//EN"
    yield "METHOD:PUBLISH"
    yield f"NAME:{_text(title)}"
    yield f"X-WR-CALNAME:{_text(title)}"
    yield f"REFRESH-INTERVAL;VALUE=DURATION:{PAUSE}"
    yield f"X-PUBLISHED-TTL:{PAUSE}"
    zones: dict[str, list[int]] = {}
    for entry in entries:
        years = [entry.begins.year, (entry.ends or entry.begins).year]
        zones.setdefault(entry.zone, []).extend(years)
    for name in sorted(zones.keys() - {"UTC"}):
        # A day earlier or later may be another year there.
        yield from zone_lines(name, min(zones[name]) - 1, max(zones[name]) + 1)
    for entry in entries:
        yield from _event(entry)
    yield "END:VCALENDAR"


def _event(entry: Entry) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{_utc(entry.changed)}"
    yield f"LAST-MODIFIED:{_utc(entry.changed)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield _moment("DTSTART", entry.begins, entry.zone)
    if entry.ends is not None:
        # Seconds are not told: what is shorter than one has a length all the same.
        yield _moment("DTEND", max(entry.ends, entry.begins + timedelta(seconds=1)), entry.zone)
    yield f"SUMMARY:{_text(entry.title)}"
    yield f"DESCRIPTION:{_text(entry.words)}"
    if entry.where:
        yield f"LOCATION:{_text(entry.where)}"
    yield f"URL:{entry.url}"
    yield f"CATEGORIES:{','.join(map(_text, entry.categories))}"
    yield f"CLASS:{entry.sharing}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    # Nobody is busy because something happens somewhere.
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _moment(name: str, at: datetime, zone: str) -> str:
    if zone == "UTC":
        return f"{name}:{_utc(at)}"
    return f"{name};TZID={zone}:{at.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    lines = words.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", lines).translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """Return a line in pieces of at most 75 octets, none of which cuts a character in two."""
    octets = line.encode()
    pieces: list[bytes] = []
    while len(octets) > WIDEST - bool(pieces):
        cut = WIDEST - bool(pieces)
        while octets[cut] & 0xC0 == 0x80:  # noqa: PLR2004 -- within a character of UTF-8.
            cut -= 1
        pieces.append(octets[:cut])
        octets = octets[cut:]
    return b"\r\n ".join([*pieces, octets]) + b"\r\n"
