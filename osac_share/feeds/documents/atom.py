"""Atom 1.0 (RFC 4287)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.feeds.documents.entries import LANGUAGE, Category, Feed, FeedEntry
from osac_share.feeds.documents.history import write_history
from osac_share.feeds.documents.writing import absolute, escaped, rfc_3339
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_entry(entry: FeedEntry) -> str:
    """Return the `atom:entry` of `entry`."""
    return (
        f"<entry><id>{entry.uuid.urn}</id>"
        f'<title type="text">{escaped(clean_line(entry.title))}</title>'
        f'<link rel="alternate" type="text/html" href="{escaped(entry.link)}"/>'
        f"{_related(entry.supersedes)}{_check(entry.check)}"
        f"<published>{rfc_3339(entry.published)}</published>"
        f"<updated>{rfc_3339(entry.updated)}</updated>"
        f"<author><name>{escaped(clean_line(entry.issuer))}</name></author>"
        f"{''.join(map(_category, entry.categories))}"
        f'<summary type="text">{escaped(clean_line(entry.summary))}</summary>'
        f'<content type="html">{escaped(absolute(entry.content_html, entry.link))}</content>'
        "</entry>\n"
    )


def write_feed(feed: Feed, entries: Iterable[str]) -> str:
    """Return the Atom document of `feed` around its written `entries`."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{LANGUAGE}">'
        f"<id>{feed.uuid.urn}</id>"
        f'<title type="text">{escaped(clean_line(feed.title))}</title>'
        f'<subtitle type="text">{escaped(clean_line(feed.subtitle))}</subtitle>'
        f'<link rel="self" type="application/atom+xml" href="{escaped(feed.addresses["atom"])}"/>'
        f'<link rel="alternate" type="text/html" href="{escaped(feed.home)}"/>'
        f"{write_history(feed.history, 'atom')}"
        f"<updated>{rfc_3339(feed.updated)}</updated>"
        f"<author><name>{escaped(clean_line(feed.author))}</name></author>\n"
        f"{''.join(entries)}</feed>\n"
    )


def _related(address: str | None) -> str:
    if address is None:
        return ""
    return f'<link rel="related" type="text/html" href="{escaped(address)}"/>'


def _check(address: str | None) -> str:
    if address is None:
        return ""
    title = "Check that this is genuine"
    return f'<link rel="related" type="text/html" title="{title}" href="{escaped(address)}"/>'


def _category(category: Category) -> str:
    scheme, term, label = (
        escaped(clean_line(part)) for part in (category.scheme, category.term, category.label)
    )
    return f'<category scheme="{scheme}" term="{term}" label="{label}"/>'
