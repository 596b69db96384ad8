"""Cleaning of Markdown that a machine made out of somebody's web page.

What is stored is to be harmless and to read well even where nobody renders it with care:
in an export, in the API, in another program. The page itself does not rest on this module;
`render_markdown` decides anew on everything.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from osac_share.kernel.text.cleaning import clean_block
from osac_share.kernel.text.links import safe_link
from osac_share.kernel.text.memory import remembered
from osac_share.kernel.text.parser import MAX_SOURCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ANY_PAGE = "https://example.org/"
"""Stands for the page the text comes from: relative links are kept, to be resolved later."""

_TARGET = r"\(([^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)"
_IMAGE = re.compile(r"!\[([^\[\]]*)\]" + _TARGET)
_LINK = re.compile(r"(?<![!\\])\[([^\[\]]*)\]" + _TARGET)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*)>")
_DEFINITION = re.compile(r" {0,3}\[[^\[\]]+\]:[ \t]*(\S+)")
_CRAMPED_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+[^\w\s*])\*\*(?=[\w+\[])")
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_FENCE = re.compile(r"^ {0,3}(?:```|~~~)", re.MULTILINE)
_LEFT_EMPTY = {"null", "undefined"}
"""What a page says where its template found no value."""

_PICTURE = "\0"
"""A line that held pictures only; no clean text holds this character."""


def clean_markdown(source: str) -> str:
    """Return scraped Markdown without the dirt of the page around it.

    As `clean_block`, and: links that `safe_link` refuses keep their words only; a line of
    nothing but buttons (links to a script whose tool tip says something else than their
    text) goes; images leave their description; tool tips go; addresses with blanks in them
    are mended; `**Bold:**text` gets the space without which it is not bold, and so does a
    link that runs into the next word; lines that say `null` go, and headings that are
    empty, that repeat the one just before, or that have nothing beneath them at the end of
    the text. Cleaning clean Markdown changes nothing.
    """
    text = clean_block(source)
    if len(text) > MAX_SOURCE or _FENCE.search(text):
        # What is not read as Markdown is left alone, and so is code, whose lines are not
        # told apart here.
        return text
    lines = [line for line in map(_clean_line_of_page, text.split("\n")) if line is not None]
    tidy = _without_repeated_headings(_without_empty_sections(lines))
    return clean_block(_CRAMPED_STRONG.sub(r"**\1** ", "\n".join(tidy)))


@remembered
def _clean_line_of_page(line: str) -> str | None:
    if line.strip() in _LEFT_EMPTY or _words_of_heading(line) == "":
        return None
    if "](" in line:
        line, images = _IMAGE.subn(r"\1", line)
        if _LINK.search(line) and not _LINK.sub(_without_buttons, line).strip():
            return None
        line = _LINK.sub(_settled, line)
        if images and not line.strip():
            return _PICTURE
    if "<" in line:
        line = _AUTOLINK.sub(lambda found: found[0] if _target(found[1]) else found[1], line)
    definition = _DEFINITION.match(line)
    return None if definition and _target(definition[1]) is None else line


def _without_buttons(link: re.Match[str]) -> str:
    words, inside = link[1], link[2]
    tool_tip = _split_title(inside)[1]
    return "" if tool_tip not in words and _target(inside) is None else link[0]


def _settled(link: re.Match[str]) -> str:
    words, target = link[1], _target(link[2])
    if target is None or not words.strip():
        return words
    begins_a_word = link.string[link.end() : link.end() + 1].isupper()
    return f"[{words}]({target}){' ' if begins_a_word else ''}"


def _target(inside: str) -> str | None:
    """Return the address between the brackets of a link, mended, or None if it may not stay."""
    address, _ = _split_title(inside)
    if address.startswith("<"):
        address = address.strip("<>")
    safe = safe_link(html.unescape(_ESCAPED.sub(r"\1", address)), _ANY_PAGE)
    if safe is None:
        return None
    is_relative = safe.startswith(_ANY_PAGE) and not address.startswith(_ANY_PAGE)
    if is_relative or not re.search(r"\s", address):
        is_bare_mailbox = safe.startswith("mailto:") and ":" not in address
        return safe if is_bare_mailbox else re.sub(r"\s", "%20", address)
    return safe


def _split_title(inside: str) -> tuple[str, str]:
    """Return address and title, which is empty if there is none."""
    inside = inside.strip()
    for quote in ('"', "'"):
        address, opening, title = inside.partition(quote)
        if opening and title.endswith(quote) and address.endswith((" ", "\t")):
            return address.strip(), title.strip(" \t" + quote)
    return inside, ""


def _without_empty_sections(lines: Sequence[str]) -> list[str]:
    """Drop headings above nothing: at the end of the text, or above pictures alone.

    The title (`#`) stays in any case, and so does a heading right before another one.
    """
    kept: list[str] = []
    at_end, bare, picture = True, True, False
    for line in reversed(lines):
        heading = _HEADING.match(line)
        if line == _PICTURE:
            picture = True
        elif heading and heading[1] != "#" and bare and (at_end or picture):
            picture = False
        else:
            kept.append(line)
            if line.strip():
                at_end, bare, picture = False, heading is not None, False
    return kept[::-1]


def _without_repeated_headings(lines: Sequence[str]) -> Iterator[str]:
    last = None
    for line in lines:
        words = _words_of_heading(line)
        if words is not None and words == last:
            continue
        yield line
        if line.strip():
            last = words


def _words_of_heading(line: str) -> str | None:
    heading = _HEADING.match(line) if "#" in line else None
    return (heading[2] or "").rstrip("# ").strip() if heading else None
