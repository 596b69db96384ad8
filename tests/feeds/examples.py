"""Feeds to try things on: fictional messages, and text that has broken feeds elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from osac_share.feeds.documents import Category, Feed, FeedEntry

NOON = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
SITE = "https://share.example.org"

ENTRY = FeedEntry(
    uuid=UUID("5b0f3c5e-8f0e-4c6b-9a55-0d6f0a4c2f11"),
    link=f"{SITE}/reports/abcdefghjkmnpqrstuvw/editions/2",
    title="Demonstration at the port & <old> town",
    issuer="Arcadia Council",
    published=NOON,
    updated=NOON + timedelta(minutes=90),
    summary="Expect closures: 2 < 3 lanes stay open & traffic is slow.",
    content_html='<h2>Event</h2><p>A march &amp; a rally. <a href="/countries/MX">Mexico</a></p>',
    categories=(
        Category(f"{SITE}/feeds#country", "MX", "Mexico"),
        Category(f"{SITE}/feeds#topic", "civil-unrest", "Civil unrest & riots"),
    ),
    supersedes=f"{SITE}/reports/abcdefghjkmnpqrstuvw/editions/1",
)

FEED = Feed(
    uuid=UUID("2f5d1f7e-6a5c-4a5b-8f5e-3f1f1a6f7b21"),
    title="OSAC Share: Mexico & beyond",
    subtitle="Public reports, newest first",
    author="OSAC Share",
    home=f"{SITE}/countries/MX",
    addresses={
        "atom": f"{SITE}/feeds/countries/MX.atom",
        "rss": f"{SITE}/feeds/countries/MX.rss",
        "json": f"{SITE}/feeds/countries/MX.json",
    },
    updated=NOON + timedelta(hours=3),
    entries=(ENTRY,),
)

HOSTILE = (
    "",
    "]]>",
    "&amp; &lt;b&gt; &nbsp; &#0; &#x1F; &undefined;",
    "<script>alert(1)</script><b>bold",
    "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>&a;",
    "a\x00b\x08c\x0bd\x0ce\x1ff\x7fg\x85h\x9fi",
    "\ud800 half \udfff pairs \ufffe\uffff\ufdd0",
    "line one\r\nline two\rline three\u2028line four\u2029",
    "\"quoted\" and 'quoted' \\ / \b",
    "Zażółć gęślą jaźń, 日本語, 🚨, e\u0301",
    "\u202egnp.exe\u202c \u200b\ufeff",
    "{{ 7*7 }} ${7*7} %s {0}",
    "x" * 2_000,
)


def feed_of(*texts: str) -> Feed:
    """Return a feed with one entry for each text, put wherever text can be put."""
    entries = tuple(
        replace(
            ENTRY,
            uuid=UUID(int=number),
            title=text,
            issuer=f"by {text}",
            summary=text,
            content_html=text,
            categories=(Category(f"{SITE}/feeds#topic", f"t{text}", f"label {text}"),),
        )
        for number, text in enumerate(texts, start=1)
    )
    return replace(FEED, title=f"about {texts[0]}", subtitle=texts[0], entries=entries)


pieces = st.sampled_from(
    [*HOSTILE[1:-1], "<a href='", "//", "javascript:", "http://[", "'>", "<p>", "</div>", "<!--"]
)
hostile_text = st.lists(st.one_of(pieces, st.text(st.characters(), max_size=30)), max_size=6).map(
    "".join
)
