"""RSS 2.0 (also 1.0) and Atom (RFC 4287)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from lxml import etree

from osac_share.kernel.errors import RuleBroken
from osac_share.relays.documents.entries import (
    LONGEST_TEXT,
    Entry,
    Linked,
    link_of,
    name_of,
    title_of,
)
from osac_share.relays.documents.markup import (
    LONGEST_SOURCE,
    markdown_of,
    markdown_of_plain,
)
from osac_share.relays.documents.trees import children, local, words

if TYPE_CHECKING:
    from collections.abc import Sequence

CAP_TYPE = "application/cap+xml"
CAP_ENDINGS = (".cap", ".xml")
HEADING = "Full text"
"""The heading of ours over the issuer's words, as over those that are passed on by hand."""


def elements_of(root: etree._Element) -> Sequence[etree._Element]:
    """Return the entries of a feed, as it orders them.

    Raises:
        RuleBroken: it is no feed.

    """
    match local(root).lower():
        case "rss":
            return [item for channel in children(root, "channel") for item in items_in(channel)]
        case "rdf" | "feed":
            return items_in(root)
    raise RuleBroken("What is at this address is neither a feed nor a CAP alert.")


def items_in(element: etree._Element) -> list[etree._Element]:
    """Return the entries right below an element."""
    return children(element, "item", "entry")


def entry_of(item: etree._Element, address: str) -> Entry:
    """Return an entry of a feed in the house's terms.

    Args:
        item: its element.
        address: that of the feed, for relative links.

    Raises:
        RuleBroken: it has no words, or more than can be read.

    """
    link = link_of(_link(item), address)
    title = title_of(_plain(words(item, "title")))
    source, is_markup = _text(item)
    if len(source) > LONGEST_SOURCE:
        raise RuleBroken(f"“{title[:80]}” is too long to be relayed.")
    body = markdown_of(source, link or address) if is_markup else markdown_of_plain(source)
    if len(body) > LONGEST_TEXT:
        raise RuleBroken(f"“{title[:80]}” is too long to be relayed.")
    if not body or not title:
        raise RuleBroken(f"“{(title or body)[:80]}” has no {'title' if body else 'text'}.")
    name = words(item, "guid", "id") or link or hashlib.sha256(title.encode()).hexdigest()
    return Entry(
        guid=name_of(name),
        title=title,
        sections=[{"heading": HEADING, "body": body}],
        link=link,
        published_at=moment(words(item, "pubDate", "published", "date", "updated")),
    )


def linked_alert(item: etree._Element, address: str) -> Linked | None:
    """Return the CAP message that an entry only links to, or None if it links to none.

    Atom names its type at the link, RSS at the enclosure; many RSS lists of alerts have nothing
    but the link, whose address then ends as such documents do.
    """
    found = [
        str(one.get("href") or one.get("url") or "")
        for one in children(item, "link", "enclosure")
        if str(one.get("type", "")).partition(";")[0].strip().lower() == CAP_TYPE
    ]
    said = words(item, "link")
    if not found and said.lower().endswith(CAP_ENDINGS):
        found = [said]
    link = link_of(found[0], address) if found else ""
    if not link:
        return None
    version = words(item, "updated", "pubDate", "published")
    return Linked(link, hashlib.sha256(f"{link} {version}".encode()).hexdigest()[:16])


def _plain(title: str) -> str:
    """Return a title without the HTML that some feeds put there."""
    if "<" not in title and "&" not in title:
        return title
    parser = etree.HTMLParser(encoding="utf-8")
    root = etree.fromstring(f"<p>{title}</p>".encode(), parser)
    return "".join(root.itertext())


def _link(item: etree._Element) -> str:
    found = children(item, "link")
    for link in found:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return link.get("href", "")
    return words(item, "link")


def _text(item: etree._Element) -> tuple[str, bool]:
    """Return the fullest text of an entry, and whether it is HTML."""
    for name in ("encoded", "content", "description", "summary"):
        for element in children(item, name):
            if (kind := element.get("type", "html")) in {"xhtml", "application/xhtml+xml"}:
                return etree.tostring(element, encoding="unicode", with_tail=False), True
            said = "".join(str(part) for part in element.itertext()).strip()
            if said:
                return said, kind not in {"text", "text/plain"}
    return "", False


def moment(said: str) -> datetime | None:
    """Return a moment written as RFC 5322 or ISO 8601 have it, in UTC; None if it is neither.

    Without a zone it is taken for UTC.
    """
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            found = read(said.strip())
            aware = found if found.tzinfo else found.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None
