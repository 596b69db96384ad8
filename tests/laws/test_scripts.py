"""What a browser may add: it makes text, never markup; it hears nobody else; it lets paste."""

from __future__ import annotations

import re

import pytest

from tests.support.sources import ROOT, place, templates

SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
REFUSED = {
    "markup made of a text": r"\b(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|"
    r"createContextualFragment|parseFromString|setHTMLUnsafe",
    "a text that is run": r"\beval\s*\(|\bnew\s+Function\b|\bset(?:Timeout|Interval)\s*\(\s*[\"'`]",
    "messages of other windows": r"postMessage|[\"']message[\"']|onmessage|BroadcastChannel",
    "pasting that is meddled with": r"[\"'](?:paste|copy|cut|beforeinput)[\"']|onpaste",
    "a key of an object that a text chooses": r"__proto__|\bconstructor\b|\.prototype\b|"
    r"\w\s*\[[^\]\"'\d]+\]\s*=[^=]|\bObject\.assign\b|\bfor\s*\([^)]*\sin\s",
    "somebody else's server": r"(?:https?:)?//(?!\s)[a-z0-9-]+\.[a-z]",
    "a cookie": r"document\.cookie",
}
PLUGINS = r"<(?:object|embed|applet|portal)\b|application/x-shockwave|x-java-applet"


@pytest.mark.parametrize("what", REFUSED)
def test_no_script_holds(what: str) -> None:
    assert len(SCRIPTS) > 2
    assert not [
        f"{place(file)}: {found.group()}"
        for file in SCRIPTS
        for found in re.finditer(REFUSED[what], file.read_text(), re.IGNORECASE)
    ]


@pytest.mark.parametrize(
    ("what", "source"),
    [
        ("markup made of a text", "note.innerHTML = words"),
        ("a text that is run", "setTimeout('go()')"),
        ("messages of other windows", 'window.addEventListener("message", take)'),
        ("pasting that is meddled with", 'box.addEventListener("paste", refuse)'),
        ("a key of an object that a text chooses", "said[name] = value"),
        ("somebody else's server", 'import "https://cdn.example.org/x.js"'),
        ("a cookie", "document.cookie"),
    ],
)
def test_what_is_refused_would_be_seen(what: str, source: str) -> None:
    assert re.search(REFUSED[what], source, re.IGNORECASE)


def test_no_page_needs_a_plugin() -> None:
    files = [*templates(), *SCRIPTS]
    assert not [place(file) for file in files if re.search(PLUGINS, file.read_text())]
