"""A link leads where its reader would think, or it is no link."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.text import host_of, safe_link
from osac_share.kernel.text.links import MAX_LINK, shows_host

PAGE = "https://embassy.example.org/alerts/one.html"

KEPT = {
    "https://example.org/a?b=c&d=e#f": "https://example.org/a?b=c&d=e#f",
    "HTTP://Example.ORG": "http://example.org",
    "  https://example.org/a b ": "https://example.org/a%20b",
    "https://example.org:8443/": "https://example.org:8443/",
    "https://bücher.example.org/ü": "https://xn--bcher-kva.example.org/%C3%BC",
    "https://example.org/%E2%80%AE(x)": "https://example.org/%E2%80%AE(x)",
    "ht\ttps://exam\nple.org/": "https://example.org/",
    "mailto:desk@example.org": "mailto:desk@example.org",
    "mailto: desk@example.org": "mailto:desk@example.org",
    "MAILTO:desk@example.org?bcc=everybody@example.org": "mailto:desk@example.org",
    "desk@example.org": "mailto:desk@example.org",
    "tel:+1 (202) 555-0100": "tel:+12025550100",
    "/reports/abc?x=1": "/reports/abc?x=1",
}
LOST = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "java\nscript:alert(1)",
    "\x01javascript:alert(1)",
    "java\u200bscript:alert(1)",
    "javascript:123",
    "javascript://example.org/%0aalert(1)",
    "vbscript:msgbox(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "file:///etc/passwd",
    "blob:https://example.org/1",
    "view-source:https://example.org",
    "ftp://example.org/",
    "//evil.example.org",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "/\t/evil.example.org",
    "https:evil.example.org",
    "https:/evil.example.org",
    "https:\\\\evil.example.org",
    "https://",
    "https://bank.example.org@evil.example.org/",
    "https://bank.example.org%40evil.example.org/",
    "https://user:secret@example.org/",
    "https://exa<mple.org/",
    "https://[::1/",
    "https://[::1]/",
    "https://example.org:99999/",
    "https://example.org:80x/",
    "https://evil\u2024example.org\u2100/",
    "https://-example.org/",
    "mailto:a@example.org,b@example.org",
    "mailto:",
    "tel:*#06#",
    "tel:call-me",
    "",
    " ",
    "#section",
    "?q=1",
    "page.html",
    "./reports",
    "https://example.org/" + "a" * MAX_LINK,
]


@pytest.mark.parametrize(("written", "safe"), KEPT.items())
def test_honest_links_stay(written: str, safe: str) -> None:
    assert safe_link(written) == safe


@pytest.mark.parametrize("written", LOST)
def test_anything_else_is_no_link(written: str) -> None:
    assert safe_link(written) is None


@pytest.mark.parametrize(
    ("written", "resolved"),
    [
        ("/help", "https://embassy.example.org/help"),
        ("two.html", "https://embassy.example.org/alerts/two.html"),
        ("../", "https://embassy.example.org/"),
        ("#map", "https://embassy.example.org/alerts/one.html#map"),
        ("desk@example.org", "mailto:desk@example.org"),
        ("//evil.example.org", None),
        ("/\\evil.example.org", None),
        ("javascript:123", None),
    ],
)
def test_relative_links_of_a_relayed_text_lead_to_its_own_site(
    written: str, resolved: str | None
) -> None:
    assert safe_link(written, PAGE) == resolved


def test_a_base_that_is_no_web_page_makes_no_links() -> None:
    assert safe_link("/x", "javascript:alert(1)") is None
    assert safe_link("x", "file:///srv/") is None


@given(
    st.text(
        st.one_of(
            st.sampled_from("javascript:/\\@.#?%&;<>\"' \t\n\0\u200b"), st.characters(codec=None)
        ),
        max_size=60,
    ),
    st.sampled_from([None, PAGE]),
)
def test_whatever_is_written_only_safe_links_come_out(written: str, base_url: str | None) -> None:
    link = safe_link(written, base_url)
    if link is None:
        return
    parts = urlsplit(link)
    assert parts.scheme in {"", "http", "https", "mailto", "tel"}
    assert link.isascii()
    assert link.isprintable()
    assert not set(link) & set('<>"\\ `')
    assert "@" not in parts.netloc
    if not parts.scheme:
        assert base_url is None
        assert link.startswith("/")
        assert not link.startswith("//")
    assert safe_link(link) == link


def test_the_host_is_shown_unless_the_text_names_it() -> None:
    host = host_of("https://www.evil.example/x")
    assert host == "evil.example"
    assert shows_host("see https://www.evil.example/x.", host)
    assert shows_host("(Evil.Example)", host)
    for pretence in (
        "evil.example.org",
        "notevil.example",
        "https://evil.example@bank.example",
        "bank.example/evil.example",
        "click here",
    ):
        assert not shows_host(pretence, host)
    assert host_of("mailto:desk@example.org") is None
    assert host_of("/reports") is None
