from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from lxml import etree, html

from osac_share.feeds.documents import CONTENT_TYPES, FORMATS, Feed, FeedRenderer, Format
from tests.feeds import rules
from tests.feeds.examples import ENTRY, FEED, SITE

if TYPE_CHECKING:
    from collections.abc import Callable

CHECKS: dict[Format, Callable[[bytes], None]] = {
    "atom": rules.check_atom,
    "rss": rules.check_rss,
    "json": rules.check_json,
}


def written(feed: Feed, kind: Format) -> bytes:
    return FeedRenderer().render(feed, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_feed_meets_its_standard(kind: Format) -> None:
    CHECKS[kind](written(FEED, kind))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_feed_without_entries_meets_its_standard(kind: Format) -> None:
    CHECKS[kind](written(replace(FEED, entries=()), kind))


def test_content_types_are_the_registered_ones() -> None:
    assert CONTENT_TYPES == {
        "atom": "application/atom+xml; charset=utf-8",
        "rss": "application/rss+xml; charset=utf-8",
        "json": "application/feed+json; charset=utf-8",
    }


def test_atom_says_everything_about_an_entry() -> None:
    root = rules.strict_root(written(FEED, "atom"))
    entry = root.find(f"{rules.ATOM}entry")
    assert entry is not None
    links = {link.get("rel"): link.get("href") for link in entry.iterfind(f"{rules.ATOM}link")}
    assert links == {"alternate": ENTRY.link, "related": ENTRY.supersedes}
    assert rules.text_of(entry, f"{rules.ATOM}title") == ENTRY.title
    assert rules.text_of(entry, f"{rules.ATOM}summary") == ENTRY.summary
    assert rules.text_of(entry, f"{rules.ATOM}published") == "2026-03-09T12:00:00Z"
    assert rules.text_of(entry, f"{rules.ATOM}updated") == "2026-03-09T13:30:00Z"
    assert entry.findtext(f"{rules.ATOM}author/{rules.ATOM}name") == "Arcadia Council"
    categories = [dict(category.attrib) for category in entry.iterfind(f"{rules.ATOM}category")]
    assert categories == [
        {"scheme": f"{SITE}/feeds#country", "term": "MX", "label": "Mexico"},
        {"scheme": f"{SITE}/feeds#topic", "term": "civil-unrest", "label": "Civil unrest & riots"},
    ]


def test_rss_keeps_a_plain_summary_plain_for_readers_that_take_it_for_html() -> None:
    root = rules.strict_root(written(FEED, "rss"))
    shown = html.fragment_fromstring(
        str(root.findtext("channel/item/description")), create_parent=True
    )
    assert shown.text_content() == ENTRY.summary


def test_rss_escapes_titles_once_and_in_hexadecimal() -> None:
    expected = "<title>Demonstration at the port &#x26; &#x3C;old&#x3E; town</title>"
    assert expected.encode() in written(FEED, "rss")


def test_rss_names_the_vocabulary_of_each_category() -> None:
    root = rules.strict_root(written(FEED, "rss"))
    categories = {item.text: item.get("domain") for item in root.iterfind("channel/item/category")}
    assert categories == {"MX": f"{SITE}/feeds#country", "civil-unrest": f"{SITE}/feeds#topic"}


def test_json_gives_tags_to_people_and_terms_to_machines() -> None:
    (item,) = json.loads(written(FEED, "json"))["items"]
    assert item["tags"] == ["Mexico", "Civil unrest & riots"]
    assert [category["term"] for category in item["_osac"]["categories"]] == ["MX", "civil-unrest"]
    assert item["_osac"]["supersedes"] == ENTRY.supersedes


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/countries/MX", f"{SITE}/countries/MX"),
        ("1", f"{SITE}/reports/abcdefghjkmnpqrstuvw/editions/1"),
        ("#event", f"{ENTRY.link}#event"),
        ("https://example.org/a?b=1&c=2", "https://example.org/a?b=1&c=2"),
        ("mailto:desk@example.org", "mailto:desk@example.org"),
    ],
)
def test_links_in_the_text_become_absolute(kind: Format, address: str, expected: str) -> None:
    text = f'<p><a href="{address.replace("&", "&amp;")}">there</a></p>'
    feed = replace(FEED, entries=(replace(ENTRY, content_html=text),))
    (link,) = html.fromstring(content_of(written(feed, kind), kind)).iterlinks()
    assert link[2] == expected


def content_of(document: bytes, kind: Format) -> str:
    if kind == "json":
        return str(json.loads(document)["items"][0]["content_html"])
    root = rules.strict_root(document)
    name = f"{rules.ATOM}content" if kind == "atom" else f"{rules.CONTENT}encoded"
    (content,) = root.iter(name)
    return content.text or ""


@pytest.mark.parametrize("address", ["javascript:alert(1)", "http://[", "data:text/html,x"])
def test_an_address_that_leads_nowhere_good_is_left_out(address: str) -> None:
    feed = replace(FEED, entries=(replace(ENTRY, content_html=f'<a href="{address}">x</a>'),))
    assert address not in content_of(written(feed, "json"), "json")


def test_an_entry_is_written_once_for_all_the_feeds_that_hold_it() -> None:
    renderer = FeedRenderer()
    renderer.render(FEED, "atom")
    written_before = renderer.fragment(ENTRY, "atom")
    same_message = replace(ENTRY)
    assert renderer.fragment(same_message, "atom") is written_before


def test_an_entry_that_was_corrected_is_written_anew() -> None:
    renderer = FeedRenderer()
    renderer.render(FEED, "atom")
    corrected = replace(ENTRY, title="Corrected", updated=FEED.updated)
    assert b"Corrected" in renderer.render(replace(FEED, entries=(corrected,)), "atom")


def test_the_least_recently_used_fragment_gives_way_when_there_is_no_room() -> None:
    other = replace(ENTRY, uuid=FEED.uuid)
    size = len(ENTRY.content_html) + len(FeedRenderer().fragment(ENTRY, "atom"))
    renderer = FeedRenderer(room=2 * size + 10)
    first = renderer.fragment(ENTRY, "atom")
    second = renderer.fragment(other, "atom")
    renderer.fragment(ENTRY, "atom")
    renderer.fragment(replace(ENTRY, title=ENTRY.title[::-1]), "atom")
    assert renderer.fragment(ENTRY, "atom") is first
    assert renderer.fragment(other, "atom") is not second


def test_the_atom_grammar_itself_refuses_what_the_standard_forbids() -> None:
    good = written(FEED, "atom")
    for broken in (
        good.replace(b"<updated>2026-03-09T13:30:00Z</updated>", b""),
        good.replace(b"2026-03-09T12:00:00Z", b"9 March 2026"),
        good.replace(b'type="text"', b'type="markdown"'),
        good.replace(b"<summary", b"<surprise").replace(b"</summary", b"</surprise"),
    ):
        assert broken != good
        with pytest.raises(etree.DocumentInvalid):
            rules.check_atom(broken)
