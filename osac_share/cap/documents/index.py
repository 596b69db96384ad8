"""The list of the messages that hold, as alert hubs read it: Atom (RFC 4287) and RSS 2.0."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from osac_share.feeds.documents.writing import escaped, rfc_822, rfc_3339
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from uuid import UUID

Format: TypeAlias = Literal["atom", "rss"]

CONTENT_TYPES: Final[Mapping[Format, str]] = {
    "atom": "application/atom+xml; charset=utf-8",
    "rss": "application/rss+xml; charset=utf-8",
}
_CAP = "application/cap+xml"


@dataclass(frozen=True, slots=True)
class Listed:
    """A message in the list: its names, its addresses as a document and as a page, its words."""

    identifier: str
    headline: str
    sender_name: str
    summary: str
    sent: datetime
    updated: datetime
    document: str
    page: str
    size: int


@dataclass(frozen=True, slots=True)
class Index:
    """The list: who publishes it, its absolute addresses, and when it last changed."""

    uuid: UUID
    title: str
    author: str
    home: str
    addresses: Mapping[Format, str]
    updated: datetime
    entries: tuple[Listed, ...]


def write_index(index: Index, kind: Format) -> bytes:
    """Return the list in a format, in UTF-8."""
    return _WRITERS[kind](index).encode()


def _atom(index: Index) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-US">'
        f"<id>{index.uuid.urn}</id>"
        f'<title type="text">{_line(index.title)}</title>'
        f'<link rel="self" type="application/atom+xml" href="{escaped(index.addresses["atom"])}"/>'
        f'<link rel="alternate" type="text/html" href="{escaped(index.home)}"/>'
        f"<updated>{rfc_3339(index.updated)}</updated>"
        f"<author><name>{_line(index.author)}</name></author>\n"
        f"{''.join(map(_atom_entry, index.entries))}</feed>\n"
    )


def _atom_entry(entry: Listed) -> str:
    # Hubs follow the first link; people's readers look for the page.
    return (
        f"<entry><id>{escaped(entry.identifier)}</id>"
        f'<title type="text">{_line(entry.headline)}</title>'
        f'<link rel="alternate" type="{_CAP}" href="{escaped(entry.document)}"/>'
        f'<link rel="alternate" type="text/html" href="{escaped(entry.page)}"/>'
        f"<published>{rfc_3339(entry.sent)}</published>"
        f"<updated>{rfc_3339(entry.updated)}</updated>"
        f"<author><name>{_line(entry.sender_name)}</name></author>"
        f'<summary type="text">{_line(entry.summary)}</summary></entry>\n'
    )


def _rss(index: Index) -> str:
    address = escaped(index.addresses["rss"])
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
        f"<title>{_line(index.title)}</title><link>{escaped(index.home)}</link>"
        f"<description>{_line(escape(index.title, quote=False))}</description>"
        f"<language>en-US</language><lastBuildDate>{rfc_822(index.updated)}</lastBuildDate>"
        f'<atom:link rel="self" type="application/rss+xml" href="{address}"/>\n'
        f"{''.join(map(_rss_item, index.entries))}</channel></rss>\n"
    )


def _rss_item(entry: Listed) -> str:
    summary = escape(clean_line(entry.summary), quote=False)
    return (
        f"<item><title>{_line(entry.headline)}</title><link>{escaped(entry.document)}</link>"
        f'<guid isPermaLink="false">{escaped(entry.identifier)}</guid>'
        f"<pubDate>{rfc_822(entry.sent)}</pubDate>"
        f"<dc:creator>{_line(entry.sender_name)}</dc:creator>"
        f"<description>{escaped(summary)}</description>"
        f'<enclosure url="{escaped(entry.document)}" length="{entry.size}" type="{_CAP}"/>'
        "</item>\n"
    )


def _line(words: str) -> str:
    return escaped(clean_line(words))


_WRITERS: Final[Mapping[Format, Callable[[Index], str]]] = {"atom": _atom, "rss": _rss}
