"""Words beside each other: phrases, and a bonus for words that stand as they were typed."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from osac_share.search.index.analysis import fold
from osac_share.search.index.schema import TITLE_GAP
from osac_share.search.index.snapshot import distinct
from osac_share.search.index.view import K1
from osac_share.search.models import Phrase

if TYPE_CHECKING:
    from osac_share.search.index.snapshot import Docs, Floats
    from osac_share.search.index.view import Scored, View
    from osac_share.search.models import Word

CANDIDATES: Final = 200
"""How many of the best documents are looked at for words that stand together."""
WEIGHT: Final = 0.5
SENTENCE: Final = 3
TOP_SCORE: Final = K1 + 1
"""What a word can be worth in a document, times its rarity."""
FARTHEST: Final = TITLE_GAP - 1
_BITS: Final = 20
_MASK: Final = (1 << _BITS) - 1

Keys = NDArray[np.int64]


def phrase_documents(view: View, phrase: Phrase, docs: Docs) -> NDArray[np.intp]:
    """Return the indices in `docs`, which all have all the words, of those with the phrase."""
    longest = view.snapshot.columns["title_words"][docs] if phrase.in_title else None
    keys: Keys | None = None
    for offset, term in phrase.words:
        here = _keys(view, term, docs) - offset
        keys = here if keys is None else _common(keys, here)
    if keys is None:
        return np.arange(len(docs))
    if longest is not None:
        keys = keys[keys & _MASK < longest[keys >> _BITS]]
    return distinct(keys >> _BITS)


def nearness(view: View, words: tuple[Word, ...], found: Scored) -> Floats:
    """Return a bonus for words that stand in a document as they were typed.

    Pairs are looked for in the best candidates only: what the words alone rank far down, no pair
    would bring to the top. A whole sentence is looked for everywhere, and outweighs all else.
    """
    bonus = np.zeros(len(found.docs), np.float32)
    best = _best(found.scores, CANDIDATES)
    docs = found.docs[best]
    keys = {word.term: _keys(view, word.term, docs) for word in words}
    for left, right in pairwise(words):
        gap = right.position - left.position
        if left.term == right.term or gap > FARTHEST:
            continue
        together = distinct(_common(keys[left.term] + gap, keys[right.term]) >> _BITS)
        bonus[best[together]] += WEIGHT * min(_rarity(view, left), _rarity(view, right))
    if len(words) >= SENTENCE:
        exact = _verbatim(view, words, found.docs)
        worth = sum(TOP_SCORE * _rarity(view, word) for word in words)
        bonus[exact] += worth * (1 + _as_spelled(view, words, found.docs[exact]))
    return bonus


def _as_spelled(view: View, words: tuple[Word, ...], docs: Docs) -> Floats:
    """Return the share of the words that a document has in the very form typed."""
    forms = {fold(word.typed) for word in words}
    share = np.zeros(len(docs), np.float32)
    for form in forms:
        share += np.isin(docs, view.form(form), assume_unique=True) / len(forms)
    return share


def _verbatim(view: View, words: tuple[Word, ...], docs: Docs) -> NDArray[np.intp]:
    """Return the indices in `docs` of those that have all the words exactly as typed."""
    having = np.arange(len(docs))
    for term in {word.term for word in words}:
        having = having[np.isin(docs[having], view.word(term).docs, assume_unique=True)]
    first = words[0].position
    phrase = Phrase(tuple((word.position - first, word.term) for word in words))
    return having[phrase_documents(view, phrase, docs[having])]


def _rarity(view: View, word: Word) -> float:
    return view.rarity(len(view.word(word.term).docs))


def _best(scores: Floats, count: int) -> NDArray[np.intp]:
    """Return the indices of the best scores, ascending, with all that tie with the last."""
    if len(scores) <= count:
        return np.arange(len(scores))
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    return np.flatnonzero(scores >= least)


def _keys(view: View, term: str, docs: Docs) -> Keys:
    """Return every place of a word in these documents, as index of the document and position."""
    places = view.places(term)
    if not len(places.docs) or not len(docs):
        return np.empty(0, np.int64)
    where = np.minimum(np.searchsorted(places.docs, docs), len(places.docs) - 1)
    present = np.flatnonzero(places.docs[where] == docs)
    where = where[present]
    counts = places.counts[where]
    ends = np.cumsum(counts)
    flat = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
        places.starts[where] - ends + counts, counts
    )
    keys: Keys = (np.repeat(present, counts) << _BITS) + places.positions[flat]
    return keys


def _common(some: Keys, others: Keys) -> Keys:
    # Both are ascending, which a stable sort merges in one pass.
    both = np.concatenate([some, others])
    both.sort(kind="stable")
    common: Keys = both[1:][both[1:] == both[:-1]]
    return common
