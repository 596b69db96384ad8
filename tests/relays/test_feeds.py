"""Reading feeds, clean and dirty: nothing dangerous is done, and what can be read is."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.text import plain_text, render_markdown
from osac_share.relays.documents import Entry, Reading, read
from osac_share.relays.documents.feeds import moment
from osac_share.relays.documents.markup import markdown_of
from tests.relays.samples import BODY, TITLE, atom, rss, rss_item

SITE = "https://ke.example.org/feed"
BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
FILE = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
OUTSIDE = '<!DOCTYPE rss SYSTEM "http://127.0.0.1/rss.dtd">'


def reading(source: str | bytes, charset: str | None = None) -> Reading:
    return read(source if isinstance(source, bytes) else source.encode(), charset, SITE)


def told(source: bytes) -> str:
    try:
        return reading(source).kind
    except RuleBroken as refusal:
        return refusal.message


def only(source: str | bytes, charset: str | None = None) -> Entry:
    (entry,) = reading(source, charset).entries
    return entry


def body_of(entry: Entry) -> str:
    return entry.sections[0]["body"]


def test_rss_item_is_read_word_for_word() -> None:
    entry = only(rss(rss_item()))
    assert (entry.guid, entry.title) == ("alert-1", TITLE)
    assert entry.link == "https://ke.example.org/alert-1"
    assert entry.published_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert plain_text(body_of(entry)) == (
        "Location:\nNairobi, central business district\n\n"
        "Event: A march is expected from noon.\n\n"
        "Actions to take:\n\n- Avoid the area.\n- Keep a low profile."
    )


@pytest.mark.parametrize("kind", ["html", "xhtml"])
def test_atom_entry_is_read_word_for_word(kind: str) -> None:
    content = BODY.replace("<br>", "<br/>")
    if kind == "xhtml":
        content = f"<div xmlns='http://www.w3.org/1999/xhtml'>{content}</div>"
    entry = only(atom(content, kind=kind))
    assert (entry.guid, entry.link) == ("urn:1", "https://ke.example.org/alert-1")
    assert entry.published_at == datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert body_of(entry) == body_of(only(rss(rss_item())))


def test_plain_text_of_an_atom_entry_stays_plain() -> None:
    said = "Roads A1 & B2 <closed> *today*\n1. No exit"
    assert plain_text(body_of(only(atom(said, kind="text")))) == said


def test_full_text_comes_before_the_summary() -> None:
    full = "<content:encoded><![CDATA[<p>All of it.</p>]]></content:encoded>"
    source = rss(rss_item().replace("</item>", f"{full}</item>")).replace(
        "<rss ", "<rss xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    )
    assert body_of(only(source)) == "All of it."


def test_rss_1_is_read() -> None:
    item = "<item><title>A</title><link>https://ke.example.org/a</link><description>B</description>"
    source = f"<rdf:RDF xmlns:rdf='urn:r' xmlns='urn:s'><channel/>{item}</item></rdf:RDF>"
    entry = only(source)
    assert (entry.guid, entry.title, body_of(entry)) == ("https://ke.example.org/a", "A", "B")


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + rss(rss_item("Café – naïve")).encode(),
        b"\r\n  " + rss(rss_item("Café – naïve")).encode(),
        rss(rss_item("Café – naïve")).encode("utf-16"),
        rss(rss_item("Café – naïve")).replace("UTF-8", "ISO-8859-1").encode(),
        rss(rss_item("Café – naïve")).encode("cp1252"),
        rss(rss_item("Café – naïve")).replace("UTF-8", "windows-1252").encode("cp1252"),
        rss(rss_item("Café – naïve")).replace("UTF-8", "no-such-thing").encode(),
    ],
    ids=["mark", "blanks", "utf-16", "lies", "lies-back", "honest", "unknown"],
)
def test_encoding_is_found_out_whatever_is_said_of_it(source: bytes) -> None:
    assert body_of(only(source)) == "Café – naïve"


def test_encoding_that_only_the_server_names_is_believed() -> None:
    source = rss(rss_item("Привет")).replace("encoding='UTF-8'", "").encode("koi8-r")
    assert body_of(only(source, "koi8-r")) == "Привет"


def test_entities_of_html_and_unusable_characters_do_not_break_a_feed() -> None:
    source = rss(rss_item().replace(f"<title>{TITLE}", "<title>Caf&eacute;\x0b&nbsp;closed\x00"))
    found = reading(source)
    assert (found.entries[0].title, found.problems) == ("Café closed", [])


def test_feed_that_is_not_well_formed_is_read_as_far_as_possible() -> None:
    found = reading(rss(rss_item().replace("</link>", "&x=1</link>"), rss_item(guid="alert-2")))
    assert [entry.guid for entry in found.entries] == ["alert-1", "alert-2"]
    assert found.problems == ["It is not well-formed XML, and was read as far as possible."]


def test_last_text_of_a_feed_that_was_cut_off_is_left_out() -> None:
    source = rss(rss_item(), rss_item(guid="alert-2"))
    for end in range(source.index("alert-2") + 10, len(source) - len("</rss>"), 7):
        found = reading(source[:end])
        assert [entry.guid for entry in found.entries] == ["alert-1"]
        assert found.problems[0] == "It ends too early; its last text was left out."


@pytest.mark.parametrize("prolog", [BOMB, FILE, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_type_is_not_read(prolog: str, encoding: str) -> None:
    source = (
        f"{prolog}<rss version='2.0'><channel><item><title>&d;&a;</title></item></channel></rss>"
    )
    with pytest.raises(RuleBroken, match="document type"):
        reading(source.encode(encoding))


def test_document_type_within_a_text_is_only_text() -> None:
    page = "<!DOCTYPE html><html><head><title>x</title></head><body><p>Read me.</p></body></html>"
    assert body_of(only(rss(rss_item(page)))) == "Read me."


@pytest.mark.parametrize(
    "source",
    [
        "",
        "   ",
        "Not found",
        "<html><body><p>Moved</p></body></html>",
        "{}",
        "\x00\x01",
        "<",
        "<?xml?>",
    ],
)
def test_what_is_no_feed_is_a_sentence(source: str) -> None:
    with pytest.raises(RuleBroken):
        reading(source)


def test_feed_without_news_is_no_problem() -> None:
    assert reading(rss()) == Reading("rss", [], [])


def test_links_lead_to_where_the_text_comes_from_and_never_to_a_script() -> None:
    body = (
        "<p><a href='/map?a=1&amp;b=2'>map</a> <a href='javascript:probe()'>press</a>"
        "<a href='JaVa\tscript:probe()'>here</a> <a href='//evil.example.org'>or</a>"
        "<img src='x' onerror='probe()' alt='a map'></p><script>probe()</script>"
        "<style>p{}</style><iframe src='x'>in</iframe>"
    )
    said = body_of(only(rss(rss_item(body))))
    assert said == "[map](https://ke.example.org/map?a=1&b=2) presshere ora map"


def test_relative_link_of_an_item_is_resolved_and_a_script_is_none() -> None:
    assert only(rss(rss_item(link="/a"))).link == "https://ke.example.org/a"
    assert only(rss(rss_item(link="javascript:probe()"))).link == ""


def test_item_without_words_costs_nobody_else_theirs() -> None:
    found = reading(rss(rss_item(" "), rss_item(title=" "), rss_item(guid="alert-2")))
    assert [entry.guid for entry in found.entries] == ["alert-2"]
    assert found.problems[0] == f"“{TITLE}” has no text."
    assert "has no title" in found.problems[1]


def test_text_that_nobody_could_read_through_is_left_out() -> None:
    for huge in ("<p>x</p>" * 60_000, "word " * 13_000):
        found = reading(rss(rss_item(huge), rss_item(guid="alert-2")))
        assert [entry.guid for entry in found.entries] == ["alert-2"]
        assert "too long" in found.problems[0]


def test_tree_that_would_fill_the_memory_is_refused() -> None:
    began = time.monotonic()
    with pytest.raises(RuleBroken, match="parts"):
        reading("<rss>" + "<a/>" * 1_000_000 + "</rss>")
    assert time.monotonic() - began < 2


def test_deep_tree_is_no_exception() -> None:
    nested = "<div>" * 5_000 + "deep" + "</div>" * 5_000
    found = reading(rss(rss_item(nested), rss_item(guid="alert-2")))
    assert found.entries[-1].guid == "alert-2"
    with pytest.raises(RuleBroken):
        reading("<a>" * 100_000)


def test_same_name_twice_in_a_feed_is_one_text() -> None:
    assert (
        only(rss(rss_item(), rss_item("later in the feed"))).sections
        == only(rss(rss_item())).sections
    )


def test_more_texts_than_anybody_reads_are_not_taken() -> None:
    assert len(reading(rss(*(rss_item(guid=str(n)) for n in range(300)))).entries) == 200


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Mon, 02 Mar 2026 11:00:00 +0300", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02T11:00:00+03:00", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02T08:00:00Z", datetime(2026, 3, 2, 8, tzinfo=UTC)),
        ("2026-03-02", datetime(2026, 3, 2, tzinfo=UTC)),
        ("yesterday", None),
        ("", None),
        ("Mon, 99 Mar 2026 11:00:00 +9900", None),
        ("0001-01-01T00:00:00+23:59", None),
    ],
)
def test_moment_is_understood_or_left_open(said: str, meant: datetime | None) -> None:
    assert moment(said) == meant


SIGNS = st.text(st.sampled_from("ab 1.)#*_[]()<>&`~\\|!-+=:/\"'{}\n"), max_size=60)


@given(SIGNS)
def test_signs_in_a_text_are_shown_as_they_stand(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    said = plain_text(markdown_of(f"<p>{escaped}</p>", SITE))
    assert said.split() == words.split()


@given(st.text(st.sampled_from("<>/abpuliostrngd ='\"&;#!-[]x"), max_size=120))
def test_no_markup_can_break_the_reader_or_come_alive(source: str) -> None:
    shown = render_markdown(markdown_of(f"<p>{source}</p>", SITE))
    assert "<script" not in shown


@given(st.binary(max_size=200))
def test_no_bytes_are_more_than_a_refusal(noise: bytes) -> None:
    for source in (noise, rss(rss_item()).encode().replace(b"march", noise)):
        assert told(source)
