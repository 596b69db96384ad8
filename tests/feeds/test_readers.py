from __future__ import annotations

import re

import atoma
import pytest
from hypothesis import given

from osac_share.feeds.documents import FORMATS, Feed, FeedRenderer, Format
from tests.feeds.examples import FEED, HOSTILE, feed_of, hostile_text
from tests.feeds.parsing import XML, by_atoma, by_feedparser, by_json, by_lxml, settled
from tests.feeds.test_documents import CHECKS

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What is not a Char by XML 1.0, section 2.2."""


def written(feed: Feed) -> dict[Format, bytes]:
    renderer = FeedRenderer()
    return {kind: renderer.render(feed, kind) for kind in FORMATS}


def test_every_reader_sees_the_same_entries_in_every_format() -> None:
    documents = written(FEED)
    (seen,) = by_json(documents["json"])
    for kind in XML:
        assert by_lxml(documents[kind], kind) == [seen]
        assert by_feedparser(documents[kind]) == [seen]
    assert by_atoma(documents["atom"], "atom") == [seen]
    assert by_atoma(documents["json"], "json") == [seen]
    (item,) = atoma.parse_rss_bytes(documents["rss"]).items
    assert (item.guid, item.link, item.title) == (seen.id, seen.link, seen.title)
    assert (item.pub_date, item.content_encoded) == (seen.published, seen.content)
    assert item.categories == ["MX", "civil-unrest"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_leaves_a_feed_valid_and_readers_agreed(text: str) -> None:
    agree(feed_of(text))


@given(hostile_text, hostile_text)
def test_no_text_makes_a_feed_invalid_or_readers_disagree(one: str, other: str) -> None:
    agree(feed_of(one, other))


def agree(feed: Feed) -> None:
    documents = written(feed)
    for kind, document in documents.items():
        CHECKS[kind](document)
    seen = by_json(documents["json"])
    assert len(seen) == len(feed.entries)
    for kind in XML:
        assert by_lxml(documents[kind], kind) == seen
        assert settled(by_feedparser(documents[kind])) == settled(seen)


@given(hostile_text)
def test_what_xml_forbids_never_comes_out(text: str) -> None:
    for document in written(feed_of(text)).values():
        assert not FORBIDDEN.search(document.decode())
