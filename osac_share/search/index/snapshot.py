"""All segments of one generation side by side, in one numbering of documents."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.ma  # `np.unique` would otherwise load it in the midst of the first search.
from numpy.typing import NDArray

from osac_share.kernel.cache import BoundedCache
from osac_share.search.index.schema import AUDIENCE, BODY, FORM, NUMBERS, SIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from osac_share.search.index.segment import Segment
    from osac_share.search.models import Clearance

Docs = NDArray[np.intp]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

CACHE_BYTES: Final = 96 << 20


class Postings(NamedTuple):
    """A term's documents, ascending, and how often each has it (ones for a keyword)."""

    docs: Docs
    frequencies: Floats


class FacetTable(NamedTuple):
    """Which documents carry which value: ordered by value, and then by report.

    Attributes:
        values: the values, in the order of their names.
        docs: the documents of the first value, then those of the second, and so on.
        reports: where in `docs` another report begins, or the same one for another value.
        begins: where in `reports` each value begins.

    """

    values: list[str]
    docs: NDArray[np.int32]
    reports: NDArray[np.intp]
    begins: NDArray[np.intp]


class Snapshot:
    """One generation of the index; it never changes."""

    def __init__(self, segments: list[tuple[Segment, Mask]]) -> None:
        """Join segments, each with the mask of its living documents."""
        self.segments = [segment for segment, _ in segments]
        counts = [segment.count for segment in self.segments]
        self._starts = np.cumsum([0, *counts]).tolist()
        self.count: int = self._starts[-1]
        self.live: Mask = _joined([live for _, live in segments], bool)
        self.columns: dict[str, NDArray[Any]] = {
            name: _joined([segment.columns[name] for segment in self.segments], code)
            for name, code in NUMBERS.items()
        }
        reports, numbers = np.unique(self.columns["report"], return_inverse=True)
        self.report_count = len(reports)
        self.report_of: Docs = numbers.astype(np.intp).reshape(-1)
        self.cache = BoundedCache(CACHE_BYTES)

    def stamps(self) -> dict[int, str]:
        """Return the fingerprint of every living edition."""
        stamps = [stamp for segment in self.segments for stamp in segment.stamps()]
        editions = self.columns["edition"].tolist()
        return {editions[doc]: stamps[doc] for doc in np.flatnonzero(self.live).tolist()}

    def holds(self, edition: int) -> bool:
        """Tell whether a living document is this edition."""
        return bool((self.live & (self.columns["edition"] == edition)).any())

    def reports_of(self, editions: AbstractSet[int]) -> set[int]:
        """Return the reports of these editions."""
        wanted = np.fromiter(editions, "q", len(editions))
        here = self.live & np.isin(self.columns["edition"], wanted)
        return set(self.columns["report"][here].tolist())

    def postings(self, field: str, term: str) -> Postings:
        """Return a term's postings in all segments, deleted and hidden documents included."""
        found = [segment.postings(field, term) for segment in self.segments]
        docs = [
            docs.astype(np.intp) + start
            for (docs, _), start in zip(found, self._starts, strict=False)
        ]
        frequencies = [
            np.ones(len(docs), np.float32) if counts is None else counts.astype(np.float32)
            for docs, counts in found
        ]
        return Postings(_joined(docs, np.intp), _joined(frequencies, np.float32))

    def positions(self, term: str) -> NDArray[np.uint16]:
        """Return a word's positions in all bodies, in the order of its postings."""
        every: NDArray[np.uint16] = _joined(
            [one.positions(BODY, term) for one in self.segments], np.uint16
        )
        return every

    def terms(self, field: str, prefix: str = "") -> set[str]:
        """Return the terms of a field that begin with a prefix."""
        return {term for segment in self.segments for term in segment.terms(field, prefix)}

    def mask(self, field: str, value: str) -> Mask:
        """Return which documents carry a keyword."""

        def make() -> Mask:
            mask = np.zeros(self.count, bool)
            mask[self.postings(field, value).docs] = True
            return mask

        return self.cache.get(("mask", field, value), make, lambda made: made.nbytes)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every token that any audience has; the rest of a clearance changes nothing."""
        return frozenset(self.terms(AUDIENCE) | self.terms(SIGHT))

    @cached_property
    def lexicon(self) -> frozenset[str]:
        """Every word of every body, hidden ones included: for look-ups only."""
        return frozenset(self.terms(FORM))

    def visible(self, clearance: Clearance) -> Mask:
        """Return the rule of sight as a mask: both audiences are met."""
        audience = np.zeros(self.count, bool)
        sight = np.zeros(self.count, bool)
        for token in clearance:
            audience[self.postings(AUDIENCE, token).docs] = True
            sight[self.postings(SIGHT, token).docs] = True
        return audience & sight & self.live

    def facet_table(self, field: str) -> FacetTable:
        """Return the table by which a facet is counted."""
        return self.cache.get(
            ("facet", field),
            lambda: self._facet_table(field),
            lambda made: made.docs.nbytes + made.reports.nbytes + made.begins.nbytes,
        )

    def _facet_table(self, field: str) -> FacetTable:
        carried = [one for one in self._facet_values(field) if len(one[1])]
        every = _joined([docs for _, docs in carried], np.intp)
        sizes = [len(docs) for _, docs in carried]
        numbers = np.repeat(np.arange(len(carried), dtype=np.int64), sizes)
        keys = numbers * self.report_count + self.report_of[every]
        order = np.argsort(keys, kind="stable")
        reports = np.flatnonzero(np.diff(keys[order], prepend=-1))
        begins = np.flatnonzero(np.diff(numbers[reports], prepend=-1))
        values = [value for value, _ in carried]
        return FacetTable(values, every[order].astype(np.int32), reports, begins)

    def _facet_values(self, field: str) -> Iterator[tuple[str, Docs]]:
        if field == "year":
            years = self.years
            for year in np.unique(years).tolist():
                yield str(year), np.flatnonzero(years == year)
            return
        for value in sorted(self.terms(field)):
            yield value, self.postings(field, value).docs

    @cached_property
    def years(self) -> NDArray[np.int64]:
        """The year, in UTC, in which each edition was published."""
        moments = self.columns["published"].astype("datetime64[s]")
        return moments.astype("datetime64[Y]").astype(np.int64) + 1970


def distinct(ascending: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each value of an ascending array once."""
    first = np.ones(len(ascending), bool)
    np.not_equal(ascending[1:], ascending[:-1], out=first[1:])
    return ascending[first]


def _joined(parts: list[Any], kind: Any) -> Any:  # noqa: ANN401 - an array of the kind asked for.
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, kind)
