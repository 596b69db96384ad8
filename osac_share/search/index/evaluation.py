"""Queries evaluated by whole arrays: which visible documents match, and how well."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from osac_share.search.index.nearness import nearness, phrase_documents
from osac_share.search.index.view import Scored
from osac_share.search.models import AnyOf, Phrase, Prefix, Tag, Word

if TYPE_CHECKING:
    from datetime import date

    from osac_share.search.index.snapshot import Docs, Floats, Mask
    from osac_share.search.index.view import View
    from osac_share.search.models import Clause, Leaf, Query

FEW_WORDS: Final = 3
"""Up to so many words mean exactly what they say: each is required if any report has them all."""
LONG_QUERY: Final = 8
"""With more plain words than this a query is taken for a pasted sentence."""
ENOUGH: Final = 10
"""Between the two, all words are required if at least so many editions have them all."""
MOST: Final = 0.15
"""The share of the weight of its words that a document needs to match loosely."""


FEW_OF: Final = 16
"""A list this many times shorter than another is looked up in it, rather than both marked."""


class Matches(NamedTuple):
    """All visible documents that match, ascending, with their scores."""

    docs: Docs
    scores: Floats
    loosened: bool


def evaluate(view: View, query: Query) -> Matches:
    """Find every visible document that the query asks for."""
    allowed = _allowed(view, query)
    words = query.words
    if query.strictly or (len(words) <= LONG_QUERY and not query.loosely):
        found = _all_of([_clause(view, clause) for clause in query.clauses], allowed)
        enough = 1 if len(words) <= FEW_WORDS else ENOUGH
        if query.strictly or len(found.docs) >= enough or len(words) <= 1:
            return _finished(view, words, found, loosened=False)
    return _loosely(view, query, allowed)


def nearly(view: View, query: Query, found: Matches) -> Matches | None:
    """Find what has most of the words, if few reports have all; without these reports."""
    if query.strictly or found.loosened or len(query.words) < 2 or len(found.docs) >= ENOUGH:  # noqa: PLR2004
        return None
    report_of = view.snapshot.report_of
    others = ~_mask_of(report_of[found.docs], view.snapshot.report_count)
    return _loosely(view, query, _allowed(view, query) & others[report_of])


def _loosely(view: View, query: Query, allowed: Mask) -> Matches:
    required = [_clause(view, one) for one in query.clauses if not isinstance(one, Word)]
    found = _all_of([_most_of(view, query.words), *required], allowed)
    return _finished(view, query.words, found, loosened=True)


def _allowed(view: View, query: Query) -> Mask:
    columns = view.snapshot.columns
    mask = view.visible if query.history else view.visible & (columns["current"] != 0)
    if query.in_files:
        mask = mask & (columns["attachment"] > 0)
    if query.besides:
        mask = mask & (columns["report"] != query.besides)
    masks: dict[str, Mask] = {}
    for one in query.filters:
        carried = view.snapshot.mask(one.field, one.value)
        if one.excluded:
            mask = mask & ~carried
        else:
            masks[one.field] = masks[one.field] | carried if one.field in masks else carried
    mask = reduce(np.logical_and, masks.values(), mask)
    published = columns["published"]
    if query.after:
        mask = mask & (published >= _midnight(query.after))
    if query.before:
        mask = mask & (published < _midnight(query.before))
    for leaf in query.excluded:
        mask = mask & ~_mask_of(_leaf(view, leaf).docs, view.snapshot.count)
    return mask


def _midnight(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _clause(view: View, clause: Clause) -> Scored:
    if not isinstance(clause, AnyOf):
        return _leaf(view, clause)
    options = [_leaf(view, leaf) for leaf in clause.leaves]
    docs = np.unique(np.concatenate([option.docs for option in options]))
    return Scored(docs, _sum(options, docs, view.snapshot.count))


def _leaf(view: View, leaf: Leaf) -> Scored:
    if isinstance(leaf, Word):
        return view.titled(leaf.term) if leaf.in_title else view.word(leaf.term)
    if isinstance(leaf, Prefix):
        return view.titled_prefix(leaf.letters) if leaf.in_title else view.prefix(leaf.letters)
    if isinstance(leaf, Tag):
        return view.tagged(leaf.field, leaf.value)
    return _phrase(view, leaf)


def _phrase(view: View, phrase: Phrase) -> Scored:
    find = view.titled if phrase.in_title else view.word
    words = [find(term) for term in dict.fromkeys(term for _, term in phrase.words)]
    docs = _common([word.docs for word in words], view.snapshot.count)
    if len(phrase.words) > 1:
        docs = docs[phrase_documents(view, phrase, docs)]
    return Scored(docs, _sum(words, docs, view.snapshot.count))


def _all_of(clauses: list[Scored], allowed: Mask) -> Scored:
    if not clauses:
        docs = np.flatnonzero(allowed)
        return Scored(docs, np.zeros(len(docs), np.float32))
    docs = _common([clause.docs for clause in clauses], len(allowed))
    docs = docs[allowed[docs]]
    return Scored(docs, _sum(clauses, docs, len(allowed)))


def _common(lists: list[Docs], count: int) -> Docs:
    """Return the documents that are in every list, beginning with the shortest."""
    return reduce(lambda some, others: _intersection(some, others, count), sorted(lists, key=len))


def _most_of(view: View, words: tuple[Word, ...]) -> Scored:
    """Return the documents that have most of the words, by the weight of the words."""
    count = view.snapshot.count
    scores, covered = np.zeros(count, np.float32), np.zeros(count, np.float32)
    whole = 0.0
    for word in {word.term: word for word in words}.values():
        found = _leaf(view, word)
        if len(found.docs):
            rarity = view.rarity(len(found.docs))
            scores[found.docs] += found.scores
            covered[found.docs] += rarity
            whole += rarity
    docs = np.flatnonzero((covered > 0) & (covered >= MOST * whole))
    return Scored(docs, scores[docs])


def _finished(view: View, words: tuple[Word, ...], found: Scored, *, loosened: bool) -> Matches:
    scores = found.scores
    if len(words) > 1 and len(found.docs):
        scores = scores + nearness(view, words, found)
    return Matches(found.docs, scores * view.prior[found.docs], loosened)


def _sum(parts: list[Scored], docs: Docs, count: int) -> Floats:
    if len(parts) == 1 and len(parts[0].docs) == len(docs):
        return parts[0].scores
    total = np.zeros(len(docs), np.float32)
    for part in parts:
        total += _scores_at(part, docs, count)
    return total


def _scores_at(part: Scored, docs: Docs, count: int) -> Floats:
    """Return what a clause is worth in these documents, 0 in those that it does not match."""
    if len(docs) * FEW_OF < len(part.docs):
        where = np.minimum(np.searchsorted(part.docs, docs), len(part.docs) - 1)
        return np.where(part.docs[where] == docs, part.scores[where], np.float32(0))
    everywhere = np.zeros(count, np.float32)
    everywhere[part.docs] = part.scores
    return everywhere[docs]


def _intersection(some: Docs, others: Docs, count: int) -> Docs:
    if len(some) * FEW_OF < len(others):
        where = np.minimum(np.searchsorted(others, some), len(others) - 1)
        common: Docs = some[others[where] == some]
        return common
    return some[_mask_of(others, count)[some]]


def _mask_of(docs: Docs, count: int) -> Mask:
    mask = np.zeros(count, bool)
    mask[docs] = True
    return mask
