"""A text taken apart into its lines: what is read of headings, paragraphs, items, rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from osac_share.kernel.text import MAX_SOURCE, clean_block, clean_line
from osac_share.kernel.text.parser import build_parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import EnvType

    from osac_share.reports.models import Section

TEXT = "text"
ITEM = "item"
ROW = "row"
CODE = "code"

LONGEST_HEADING = 120
"""The characters up to which a bold line is a heading."""

SHORTEST_BODY = 8
"""The words that must follow a bold beginning, as in **Crime:**, to make it a heading."""

BOLD_LEVEL = 7
"""Bold lines rank below the six levels of headings."""

_PARSER = build_parser()
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_MARKUP = re.compile(r"[\[\]*_`\\<~&!]| {2,}\n")
_COLON = " :"
_SENTENCE_ENDS = (".", "!", "?", ",", ";")


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the words that are linked, and where they lead."""

    words: str
    target: str


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list item, table row or line of code: its words, parted by single spaces."""

    kind: str
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A block before it is known whether it is a heading."""

    block: Block
    level: int | None = None
    """The level, for what is a heading or looks like one."""

    is_alone: bool = False
    """Whether it is a paragraph, outside of lists, and so a heading if others say so."""

    lead: str = ""
    """The bold words, up to a colon, with which it begins."""

    @property
    def heading(self) -> str:
        """Return the words of the heading that it is or begins with."""
        return (self.lead or self.block.text).rstrip(_COLON)

    @property
    def below(self) -> tuple[Block, ...]:
        """Return what it says besides the heading with which it begins, if anything."""
        rest = self.block.text[len(self.lead) :].lstrip(_COLON) if self.lead else ""
        return (Block(TEXT, rest, self.block.links),) if rest else ()


def read(sections: Iterable[Section]) -> list[list[Line]]:
    """Return the lines of each section that has text, its own heading first."""
    written = (one for one in sections if one["body"].strip())
    return [
        [Line(Block(TEXT, clean_line(one["heading"])), level=0), *_lines(one["body"])]
        for one in written
    ]


def _lines(body: str) -> Iterator[Line]:
    text = clean_block(body)
    if len(text) > MAX_SOURCE:
        for part in text.split("\n\n"):
            if words := " ".join(part.split()):
                yield Line(Block(TEXT, words))
        return
    env: dict[str, object] = {}
    inside = 0
    row: list[_Inline] | None = None
    previous: Token | None = None
    for token in _PARSER.parse(text, env):
        inside += token.nesting if token.type.endswith(("list_open", "list_close")) else 0
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield from _row(row)
            row = None
        elif token.type in {"fence", "code_block"}:
            yield from _code(token.content)
        elif token.type == "inline" and row is not None:
            row += _inlines(token.content, env)
        elif token.type == "inline":
            is_heading = previous is not None and previous.type == "heading_open"
            level = int(previous.tag[1:]) if is_heading and previous else None
            yield from _paragraph(_inlines(token.content, env), level, is_item=inside > 0)
        previous = token


def _row(cells: Sequence[_Inline]) -> Iterator[Line]:
    text = " | ".join(cell.text for cell in cells if cell.text)
    if text:
        yield Line(Block(ROW, text, tuple(link for cell in cells for link in cell.links)))


def _code(content: str) -> Iterator[Line]:
    for line in content.splitlines():
        if words := clean_line(line):
            yield Line(Block(CODE, words))


def _paragraph(inlines: list[_Inline], level: int | None, *, is_item: bool) -> Iterator[Line]:
    """Yield a paragraph's lines, as the author broke them; a heading is one line."""
    if level is not None:
        links = tuple(link for inline in inlines for link in inline.links)
        heading = " ".join(inline.text for inline in inlines if inline.text)
        if heading:
            yield Line(Block(TEXT, heading, links), level)
        return
    written = _unwrapped(inlines)
    for position, inline in enumerate(written):
        block = Block(ITEM if is_item else TEXT, inline.text, tuple(inline.links))
        first = position == 0 and not is_item
        if first and inline.is_bold and not inline.text.endswith(_SENTENCE_ENDS):
            is_short = len(inline.text) <= LONGEST_HEADING
            yield Line(block, BOLD_LEVEL if is_short else None, is_alone=True)
        elif first and (lead := inline.lead):
            body = inline.text[len(lead) :].lstrip(_COLON).split(maxsplit=SHORTEST_BODY)
            is_heading = len(body) > SHORTEST_BODY
            yield Line(block, BOLD_LEVEL if is_heading else None, is_alone=True, lead=lead)
        else:
            yield Line(block, is_alone=not is_item)


def _unwrapped(inlines: Iterable[_Inline]) -> list[_Inline]:
    """Return the lines that have words; one that begins in lower case belongs to the last."""
    lines: list[_Inline] = []
    for inline in inlines:
        if lines and inline.text[:1].islower():
            lines[-1].said += [(" ", False), *inline.said]
            lines[-1].links += inline.links
        elif inline.text:
            lines.append(inline)
    return lines


@dataclass(slots=True)
class _Inline:
    """One line of running text, while it is being read."""

    said: list[tuple[str, bool]] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)

    @property
    def text(self) -> str:
        return clean_line("".join(words for words, _ in self.said))

    @property
    def is_bold(self) -> bool:
        plain = "".join(words for words, is_bold in self.said if not is_bold)
        return any(is_bold for _, is_bold in self.said) and not plain.strip(_COLON)

    @property
    def lead(self) -> str:
        """Return the bold beginning of the line if it is the heading of what follows.

        A colon ends it, or what follows runs into it, as where a line break was lost.
        """
        bold: list[str] = []
        following = ""
        for words, is_bold in self.said:
            if not is_bold and words.strip():
                following = words
                break
            bold.append(words)
        head = clean_line("".join(bold))
        is_cramped = following[:1].isupper() and bold[-1:] != [" "] and head[-1:].isalnum()
        has_colon = head.endswith(":") or following.lstrip().startswith(":")
        is_heading = head and len(head) <= LONGEST_HEADING and (has_colon or is_cramped)
        return head.rstrip(_COLON) if is_heading else ""


def _inlines(content: str, env: EnvType) -> list[_Inline]:
    if not _MARKUP.search(content):
        # Most lines, and the full parser is ten times as dear.
        return [_Inline([(content, False)])]
    children: list[Token] = []
    _PARSER.inline.parse(content, _PARSER, env, children)
    lines = [_Inline()]
    bold = emphasized = 0
    target = ""
    linked: list[str] = []
    for child in children:
        if child.type == "hardbreak":
            lines.append(_Inline())
            continue
        bold += child.nesting if child.tag == "strong" else 0
        emphasized += child.nesting if child.tag == "em" else 0
        if child.type == "link_open":
            target, linked = clean_line(str(child.attrs.get("href", ""))), []
        elif child.type == "link_close":
            lines[-1].links.append(Link(clean_line("".join(linked)), target))
        words = _words(child)
        # A note in bold italics is set off from the text, not above it.
        lines[-1].said.append((words, bold > 0 and not emphasized))
        linked.append(words)
    return lines


def _words(child: Token) -> str:
    """Return what is read of an inline token. What is struck out must not read as if it held."""
    if child.tag == "s":
        return "~~"
    return " " if child.type == "softbreak" else child.content
