"""What the three standards demand, checked strictly: each `check_*` raises at the first breach."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import etree, html

if TYPE_CHECKING:
    from collections.abc import Mapping

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "atom.rng"))
ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
FH = "{http://purl.org/syndication/history/1.0}"
HISTORY = frozenset({"prev-archive", "next-archive", "current"})
URN = re.compile(r"urn:uuid:[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
CHANNEL_ELEMENTS = {"title", "link", "description", "language", "lastBuildDate", "item"}
ITEM_ELEMENTS = {"title", "link", "guid", "pubDate", "category", "description"}
FEED_MEMBERS = {
    "version": str,
    "title": str,
    "description": str,
    "home_page_url": str,
    "feed_url": str,
    "language": str,
    "authors": list,
    "items": list,
}
ITEM_MEMBERS = {
    "id": str,
    "url": str,
    "title": str,
    "summary": str,
    "content_html": str,
    "date_published": str,
    "date_modified": str,
    "authors": list,
    "tags": list,
}


def strict_root(document: bytes) -> etree._Element:
    """Return the root of a document that a parser without any recovery accepts."""
    assert document.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n')
    return etree.fromstring(document, etree.XMLParser(recover=False, resolve_entities=False))


def check_atom(document: bytes) -> None:
    """Check an Atom feed against the grammar of RFC 4287 and what its prose adds."""
    root = strict_root(document)
    GRAMMAR.assertValid(root)
    _check_atom_links(root, {"self", "alternate"}, HISTORY)
    check_history(root)
    identifiers = [text_of(root, f"{ATOM}id")]
    for entry in root.iterfind(f"{ATOM}entry"):
        _check_atom_links(entry, {"alternate"})
        identifiers.append(text_of(entry, f"{ATOM}id"))
        assert text_of(entry, f"{ATOM}published") <= text_of(entry, f"{ATOM}updated")
        assert text_of(entry, f"{ATOM}updated") <= text_of(root, f"{ATOM}updated")
        check_links(text_of(entry, f"{ATOM}content"))
    assert all(URN.fullmatch(identifier) for identifier in identifiers)
    assert len(set(identifiers)) == len(identifiers), "an identifier names two things"
    for category in root.iter(f"{ATOM}category"):
        check_absolute(category.get("scheme", ""))


def check_history(head: etree._Element) -> None:
    """Check what a feed says of its other documents against RFC 5005."""
    marks = [str(child.tag) for child in head if str(child.tag).startswith(FH)]
    links = {link.get("rel") for link in head.findall(f"{ATOM}link")}
    assert marks in ([], [f"{FH}complete"], [f"{FH}archive"])
    assert not (marks == [f"{FH}complete"] and links & HISTORY), "complete, and goes on elsewhere"
    assert marks != [f"{FH}archive"] or "current" in links


def _check_atom_links(
    element: etree._Element, demanded: set[str], more: frozenset[str] = frozenset()
) -> None:
    links = element.findall(f"{ATOM}link")
    relations = [link.get("rel") for link in links]
    assert demanded <= set(relations) <= {"self", "alternate", "related"} | more
    # An entry is related to the edition before it and to the page that tells what is genuine.
    single = [relation for relation in relations if relation != "related"]
    assert len(set(single)) == len(single)
    for link in links:
        check_absolute(link.get("href", ""))


def check_rss(document: bytes) -> None:
    """Check an RSS feed against RSS 2.0 and the RSS Advisory Board's profile."""
    root = strict_root(document)
    assert root.tag == "rss"
    assert dict(root.attrib) == {"version": "2.0"}
    (channel,) = root
    assert channel.tag == "channel"
    extensions = {f"{ATOM}link", f"{FH}complete", f"{FH}archive"}
    _check_names(channel, CHANNEL_ELEMENTS, extensions, repeated={"item", f"{ATOM}link"})
    links = channel.findall(f"{ATOM}link")
    relations = [link.get("rel", "") for link in links]
    assert {"self"} <= set(relations) <= {"self"} | HISTORY
    assert len(set(relations)) == len(relations)
    for link in links:
        assert link.get("type") == "application/rss+xml"
        check_absolute(link.get("href", ""))
    check_history(channel)
    check_absolute(text_of(channel, "link"))
    check_rfc_822(text_of(channel, "lastBuildDate"))
    items = channel.findall("item")
    for item in items:
        _check_item(item)
    identifiers = [text_of(item, "guid") for item in items]
    assert len(set(identifiers)) == len(identifiers)
    _check_references(document)


def _check_item(item: etree._Element) -> None:
    extensions = {f"{ATOM}updated", f"{ATOM}link", CREATOR, f"{CONTENT}encoded"}
    _check_names(item, ITEM_ELEMENTS, extensions, repeated={"category", f"{ATOM}link"})
    names = [child.tag for child in item]
    assert names.index("description") < names.index(f"{CONTENT}encoded")
    guid = item.find("guid")
    assert guid is not None
    assert dict(guid.attrib) == {"isPermaLink": "false"}
    assert URN.fullmatch(guid.text or "")
    check_absolute(text_of(item, "link"))
    check_rfc_822(text_of(item, "pubDate"))
    assert not html.fragment_fromstring(
        text_of(item, "description"), create_parent=True
    ).getchildren()
    check_links(text_of(item, f"{CONTENT}encoded"))
    for related in item.iterfind(f"{ATOM}link"):
        check_absolute(related.get("href", ""))


def _check_names(
    parent: etree._Element, plain: set[str], extensions: set[str], *, repeated: set[str]
) -> None:
    names = [str(child.tag) for child in parent]
    assert set(names) <= plain | extensions
    assert plain - set(names) <= repeated, "something that belongs here is missing"
    for name in set(names) - repeated:
        assert names.count(name) == 1, f"{name} appears twice"


def _check_references(document: bytes) -> None:
    # The profile asks for hexadecimal references and for no other way of escaping.
    assert set(re.findall(rb"&[^;]{1,8};", document)) <= {
        b"&#x26;",
        b"&#x3C;",
        b"&#x3E;",
        b"&#x22;",
    }
    assert b"<![CDATA[" not in document


def check_json(document: bytes) -> None:
    """Check a JSON Feed against version 1.1 of its specification."""
    feed = json.loads(document, object_pairs_hook=_without_repeats)
    _check_members(feed, FEED_MEMBERS, frozenset({"next_url"}))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    check_absolute(feed["home_page_url"])
    check_absolute(feed["feed_url"])
    check_absolute(feed.get("next_url", feed["feed_url"]))
    assert feed.get("next_url") != feed["feed_url"]
    assert feed["title"]
    identifiers = [item["id"] for item in feed["items"]]
    assert len(set(identifiers)) == len(identifiers)
    for item in feed["items"]:
        _check_members(item, ITEM_MEMBERS)
        assert URN.fullmatch(item["id"])
        check_absolute(item["url"])
        check_links(item["content_html"])
        assert all(isinstance(tag, str) for tag in item["tags"])
        assert _moment(item["date_published"]) <= _moment(item["date_modified"])


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    assert len(set(names)) == len(names), "a member is given twice"
    return dict(pairs)


def _check_members(
    thing: dict[str, Any], demanded: Mapping[str, type], optional: frozenset[str] = frozenset()
) -> None:
    extensions = {name for name in thing if name not in demanded}
    assert extensions <= {"_osac"} | optional
    for name, kind in demanded.items():
        assert isinstance(thing[name], kind), name
    assert all(set(author) == {"name"} and author["name"] for author in thing["authors"])


def _moment(text: str) -> datetime:
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", text)
    return datetime.fromisoformat(text)


def check_absolute(address: str) -> None:
    """Check that an address is absolute, plain ASCII, and leads to the web."""
    parts = urlsplit(address)
    assert parts.scheme in {"http", "https"}, address
    assert parts.netloc, address
    assert address.isascii(), address
    assert not re.search(r"\s", address), address


def check_links(fragment: str) -> None:
    """Check that every address inside an HTML fragment is absolute."""
    if not fragment.strip():
        return
    for _, attribute, address, _ in html.fragment_fromstring(
        fragment, create_parent=True
    ).iterlinks():
        assert urlsplit(address).scheme, f"{attribute}={address!r}"


def check_rfc_822(text: str) -> None:
    """Check that a date is written exactly as RFC 822 and HTTP write it, in GMT."""
    assert format_datetime(parsedate_to_datetime(text), usegmt=True) == text


def text_of(parent: etree._Element, name: str) -> str:
    """Return the text of the one child of that name."""
    (child,) = parent.findall(name)
    return child.text or ""
