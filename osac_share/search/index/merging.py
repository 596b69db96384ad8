"""When segments are merged, and how.

A search asks every segment, so there should be few; but a merge holds up the next write. Segments
fall into classes by size, and only a full class is merged: the number of segments stays bounded,
no merge takes more than some seconds, and segments past the last class are left as they are until
the next rebuild.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from osac_share.search.index.codec import Run
from osac_share.search.index.schema import (
    AUDIENCE,
    BODY,
    FORM,
    KEYWORDS,
    NUMBERS,
    SIGHT,
    STAMP,
    TITLE,
)

if TYPE_CHECKING:
    from osac_share.search.index.segment import Segment, TermPostings
    from osac_share.search.index.writing import BatchWriter

CLASSES: Final = (50, 400, 3_200)
FULL: Final = 8


def due(segments: list[Any]) -> list[Any]:
    """Return the segments to merge now: those of a full class and all smaller ones."""
    chosen: list[Any] = []
    lower = 0
    for upper in CLASSES:
        members = [one for one in segments if lower < one.doc_count() <= upper]
        if len(members) + bool(chosen) >= FULL:
            chosen = [one for one in segments if one.doc_count() <= upper]
        lower = upper
    return chosen


def take_over(writer: BatchWriter, segment: Segment, whoosh_segment: Any) -> None:  # noqa: ANN401
    """Copy a segment's living documents into the one being written."""
    live = segment.live(whoosh_segment)
    renumbered = np.cumsum(live) - 1 + writer.docnum
    for field in (BODY, TITLE, FORM, AUDIENCE, SIGHT, *KEYWORDS):
        for term, postings in segment.every(field):
            run = _kept(postings, live, renumbered)
            if run.docs:
                writer.pool.add_run(field, term, run)
    stamps = segment.stamps()
    for number in np.flatnonzero(live).tolist():
        row: dict[str, Any] = {name: segment.columns[name][number].item() for name in NUMBERS}
        writer.add_row(row | {STAMP: stamps[number].encode()})


def _kept(
    postings: TermPostings, live: np.ndarray[Any, Any], renumbered: np.ndarray[Any, Any]
) -> Run:
    """Return the postings in living documents, under the new numbers of these."""
    docs, frequencies, positions = postings
    kept = live[docs]
    run = renumbered[docs[kept]].astype("<u4").tobytes()
    if frequencies is None:
        return Run(run)
    if not kept.all():
        positions = positions[np.repeat(kept, frequencies)]
    return Run(run, frequencies[kept].tobytes(), positions.tobytes())
