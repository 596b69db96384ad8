"""The dialect of Markdown in which everybody writes: CommonMark, tables, strikethrough."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_core import block
from markdown_it.token import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.rules_core import StateCore

MAX_SOURCE = 64_000
"""The longest text, in characters, that is read as Markdown. Forms refuse more."""

_WORDS = r"(?:[^\W\d_]|[\[(]|\*\*[^\s*])"
"""How a line begins that can be nothing but the words of a paragraph."""

_PARAGRAPH = re.compile(rf"{_WORDS}[^\n]*(?:\n{_WORDS}[^\n]*)*+")
_LIST = re.compile(rf"([*+-]) {_WORDS}[^\n]*(?:\n\1 {_WORDS}[^\n]*)*+")
_LINE = re.compile(rf"(?:#|{_WORDS})[^\n]*")
_SEAM = re.compile(rf"\n\n(?=#|{_WORDS})")
PLAIN_STRONG = r"(?<!\*)\*\*(\w(?:[^*]*(?:\w|[^\w\s*](?=\*\*(?:\s|$))))?)\*\*(?!\*)"
"""Bold words between asterisks that cannot be read otherwise, as a pattern."""

_FAR_REACHING = re.compile("```|~~~|\\]:")
"""Fences of code, which hold blank lines, and definitions of links, which hold everywhere."""


class _Parser(MarkdownIt):
    """A parser that recognizes every link as one, whatever it leads to.

    The library would leave a link that it dislikes in the text as raw Markdown. Here it
    becomes a link, and `links.safe_link` decides what remains of it.
    """

    def validateLink(self, url: str) -> bool:  # noqa: N802 -- the library's name.
        """Accept any address."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 -- the library's name.
        """Leave the address as written."""
        return url


def build_parser() -> MarkdownIt:
    """Return a parser of the dialect; raw HTML is read as text."""
    parser = _Parser("commonmark", {"html": False, "xhtmlOut": False})
    parser.core.ruler.at("block", _read_blocks)
    return parser.enable(["table", "strikethrough"])


def pieces_of(text: str) -> Iterator[str]:
    """Divide a clean text where an outermost block surely begins.

    Each piece says by itself what it says within the text, apart from the level of its
    headings. The seams are blank lines before a heading or words at the margin, since no list,
    quote, table or indented code goes on there, and after one that is a single line.
    """
    if _FAR_REACHING.search(text):
        yield text
        return
    for piece in _SEAM.split(text):
        line, _, rest = piece.partition("\n\n")
        if rest and _LINE.fullmatch(line):
            yield line
            yield rest
        else:
            yield piece


def _read_blocks(state: StateCore) -> None:
    # Most pieces are plain paragraphs and lists. The library finds that out after it has tried
    # to read each line as everything else; what it makes of them is made here at once.
    source = state.src
    if _FAR_REACHING.search(source):
        block(state)
    elif _PARAGRAPH.fullmatch(source):
        state.tokens += _paragraph(source, 0, source.count("\n") + 1, level=0)
    elif found := _LIST.fullmatch(source):
        state.tokens += _list(found[1], source.split("\n"))
    else:
        block(state)


def _paragraph(source: str, start: int, end: int, *, level: int) -> Iterator[Token]:
    is_tight, lines, words = level > 0, [start, end], source.strip()
    yield Token("paragraph_open", "p", 1, map=lines, level=level, block=True, hidden=is_tight)
    yield Token(
        "inline", "", 0, map=lines[:], level=level + 1, children=[], content=words, block=True
    )
    yield Token("paragraph_close", "p", -1, level=level, block=True, hidden=is_tight)


def _list(marker: str, items: list[str]) -> Iterator[Token]:
    whole = [0, len(items)]
    yield Token("bullet_list_open", "ul", 1, map=whole, markup=marker, block=True)
    for line, item in enumerate(items):
        place = [line, line + 1]
        yield Token("list_item_open", "li", 1, map=place, level=1, markup=marker, block=True)
        yield from _paragraph(item[2:], line, line + 1, level=2)
        yield Token("list_item_close", "li", -1, level=1, markup=marker, block=True)
    yield Token("bullet_list_close", "ul", -1, markup=marker, block=True)
