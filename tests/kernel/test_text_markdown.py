"""Whatever is written, the page gets well-formed HTML of the allowed kind."""

from __future__ import annotations

import re
import threading
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.text import (
    MAX_SOURCE,
    clean_block,
    clean_markdown,
    plain_text,
    render_markdown,
    summarize,
)
from osac_share.kernel.text.sanitizer import TAGS, sanitize

PAGE = "https://embassy.example.org/alerts/"
ATTRIBUTES = {
    ("a", "href"),
    ("a", "rel"),
    ("ol", "start"),
    ("span", "class"),
    ("th", "scope"),
}
VOID = {"br", "hr"}
REL = "nofollow noopener noreferrer"

HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt\x00>alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><p><style><img src=1 onerror=alert(1)></style>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=x>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href='javascript:alert(1)'>press</a>",
    "<p style='background:url(javascript:alert(1))' onclick=alert(1)>",
    "<base href='//evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
    "<!--><script>alert(1)</script-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "\\<script\\>",
    "[press](javascript:alert(1))",
    "[press](javascript:123)",
    "[press](JAVASCRIPT&colon;alert(1))",
    "[press](&#106;&#97;vascript:alert(1))",
    "[press](&#x6A;avascript&#58;alert(1))",
    "[press](java&Tab;script:alert(1))",
    "[press](java&NewLine;script:alert(1))",
    "[press](<java\tscript:alert(1)>)",
    "[press](< javascript:alert(1)>)",
    "[press](\\javascript:alert(1))",
    "[press](\x01javascript:alert(1))",
    "[press](java\u200bscript:alert(1))",
    '[press](javascript:void(0); "Tool Tip: Other")',
    '[#### Heading](javascript:void(0); "Tool Tip")',
    "[**bold** `code`](data:text/html;base64,PHN2Zy9vbmxvYWQ9YWxlcnQoMSk+)",
    "[press](vbscript:msgbox(1))",
    "[press](//evil.example)",
    "[press](/\\evil.example)",
    "[press](\\\\evil.example)",
    "[press](https://bank.example@evil.example)",
    '[press](https://e.example/"onclick="alert(1))',
    '[press](https://e.example/ "x\\" onclick=alert(1) y=\\"")',
    "[press](<https://e.example/><script>alert(1)</script>>)",
    "[![x](javascript:alert(1))](javascript:alert(2))",
    '![x](https://e.example/"onerror="alert(1))',
    '![x"onerror="alert(1)](x)',
    "<javascript:alert(1)>",
    "<data:text/html,alert(1)>",
    '<https://e.example/"onclick="alert(1)>',
    'https://e.example/"onclick="alert(1)',
    "javascript://e.example/%0aalert(1)",
    "[press][x]\n\n[x]: javascript:alert(1)",
    "[press][x]\n\n[x]: <java\nscript:alert(1)> 'title\"onclick=alert(1)'",
    '```"onclick=alert(1) <script>\ncode\n```',
    "| a |\n| :-: |\n| <script> \\| [x](javascript:1) |",
    "# [press](javascript:alert(1)) #",
    "> - 1. [press](javascript:alert(1))",
    "*[press*](javascript:alert(1))",
    "[a[b](javascript:1)](javascript:2)",
    "\u202e[press](javascript:alert(1))\u2066",
    "\ud800<script>\udfff",
]

ENDLESS = {
    "quotes": ">" * 100_000,
    "spaced quotes": "> " * 30_000,
    "lists": "- " * 30_000,
    "indented lists": "\n".join("  " * depth + "- a" for depth in range(240)),
    "brackets": "[" * 60_000,
    "images": "![" * 30_000,
    "empty links": "[](" * 20_000,
    "emphasis": "*a " * 8_000 + "b* " * 8_000,
    "mixed emphasis": "*a_" * 20_000,
    "strikes": "~~a" * 20_000,
    "backticks": "".join("`" * length + "a" for length in range(340)),
    "tables": "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "a\n" * 10_000,
    "references": "[a]: https://example.org/" + "b" * 1_900 + "\n\n" + "[a]" * 20_000,
    "entities": "&" * 60_000,
    "tags": "<a " * 20_000,
    "addresses": "a@" * 30_000,
    "schemes": "https://" * 8_000,
    "one word": "x" * 500_000,
    "blanks": "a" + " " * 60_000 + "b",
    "blank addresses": "[a](" + "\t " * 30_000 + "x)",
    "open links": "[a](" * 16_000,
    "open titles": '[a](b "' * 9_000,
}


class Strict(HTMLParser):
    """Reads HTML and refuses what is not balanced or not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        given = dict(attrs)
        assert {(tag, name) for name in given} <= ATTRIBUTES
        if tag == "a":
            href = given["href"] or ""
            self.links.append(href)
            parts = urlsplit(href)
            assert parts.scheme in {"", "http", "https", "mailto", "tel"}
            assert parts.scheme or (href.startswith("/") and not href.startswith("//"))
            assert given.get("rel") == (REL if parts.scheme in {"http", "https"} else None)
        if tag == "span":
            assert given == {"class": "host"}
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


@pytest.mark.parametrize("source", HOSTILE)
@pytest.mark.parametrize("base_url", [None, PAGE])
def test_hostile_text_stays_text(source: str, base_url: str | None) -> None:
    page = Strict(render_markdown(source, base_url=base_url))
    assert all("evil" not in (urlsplit(link).hostname or "") for link in page.links)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(HOSTILE),
            st.sampled_from(
                ["\n", "\n\n", " ", "> ", "- ", "    ", "# ", "*", "|", "`", "](", "<"]
            ),
            st.text(st.characters(codec=None), max_size=20),
        ),
        max_size=12,
    ),
    st.sampled_from([None, PAGE]),
)
def test_mixtures_of_hostile_texts_stay_text(pieces: list[str], base_url: str | None) -> None:
    Strict(render_markdown("".join(pieces), base_url=base_url))


@pytest.mark.parametrize("source", HOSTILE)
def test_the_second_wall_holds_without_the_first(source: str) -> None:
    html = sanitize(clean_block(source))
    assert not re.search(r"<(?!/?(?:" + "|".join(sorted(TAGS)) + r")\b)[a-z!?]", html)
    assert 'href="javascript' not in html.lower()
    assert not re.search(r"<[^>]*\son\w+=", html)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_texts_made_to_exhaust_are_shown_without_effort(kind: str) -> None:
    html = render_markdown(ENDLESS[kind])
    assert len(html) < 10 * len(ENDLESS[kind])
    Strict(html)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_texts_made_to_exhaust_are_cleaned_and_summed_up_without_effort(kind: str) -> None:
    assert len(clean_markdown(ENDLESS[kind])) <= len(ENDLESS[kind])
    assert len(plain_text(ENDLESS[kind])) <= 2 * len(ENDLESS[kind])
    assert len(summarize(ENDLESS[kind])) <= 280


def test_a_text_too_long_for_markup_is_shown_whole_as_paragraphs() -> None:
    source = "**Bold** & <b>\n\n" + "word " * (MAX_SOURCE // 5)
    html = render_markdown(source)
    assert html.startswith("<p>**Bold** &amp; &lt;b&gt;</p>")
    assert Strict(html).words.split() == source.split()


def test_links_lose_their_address_and_keep_their_text() -> None:
    html = render_markdown('See [**this** map](javascript:123), [that](//evil.example "x").')
    assert html == "<p>See <strong>this</strong> map, that.</p>\n"


def test_outside_links_name_their_host() -> None:
    html = render_markdown("[our bank](https://www.evil.example/a?b=1&c=2)")
    assert html == (
        f'<p><a href="https://www.evil.example/a?b=1&amp;c=2" rel="{REL}">our bank</a> '
        '<span class="host">(evil.example)</span></p>\n'
    )


@pytest.mark.parametrize(
    "source",
    [
        "https://example.org/a",
        "<https://example.org/a>",
        "[www.example.org](https://www.example.org/a)",
        "[desk](mailto:desk@example.org)",
        "[report](/reports/abc)",
    ],
)
def test_links_whose_text_is_the_host_or_that_stay_inside_do_not(source: str) -> None:
    html = render_markdown(source)
    assert "<a href" in html
    assert "host" not in html


def test_bare_mail_addresses_are_linked_and_run_on_sentences_are_not() -> None:
    html = render_markdown("Write to desk@example.org. Apply for a visa.In addition, wait.")
    assert Strict(html).links == ["mailto:desk@example.org"]


def test_relative_links_of_a_relayed_text_lead_to_its_own_site() -> None:
    html = render_markdown("[help](/help) [next](two.html)", base_url=PAGE)
    assert Strict(html).links == [
        "https://embassy.example.org/help",
        "https://embassy.example.org/alerts/two.html",
    ]


def test_headings_start_at_the_third_level_and_skip_none() -> None:
    html = render_markdown("# A\n\n#### B\n\n# C\n\n## D\n\n### E\n\n#### F\n\n##### G\n\n#")
    assert re.findall(r"<h(\d)>(\w)", html) == [
        ("3", "A"), ("4", "B"), ("3", "C"), ("4", "D"), ("5", "E"), ("6", "F"), ("6", "G"),
    ]  # fmt: skip


def test_images_leave_their_description_and_empty_links_nothing() -> None:
    assert render_markdown("![A map](/map.svg) [![](/i.svg)](/x)") == "<p>A map </p>\n"


def test_tables_have_headed_columns_and_no_styles() -> None:
    html = render_markdown("| Region | Number |\n| :-- | --: |\n| North | 1813 |")
    assert '<th scope="col">Region</th>' in html
    assert "<td>1813</td>" in html


def test_an_empty_head_row_is_left_out() -> None:
    html = render_markdown("|  |  |\n| --- | --- |\n| North | 1813 |")
    assert "thead" not in html
    assert "<td>North</td>" in html


def test_several_threads_render_alike() -> None:
    source = "\n\n".join(f"* [{n}](https://example.org/{n}) **b**" for n in range(40))
    expected = render_markdown(source)
    results: list[str] = []
    threads = [
        threading.Thread(target=lambda: results.extend(render_markdown(source) for _ in range(5)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 20
