"""What one clearance may see of the index: the only thing that queries are evaluated on.

Everything a query can touch comes out of here already cut down to visible documents, statistics
included. So nothing hidden can change a hit, an order, a count or a suggestion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from osac_share.search.index.analysis import term_of
from osac_share.search.index.schema import BODY, FORM, TITLE
from osac_share.search.index.snapshot import Docs, Floats, Mask, Postings, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from osac_share.search.models import Clearance

K1: Final = 1.2
B: Final = 0.75
TITLE_B: Final = 0.4
TITLE_WEIGHT: Final = 1.5
MAX_EXPANSIONS: Final = 500

RECENT_WEIGHT: Final = 0.08
SEVERITY_WEIGHT: Final = {"emergency": 0.08, "security": 0.04}
SUPERSEDED_WEIGHT: Final = 0.99
FILE_WEIGHT: Final = 0.9
_YEAR_S: Final = 365 * 86_400


class Scored(NamedTuple):
    """Visible documents, ascending, with what a clause is worth in each."""

    docs: Docs
    scores: Floats


class Places(NamedTuple):
    """Where a word stands: for each visible document the slice of `positions` that is its own."""

    docs: Docs
    starts: NDArray[np.intp]
    counts: NDArray[np.intp]
    positions: NDArray[np.uint16]


class View:
    """A snapshot as one clearance sees it."""

    def __init__(self, snapshot: Snapshot, clearance: Clearance) -> None:
        """Apply the rule of sight, and take the statistics of what is left."""
        self.snapshot = snapshot
        self._key = clearance
        self.visible: Mask = snapshot.visible(clearance)
        self.count = int(np.count_nonzero(self.visible))
        self._body_norm = self._norm("body_length", B)
        self._title_norm = self._norm("title_length", TITLE_B)
        self.prior: Floats = self._prior()

    @property
    def nbytes(self) -> int:
        """The memory that this view holds."""
        return self.visible.nbytes + 3 * self.prior.nbytes

    def rarity(self, frequency: int) -> float:
        """Return the weight of a word that this many visible documents have."""
        return float(np.log1p((self.count - frequency + 0.5) / (frequency + 0.5)))

    def word(self, term: str) -> Scored:
        """Return the documents that have a word, scored by BM25F over title and text."""

        def make() -> Scored:
            body, title = self._postings(BODY, term), self._postings(TITLE, term)
            weight = body.frequencies / self._body_norm[body.docs]
            where = np.searchsorted(body.docs, title.docs)
            weight[where] += TITLE_WEIGHT * title.frequencies / self._title_norm[title.docs]
            return self._saturated(body.docs, weight)

        return self._kept(("word", term), make)

    def titled(self, term: str) -> Scored:
        """Return the documents that have a word in their title."""
        scored = self.word(term)
        docs = self._postings(TITLE, term).docs
        return Scored(docs, scored.scores[np.searchsorted(scored.docs, docs)])

    def prefix(self, letters: str) -> Scored:
        """Return the documents with a word that begins so, as if all such words were one."""

        def make() -> Scored:
            lists = [self.form(form) for form in self.forms(letters)]
            if not lists:
                return Scored(np.empty(0, np.intp), np.empty(0, np.float32))
            docs, counts = np.unique(np.concatenate(lists), return_counts=True)
            return self._saturated(docs, counts.astype(np.float32) / self._body_norm[docs])

        return self._kept(("prefix", letters), make)

    def titled_prefix(self, letters: str) -> Scored:
        """Return the documents with a word in their title that begins so."""
        stems = {term.stem for form in self.forms(letters) if (term := term_of(form))}
        lists = [self._postings(TITLE, stem).docs for stem in stems]
        titled = np.unique(np.concatenate(lists)) if lists else np.empty(0, np.intp)
        docs, scores = self.prefix(letters)
        kept = np.isin(docs, titled)
        return Scored(docs[kept], scores[kept])

    def tagged(self, field: str, value: str) -> Scored:
        """Return the documents that carry a keyword, scored as if it were a word of theirs."""

        def make() -> Scored:
            docs = np.flatnonzero(self.snapshot.mask(field, value) & self.visible)
            return self._saturated(docs, np.ones(len(docs), np.float32))

        return self._kept((f"tag {field}", value), make)

    def forms(self, letters: str) -> list[str]:
        """Return the visible words that begin so, the most frequent ones if there are many."""
        counted = [
            (-len(docs), form)
            for form in self.snapshot.terms(FORM, letters)
            if len(docs := self.form(form))
        ]
        return [form for _, form in sorted(counted)[:MAX_EXPANSIONS]]

    def form(self, form: str) -> Docs:
        """Return the visible documents that have a word in exactly this form."""
        return self._postings(FORM, form).docs

    def places(self, term: str) -> Places:
        """Return where a word stands in the bodies of visible documents."""

        def make() -> Places:
            docs, frequencies = self.snapshot.postings(BODY, term)
            counts = frequencies.astype(np.intp)
            starts = np.cumsum(counts) - counts
            seen = self.visible[docs]
            return Places(docs[seen], starts[seen], counts[seen], self.snapshot.positions(term))

        return self.snapshot.cache.get(
            (self._key, "places", term), make, lambda made: sum(part.nbytes for part in made)
        )

    def _postings(self, field: str, term: str) -> Postings:
        docs, frequencies = self.snapshot.postings(field, term)
        seen = self.visible[docs]
        return Postings(docs[seen], frequencies[seen])

    def _saturated(self, docs: Docs, weight: Floats) -> Scored:
        scores = self.rarity(len(docs)) * (K1 + 1) * weight / (K1 + weight)
        return Scored(docs, scores.astype(np.float32))

    def _kept(self, key: tuple[str, str], make: Callable[[], Scored]) -> Scored:
        return self.snapshot.cache.get(
            (self._key, *key), make, lambda made: made.docs.nbytes + made.scores.nbytes
        )

    def _norm(self, column: str, strength: float) -> Floats:
        lengths = self.snapshot.columns[column]
        mean = lengths[self.visible].sum() / max(self.count, 1)
        norm: Floats = (1 - strength + strength * lengths / max(mean, 1)).astype(np.float32)
        return norm

    def _prior(self) -> Floats:
        # Age counts from the newest visible edition, so that an answer does not change by itself.
        columns = self.snapshot.columns
        published = columns["published"]
        newest = published[self.visible].max(initial=0)
        age = np.maximum(newest - published, 0) / _YEAR_S
        prior = 1 + RECENT_WEIGHT * np.exp(-age)
        for severity, weight in SEVERITY_WEIGHT.items():
            prior[self.snapshot.mask("severity", severity)] += weight
        prior[columns["current"] == 0] *= SUPERSEDED_WEIGHT
        prior[columns["attachment"] > 0] *= FILE_WEIGHT
        worth: Floats = prior.astype(np.float32)
        return worth
