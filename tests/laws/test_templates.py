"""Templates: complete, used, and free of anything that the content policy would refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.sources import ROOT, place, python_files, templates

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

PAGES = [file for file in templates() if file.suffix == ".html" and "mail" not in file.parts]
REFUSED = {
    "a script in the page": r"<script(?![^>]*\ssrc=)",
    "a style sheet in the page": r"<style\b",
    "a style attribute": r"\sstyle\s*=",
    "an event attribute": r"<[^>{]*\son[a-z]+\s*=",
    "a script address": r"javascript:",
    "an address on somebody else's server": r"<(?:script|link|img|iframe)\b[^>]*=\"(?:https?:)?//",
    "text that skips escaping": r"autoescape\s+false",
}
SAFE_SOURCES = {"body_html", "icon"}
"""Names whose value our own code has cleaned; nothing else may be passed to `|safe`."""


@pytest.mark.parametrize("what", REFUSED)
def test_no_page_holds(what: str) -> None:
    assert PAGES
    assert not [
        place(file) for file in PAGES if re.search(REFUSED[what], file.read_text(), re.IGNORECASE)
    ]


def test_only_cleaned_text_is_passed_as_safe() -> None:
    passed = [
        (place(file), match.group(1))
        for file in templates()
        for match in re.finditer(r"([\w.]+)\s*\|\s*safe\b", file.read_text())
    ]
    assert not [found for found in passed if found[1].split(".")[-1] not in SAFE_SOURCES]


@pytest.mark.one_database
def test_every_template_compiles(app: Flask) -> None:
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def test_every_template_is_used() -> None:
    sources = [*python_files("osac_share"), *templates()]
    text = "\n".join(file.read_text() for file in sources)
    unused = [name for file in templates() if not is_named(name := relative(file), text)]
    assert not unused


def is_named(name: str, text: str) -> bool:
    """Tell whether code names a template, as a whole or by a stem that it puts into a folder."""
    folder, _, file = name.rpartition("/")
    chosen = f"{folder}/{{" in text and f'"{file.partition(".")[0]}"' in text
    # Error pages are chosen by their number.
    return name in text or chosen or folder == "errors"


def relative(file: Path) -> str:
    return str(file.relative_to(ROOT / "templates"))
