"""A text as its reader sees it: one spelling for whatever looks the same.

Markings and numbers are looked for in the folded text, and each place in it leads back to the
place in the original, so that what is found can be shown where its author wrote it.
"""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from osac_share.guard.policy.lookalikes import LOOKALIKES

_SPECIAL: Final = re.compile(
    r"""
    (?P<entity>&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});)
    | (?P<line_end>\r\n?|<br\ ?/?>)
    | (?P<tag></?(?:b|i|u|s|em|strong|mark|code|span)>)
    | (?P<slash>%2[fF])
    | (?P<escape>\\)(?=[!-/:-@\[-`{-~])
    | (?P<bullet>^[ ]{0,3}\*(?=[ ]))
    | (?P<underscores>_+)
    | (?P<emphasis>[*~`]+)
    | (?P<character>[\x00-\x09\x0b-\x1f\x7f-\U0010ffff])
    """,
    re.VERBOSE | re.MULTILINE,
)
_FILLERS: Final = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0")
_LINE_ENDS: Final = frozenset("\x0b\x0c\x85\u2028\u2029")
_SLASHES: Final = frozenset("\u2044\u2215\u29f8\u2571")
_DOTS: Final = frozenset("\u00b7\u2022\u2219\u30fb\u22c5")
_LONGEST: Final = 6
"""The most letters that one may stand for; beyond are Arabic phrases of one sign."""

_NO_INK: Final = frozenset({"Mn", "Me", "Cf", "Cc", "Cs", "Co"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and the way back to the original."""

    text: str
    original: str
    _pieces: list[tuple[int, int, int]] = field(repr=False)
    """Where each piece begins in `text`, and its span in the original."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the original of a place, not empty, in the folded text."""
        return self._at(start)[0], self._at(end - 1)[1]

    def _at(self, place: int) -> tuple[int, int]:
        number = bisect_right(self._pieces, place, key=lambda piece: piece[0]) - 1
        folded, start, end = self._pieces[number]
        following = self._pieces[number + 1][0] if number + 1 < len(self._pieces) else None
        length = (len(self.text) if following is None else following) - folded
        if length != end - start:
            return start, end
        return start + place - folded, start + place - folded + 1


def fold(text: str) -> Folded:
    """Return `text` without what does not show, in the plainest letters that look the same.

    HTML entities are read; emphasis, accents and invisible characters fall away; full-width,
    mathematical and look-alike letters become ASCII (NFKD and a choice from UTS #39); every
    space is a blank, every end of line a line feed, every dash a hyphen. Case stays.
    """
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    length = at = 0

    def add(part: str, start: int, end: int) -> None:
        nonlocal length
        if part:
            parts.append(part)
            pieces.append((length, start, end))
            length += len(part)

    for match in _SPECIAL.finditer(text):
        add(text[at : match.start()], at, match.start())
        add(_plain(match), match.start(), match.end())
        at = match.end()
    add(text[at:], at, len(text))
    return Folded("".join(parts), text, pieces)


def _plain(match: re.Match[str]) -> str:
    kind, written = match.lastgroup, match[0]
    if kind == "character":
        return _plain_character(written)
    if kind == "entity":
        return "".join(map(_plain_character, html.unescape(written)))
    if kind == "underscores":
        # Within a word they are what parts it, beside a word they are emphasis.
        before, after = match.start() - 1, match.end()
        inside = before >= 0 and after < len(match.string)
        return "_" if inside and (match.string[before] + match.string[after]).isalnum() else ""
    return {"line_end": "\n", "slash": "/", "bullet": "-"}.get(kind or "", "")


@lru_cache(maxsize=8192)
def _plain_character(character: str) -> str:
    if character in _LINE_ENDS or character == "\n":
        return "\n"
    if character.isspace() or character == "\u2800":
        return " "
    if character in _FILLERS:
        return ""
    parts = unicodedata.normalize("NFKD", character)
    return "".join(map(_plain_part, parts)) if len(parts) <= _LONGEST else character


def _plain_part(part: str) -> str:
    category = unicodedata.category(part)
    if category in _NO_INK:
        return ""
    if part in _SLASHES:
        return "/"
    if category == "Pd" or part == "\u2212":
        return "-"
    if category in {"Pi", "Pf"}:
        return "'" if part in "\u2018\u2019\u201b" else '"'
    if part in _DOTS:
        return "."
    return " " if part.isspace() else LOOKALIKES.get(part, part)
