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
        best = _one_per_report(snapshot, docs, wanted)
        if exhausted or len(best) == wanted:
            break
        considered *= 4
    shown = np.array(best[offset:], np.intp)
    names = ("edition", "report", "number", "current", "attachment", "first_page")
    rows = zip(*(snapshot.columns[name][shown].tolist() for name in names), strict=True)
    return tuple(
        Hit(edition, report, number, bool(now), file, page)
        for edition, report, number, now, file, page in rows
    )


def _one_per_report(snapshot: Snapshot, docs: Docs, wanted: int) -> list[int]:
    """Return the first document of each report, in the order given, as many as wanted."""
    first: dict[int, int] = {}
    for report, doc in zip(snapshot.report_of[docs].tolist(), docs.tolist(), strict=True):
        if report not in first:
            first[report] = doc
            if len(first) == wanted:
                break
    return list(first.values())


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
    carrying = matched[table.docs]
    if len(table.reports) < len(table.docs):
        # Several editions, or the files, of one report may carry a value: it counts once.
        carrying = np.logical_or.reduceat(carrying, table.reports)
    counts = np.add.reduceat(carrying, table.begins, dtype=np.int64)
    # The values are in the order of their names, which a stable sort keeps among equals.
    order = np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)].tolist()
    return tuple((table.values[one], int(counts[one])) for one in order)


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
