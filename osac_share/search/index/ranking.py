"""From matching editions to reports: the best edition of each, in order, and the counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from osac_share.search.models import Hit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from osac_share.search.index.evaluation import Matches
    from osac_share.search.index.snapshot import Docs, Snapshot
    from osac_share.search.models import Sort

FACETS: Final = ("country", "topic", "kind", "severity", "year")
DEEPEST: Final = 1_000
"""No page reaches past this many reports."""


def total(snapshot: Snapshot, docs: Docs) -> int:
    """Return the number of reports that these documents are editions of."""
    reports = np.zeros(snapshot.report_count, bool)
    reports[snapshot.report_of[docs]] = True
    return int(np.count_nonzero(reports))


def page(
    snapshot: Snapshot, matches: Matches, sort: Sort, offset: int, limit: int
) -> tuple[Hit, ...]:
    """Return a page of reports, each by its best edition."""
    offset, limit = max(offset, 0), max(limit, 0)
    wanted = min(offset + limit, DEEPEST)
    if offset >= wanted:
        return ()
    considered = 2 * wanted + 20
    while True:
        docs, exhausted = _ordered(snapshot, matches, sort, considered)
        _, first = np.unique(snapshot.report_of[docs], return_index=True)
        if exhausted or len(first) >= wanted:
            break
        considered *= 4
    best = docs[np.sort(first)][offset:wanted]
    columns = snapshot.columns
    return tuple(
        Hit(
            int(columns["edition"][doc]),
            int(columns["report"][doc]),
            int(columns["number"][doc]),
            bool(columns["current"][doc]),
        )
        for doc in best.tolist()
    )


def facets(snapshot: Snapshot, docs: Docs) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Count, for every value of every facet, the reports with a matching edition that has it."""
    matched = np.zeros(snapshot.count, bool)
    matched[docs] = True
    return {field: _counts(snapshot, field, matched) for field in FACETS}


def _counts(
    snapshot: Snapshot, field: str, matched: NDArray[np.bool_]
) -> tuple[tuple[str, int], ...]:
    table = snapshot.facet_table(field)
    if not table.values:
        return ()
    keys = table.keys[matched[table.docs]]
    # Editions of one report follow each other here, so that a report counts once.
    once = keys[np.flatnonzero(np.diff(keys, prepend=-1))]
    counts = np.bincount(once // snapshot.report_count, minlength=len(table.values)).tolist()
    found = [(value, count) for value, count in zip(table.values, counts, strict=True) if count]
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def _ordered(
    snapshot: Snapshot, matches: Matches, sort: Sort, considered: int
) -> tuple[Docs, bool]:
    """Return the best documents in order, and whether these are all.

    Documents that tie with the last one considered are all taken, so that the order never depends
    on where a document happens to stand in the index.
    """
    docs, scores = matches.docs, matches.scores
    published = snapshot.columns["published"][docs]
    key = published if sort == "date" else scores
    exhausted = len(docs) <= considered
    if not exhausted:
        least = np.partition(key, len(key) - considered)[len(key) - considered]
        kept = np.flatnonzero(key >= least)
        docs, scores, published = docs[kept], scores[kept], published[kept]
    editions = snapshot.columns["edition"][docs]
    keys = (scores, published) if sort == "date" else (published, scores)
    order = np.lexsort((editions, *keys))[::-1]
    return docs[order], exhausted
