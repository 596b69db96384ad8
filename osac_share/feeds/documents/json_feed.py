"""JSON Feed 1.1."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from osac_share.feeds.documents.entries import LANGUAGE, Feed, FeedEntry
from osac_share.feeds.documents.history import members_of
from osac_share.feeds.documents.writing import absolute, printable, rfc_3339
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = "https://jsonfeed.org/version/1.1"


def write_entry(entry: FeedEntry) -> str:
    """Return the item of `entry`.

    Tags are the labels that people read; the same words as machines compare them are in
    the extension `_osac`, which the format allows and other readers pass over.
    """
    categories = [
        {
            "scheme": clean_line(category.scheme),
            "term": clean_line(category.term),
            "label": clean_line(category.label),
        }
        for category in entry.categories
    ]
    extension: dict[str, object] = {"categories": categories}
    if entry.supersedes is not None:
        extension["supersedes"] = clean_line(entry.supersedes)
    if entry.check is not None:
        extension["check"] = clean_line(entry.check)
    return _written(
        {
            "id": entry.uuid.urn,
            "url": clean_line(entry.link),
            "title": clean_line(entry.title),
            "summary": clean_line(entry.summary),
            "content_html": printable(absolute(entry.content_html, entry.link)),
            "date_published": rfc_3339(entry.published),
            "date_modified": rfc_3339(entry.updated),
            "authors": [{"name": clean_line(entry.issuer)}],
            "tags": [category["label"] for category in categories],
            "_osac": extension,
        }
    )


def write_feed(feed: Feed, entries: Iterable[str]) -> str:
    """Return the JSON document of `feed` around its written `entries`.

    `next_url` leads to older items, which is where the archive before this document is.
    """
    older = feed.history.links.get("prev-archive")
    head = _written(
        {
            "version": VERSION,
            "title": clean_line(feed.title),
            "description": clean_line(feed.subtitle),
            "home_page_url": clean_line(feed.home),
            "feed_url": clean_line(feed.addresses["json"]),
            **({"next_url": clean_line(older["json"])} if older else {}),
            "language": LANGUAGE,
            "authors": [{"name": clean_line(feed.author)}],
            "_osac": {"updated": rfc_3339(feed.updated), **members_of(feed.history)},
        }
    )
    return head.removesuffix("}") + ',"items":[\n' + ",\n".join(entries) + "\n]}\n"


def _written(members: dict[str, object]) -> str:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
