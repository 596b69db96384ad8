"""How hard a passphrase is to guess: what it is cheapest put together from. Pure.

Lists of common passwords and words tell what guessing begins with (SP 800-63B-4 asks for such
a blocklist). What counts is not whether a passphrase stands in them but how little remains when
it is taken apart by them: one word said twice is one word.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from zxcvbn.frequency_lists import FREQUENCY_LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# How many guesses a part takes, as powers of ten.
_KNOWN = 1.0
_LINE = 2.0
_WORD = 4.0
_CHARACTER = 1.4

_LONGEST_PART = 32
_SHORTEST_PART = 3
_KEYS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_LINES = "\n".join([*_KEYS, *(row[::-1] for row in _KEYS)])
_LOOKALIKES = str.maketrans("013457@$!", "oieastasi")
_DROPPED = ("C", "M", "P", "S", "Z")
"""Kinds of characters that change nothing: spaces, signs, accents."""

SITE_WORDS = ("osac", "council", "chapter", "overseas", "security", "advisory", "passphrase")
"""What comes to mind in front of this site."""


def guesses(passphrase: str, known: Iterable[str]) -> float:
    """Return about how many guesses a passphrase takes, as a power of ten, or a little less.

    It is taken apart into common words, rows of keys, repetitions of what came before and
    `known` words (the person's name, address, organization, the site), in whatever way is
    cheapest; letters instead of look-alike digits are tried, too.
    """
    words = frozenset(_known_words(known))
    spellings = {_folded(passphrase), _folded(passphrase.translate(_LOOKALIKES))}
    return min(_cheapest(_said_twice(text), words) for text in spellings)


def _said_twice(text: str) -> str:
    """Return a text that says one thing again and again as one that says it twice."""
    period = (text + text).find(text, 1)
    return text[: 2 * period] if 0 < period < len(text) else text


def _cheapest(text: str, known: frozenset[str]) -> float:
    costs = [0.0]
    for end in range(1, len(text) + 1):
        best = costs[end - 1] + _CHARACTER
        for start in range(max(0, end - _LONGEST_PART), end - _SHORTEST_PART + 1):
            if costs[start] + _KNOWN < best:
                best = min(best, costs[start] + _cost(text, start, end, known))
        costs.append(best)
    return costs[-1]


def _cost(text: str, start: int, end: int, known: frozenset[str]) -> float:
    part = text[start:end]
    if part in known or text.find(part, 0, start) >= 0:
        return _KNOWN
    if part in _LINES:
        return _LINE
    return _WORD if part in _common() else _CHARACTER * len(part)


@cache
def _common() -> frozenset[str]:
    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words)


def _known_words(known: Iterable[str]) -> Iterator[str]:
    for text in (*SITE_WORDS, *known):
        parts = "".join(one if one.isalnum() else " " for one in text).split()
        for part in (text, *parts):
            folded = _folded(part)
            if _SHORTEST_PART <= len(folded) <= _LONGEST_PART:
                yield from (folded, folded[::-1])


def _folded(text: str) -> str:
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in bare if unicodedata.category(one)[0] not in _DROPPED)
