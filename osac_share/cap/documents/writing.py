"""How CAP 1.2 writes elements, moments and lines."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from lxml import etree

from osac_share.feeds.documents.writing import printable

if TYPE_CHECKING:
    from datetime import datetime

CAP: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml; charset=utf-8"
A_MINUTE = timedelta(minutes=1)
LONGEST_HEADLINE = 160
"""In characters; many displays show no more (CAP 1.2 section 3.2.2)."""


def add(parent: etree._Element, name: str, words: str) -> None:
    """Add an element with words to another one; without words there is no element."""
    said = printable(words).strip()
    if said:
        etree.SubElement(parent, f"{{{CAP}}}{name}").text = said


def add_named(parent: etree._Element, name: str, value_name: str, value: str) -> None:
    """Add a value with its name, such as a geocode."""
    inner = etree.SubElement(parent, f"{{{CAP}}}{name}")
    add(inner, "valueName", value_name)
    add(inner, "value", value)


def cap_time(moment: datetime, zone: str) -> str:
    """Return a moment as CAP 1.2 has it (3.3.2): local time to the second, and the offset.

    The offset of UTC is written -00:00; letters such as Z are not allowed.
    """
    there = moment.astimezone(ZoneInfo(zone))
    minutes = (there.utcoffset() or timedelta()) // A_MINUTE
    sign = "+" if minutes > 0 else "-"
    hours, rest = divmod(abs(minutes), 60)
    return f"{there:%Y-%m-%dT%H:%M:%S}{sign}{hours:02}:{rest:02}"


def headline_of(line: str) -> str:
    """Return a line as a headline: cut at a word where it is too long."""
    said = " ".join(printable(line).split())
    if len(said) <= LONGEST_HEADLINE:
        return said
    room = said[: LONGEST_HEADLINE - 1]
    return f"{room.rpartition(' ')[0] or room}…"


def serialized(root: etree._Element) -> bytes:
    """Return a document in UTF-8."""
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")
