"""Programs that read feeds, each by its own parser, and what they make of an entry."""

from __future__ import annotations

import json
from calendar import timegm
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

import atoma
import feedparser
from lxml import etree

from tests.feeds import rules

if TYPE_CHECKING:
    from time import struct_time

    from osac_share.feeds.documents import Format

XML: tuple[Format, ...] = ("atom", "rss")


class Seen(NamedTuple):
    """What a reader makes of an entry."""

    id: str
    link: str
    title: str
    published: datetime
    updated: datetime
    content: str


def by_lxml(document: bytes, kind: Format) -> list[Seen]:
    root = etree.fromstring(document, etree.XMLParser(recover=False))
    atom, content = rules.ATOM, rules.CONTENT
    if kind == "atom":
        names = ("id", "link", "title", "published", "updated", "content")
        found = [
            [child(entry, atom + name) for name in names] for entry in root.iter(f"{atom}entry")
        ]
    else:
        names = ("guid", "link", "title", "pubDate", f"{atom}updated", f"{content}encoded")
        found = [[child(item, name) for name in names] for item in root.iter("item")]
    return [Seen(a, b, c, moment(d), moment(e), f) for a, b, c, d, e, f in found]


def child(parent: etree._Element, name: str) -> str:
    element = parent.find(name)
    assert element is not None
    return element.text or element.get("href") or ""


def moment(text: str) -> datetime:
    if text.endswith("Z"):
        return datetime.fromisoformat(text)
    return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)


def by_feedparser(document: bytes) -> list[Seen]:
    parsed = feedparser.parse(document, sanitize_html=False, resolve_relative_uris=False)
    assert parsed.bozo is False, parsed.get("bozo_exception")
    return [
        Seen(
            entry.id,
            entry.link,
            entry.title,
            from_struct(entry.published_parsed),
            from_struct(entry.updated_parsed),
            entry.content[0].value,
        )
        for entry in parsed.entries
    ]


def from_struct(parts: struct_time) -> datetime:
    return datetime.fromtimestamp(timegm(parts), tz=UTC)


def by_atoma(document: bytes, kind: Format) -> list[Seen]:
    if kind == "atom":
        return [
            Seen(
                entry.id_,
                entry.links[0].href,
                entry.title.value,
                entry.published,
                entry.updated,
                entry.content.value if entry.content else "",
            )
            for entry in atoma.parse_atom_bytes(document).entries
        ]
    return [
        Seen(
            item.id_,
            item.url,
            item.title,
            item.date_published,
            item.date_modified,
            item.content_html,
        )
        for item in atoma.parse_json_feed_bytes(document).items
    ]


def by_json(document: bytes) -> list[Seen]:
    return [
        Seen(
            item["id"],
            item["url"],
            item["title"],
            moment(item["date_published"]),
            moment(item["date_modified"]),
            item["content_html"],
        )
        for item in json.loads(document)["items"]
    ]


def settled(seen: list[Seen]) -> list[Seen]:
    """Return what was seen without the differences that are the readers' own.

    feedparser takes references in plain text for markup and resolves them once more, and text
    that happens to look like UTF-8 read as Latin-1 for just that, which it mends.
    """
    return [
        entry._replace(title=resolved(entry.title).strip(), content=resolved(entry.content).strip())
        for entry in seen
    ]


def resolved(text: str) -> str:
    while (once := mended(unescape(text))) != text:
        text = once
    return text


def mended(text: str) -> str:
    for encoding in ("iso-8859-1", "windows-1252"):
        with suppress(UnicodeError):
            return text.encode(encoding).decode("utf-8")
    return text
