"""RSS 2.0, by the stricter rules of the RSS Advisory Board's profile."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from osac_share.feeds.documents.entries import LANGUAGE, Category, Feed, FeedEntry
from osac_share.feeds.documents.history import write_history
from osac_share.feeds.documents.writing import (
    absolute,
    escaped,
    rfc_822,
    rfc_3339,
)
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMESPACES = (
    'xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


def write_entry(entry: FeedEntry) -> str:
    """Return the `item` of `entry`.

    The profile has readers take a title for plain text but a description for HTML, so the
    plain summary is escaped twice. RSS has no date of change; `atom:updated` carries it.
    """
    summary = escape(clean_line(entry.summary), quote=False)
    return (
        f"<item><title>{escaped(clean_line(entry.title))}</title>"
        f"<link>{escaped(entry.link)}</link>"
        f'<guid isPermaLink="false">{entry.uuid.urn}</guid>'
        f"<pubDate>{rfc_822(entry.published)}</pubDate>"
        f"<atom:updated>{rfc_3339(entry.updated)}</atom:updated>"
        f"<dc:creator>{escaped(clean_line(entry.issuer))}</dc:creator>"
        f"{''.join(map(_category, entry.categories))}"
        f"{_related(entry.supersedes)}{_check(entry.check)}"
        f"<description>{escaped(summary)}</description>"
        f"<content:encoded>{escaped(absolute(entry.content_html, entry.link))}</content:encoded>"
        "</item>\n"
    )


def write_feed(feed: Feed, entries: Iterable[str]) -> str:
    """Return the RSS document of `feed` around its written `entries`."""
    address = escaped(feed.addresses["rss"])
    subtitle = escape(clean_line(feed.subtitle), quote=False)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" {_NAMESPACES}><channel>'
        f"<title>{escaped(clean_line(feed.title))}</title>"
        f"<link>{escaped(feed.home)}</link>"
        f"<description>{escaped(subtitle)}</description>"
        f"<language>{LANGUAGE}</language>"
        f"<lastBuildDate>{rfc_822(feed.updated)}</lastBuildDate>"
        f'<atom:link rel="self" type="application/rss+xml" href="{address}"/>'
        f"{write_history(feed.history, 'rss')}\n"
        f"{''.join(entries)}</channel></rss>\n"
    )


def _related(address: str | None) -> str:
    if address is None:
        return ""
    return f'<atom:link rel="related" type="text/html" href="{escaped(address)}"/>'


def _check(address: str | None) -> str:
    if address is None:
        return ""
    title = "Check that this is genuine"
    return f'<atom:link rel="related" type="text/html" title="{title}" href="{escaped(address)}"/>'


def _category(category: Category) -> str:
    domain = escaped(clean_line(category.scheme))
    return f'<category domain="{domain}">{escaped(clean_line(category.term))}</category>'
