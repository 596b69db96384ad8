"""Markdown to text for search, the plain part of mails, and summaries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from osac_share.kernel.text.cleaning import clean_block
from osac_share.kernel.text.memory import remembered
from osac_share.kernel.text.parser import MAX_SOURCE, PLAIN_STRONG, build_parser, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token
    from markdown_it.utils import EnvType

_PARSER = build_parser()
_PARSER.core.ruler.enableOnly(["normalize", "block"])

_PLAIN_LINK = re.compile(
    r"""(?<!!)\[([^\[\]]+)\]\((?:[^\s()<>\\&]|\([^\s()<>\\&]*\))+(?:\s"[^"\\\n]*")?\)"""
)
_PLAIN_STRONG = re.compile(PLAIN_STRONG)
_MARKUP = re.compile(r"[\[\]*_`\\<]|~~|&[#\w]")
_HARD_BREAK = re.compile(r"(?<! ) {2,}\n")
_SENTENCE_END = re.compile(r"[.!?](?=\s)")
_GROUP_STARTS = frozenset({"bullet_list_open", "ordered_list_open", "table_open"})
_GROUP_ENDS = frozenset({"bullet_list_close", "ordered_list_close", "table_close"})
_SUMMARY_GLANCE = 5
_SUMMARY_SOURCE = 10
"""A summary of n characters is looked for in the first 10 n characters of its source."""


class _Block(NamedTuple):
    text: str
    group: int | None
    """The list or table it belongs to, whose lines follow each other closely."""

    is_heading: bool = False


def plain_text(source: str) -> str:
    """Return what `source`, in Markdown, says, without its markup.

    Paragraphs stay apart by a blank line, list items begin with `- ` or their number, the
    cells of a table row are parted by a bar; of links and images only the words remain.
    """
    text = clean_block(source)
    if len(text) > MAX_SOURCE:
        return text
    return "\n\n".join(_said_in(blocks) for piece in pieces_of(text) if (blocks := _blocks(piece)))


def _said_in(blocks: Sequence[_Block]) -> str:
    parts: list[str] = []
    group = None
    for block in blocks:
        if parts:
            parts.append("\n" if group is not None and block.group == group else "\n\n")
        parts.append(block.text)
        group = block.group
    return "".join(parts)


def summarize(source: str, limit: int = 280) -> str:
    """Return the beginning of what `source`, in Markdown, says, as one line.

    Headings are passed over. The text ends with a sentence if one ends in its second half,
    else with a word and an ellipsis; it is never longer than `limit` characters.
    """
    line = _told_in(source[: limit * _SUMMARY_GLANCE])
    if len(line) <= limit:
        # A text that begins with headings and links; only then is it worth reading on.
        line = _told_in(source[: limit * _SUMMARY_SOURCE])
    if len(line) <= limit:
        return line
    sentences = [match.end() for match in _SENTENCE_END.finditer(line[: limit + 1])]
    if sentences and sentences[-1] >= limit // 2:
        return line[: sentences[-1]]
    words = line[:limit].rpartition(" ")[0] or line[: limit - 1]
    return words.rstrip(" ,;:") + "…"


def _told_in(source: str) -> str:
    blocks = (block for piece in pieces_of(clean_block(source)) for block in _blocks(piece))
    return " ".join(" ".join(block.text for block in blocks if not block.is_heading).split())


@remembered
def _blocks(piece: str) -> tuple[_Block, ...]:
    return tuple(_read(piece))


def _read(piece: str) -> Iterator[_Block]:
    env: dict[str, object] = {}
    tokens = _PARSER.parse(piece, env)
    lists = _Lists()
    row: list[str] | None = None
    for position, token in enumerate(tokens):
        lists.note(token, position)
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield _Block(" | ".join(cell for cell in row if cell), lists.group)
            row = None
        elif token.type in {"fence", "code_block"}:
            yield _Block(token.content.rstrip("\n"), None)
        elif token.type == "inline" and row is not None:
            row.append(_words(token.content, env))
        elif token.type == "inline" and (words := _words(token.content, env)):
            is_heading = tokens[position - 1].type == "heading_open"
            yield _Block(lists.take_marker() + words, lists.group, is_heading)


class _Lists:
    """Where in its lists and tables the walk through the blocks is."""

    def __init__(self) -> None:
        self.group: int | None = None
        self._numbers: list[int | None] = []
        self._marker = ""

    def note(self, token: Token, position: int) -> None:
        """Follow the beginning and end of lists, their items, and tables."""
        if token.type in _GROUP_STARTS and not self._numbers:
            self.group = position
        if token.type == "bullet_list_open":
            self._numbers.append(None)
        elif token.type == "ordered_list_open":
            self._numbers.append(int(token.attrs.get("start", 1)))
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            self._numbers.pop()
        elif token.type == "list_item_open":
            number = self._numbers[-1]
            self._marker = "- " if number is None else f"{number}. "
            if number is not None:
                self._numbers[-1] = number + 1
        if token.type in _GROUP_ENDS and not self._numbers:
            self.group = None

    def take_marker(self) -> str:
        """Return what the next line of text begins with; an item's marker is used once."""
        marker, self._marker = self._marker, ""
        indent = "  " * (len(self._numbers) - 1)
        return indent + (marker or "  ") if self._numbers else ""


def _words(content: str, env: EnvType) -> str:
    simple = _PLAIN_STRONG.sub(r"\1", _PLAIN_LINK.sub(r"\1", content))
    if _MARKUP.search(simple):
        # Rare enough that the full parser, ten times as dear, may have it.
        children: list[Token] = []
        _PARSER.inline.parse(content, _PARSER, env, children)
        simple = _said(children)
    lines = (" ".join(part.split()) for part in _HARD_BREAK.split(simple))
    return "\n".join(lines).strip()


def _said(children: Sequence[Token]) -> str:
    breaks = {"softbreak": "\n", "hardbreak": "  \n"}
    return "".join(breaks.get(child.type, child.content) for child in children)
