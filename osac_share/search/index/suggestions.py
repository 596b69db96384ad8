"""Did you mean: unknown words replaced by visible words one slip away. And: more like this."""

from __future__ import annotations

from collections import Counter
from math import log1p
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final

from osac_share.search.index.analysis import fold, term_of, words_of
from osac_share.search.models import Word

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.search.index.view import View
    from osac_share.search.models import Query

SHORTEST: Final = 4
LONGEST: Final = 24
MOST_WORDS: Final = 4
VISIBLE_IN: Final = 2
"""A word is suggested only when this many visible editions have it."""
TELLING: Final = 16
"""So many words of a text tell what others are like it."""
APART: Final = 1_000
"""Positions between words that were not typed beside each other."""


def did_you_mean(view: View, query: Query) -> str | None:
    """Return the text of the query with each unknown word replaced by a close known one."""
    text = query.text
    for word in _unknown(view, query)[:MOST_WORDS]:
        better = _closest(view, fold(word.typed))
        if better is not None:
            text = text.replace(word.typed, better, 1)
    return text if text != query.text else None


def telling_words(view: View, text: str) -> tuple[Word, ...]:
    """Return the words that a text has often and what may be seen has seldom, most telling first.

    A word that nothing else has tells nothing, for it leads nowhere.
    """
    said = Counter[str]()
    typed: dict[str, str] = {}
    for word in words_of(text):
        term = term_of(word)
        if term is not None and not word.isdigit():
            said[term.stem] += 1
            typed.setdefault(term.stem, word)
    weights = {}
    for stem, count in said.items():
        carriers = len(view.word(stem).docs)
        if carriers > 1:
            weights[stem] = log1p(count) * view.rarity(carriers)
    best = sorted(weights, key=lambda stem: (-weights[stem], stem))[:TELLING]
    return tuple(Word(stem, typed[stem], number * APART) for number, stem in enumerate(best))


def _unknown(view: View, query: Query) -> list[Word]:
    return [
        word
        for word in query.words
        if not len(view.word(word.term).docs) and SHORTEST <= len(word.typed) <= LONGEST
    ]


def _closest(view: View, form: str) -> str | None:
    lexicon = view.snapshot.lexicon
    counted = [(-len(view.form(one)), one) for one in set(_one_slip(form)) if one in lexicon]
    frequency, best = min(counted, default=(0, ""))
    return best if -frequency >= VISIBLE_IN else None


def _one_slip(word: str) -> Iterator[str]:
    for split in range(len(word) + 1):
        left, right = word[:split], word[split:]
        if right:
            yield left + right[1:]
        if len(right) > 1:
            yield left + right[1] + right[0] + right[2:]
        for letter in ascii_lowercase:
            yield left + letter + right
            if right:
                yield left + letter + right[1:]
