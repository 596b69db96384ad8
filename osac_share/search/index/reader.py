"""The warm reader that every web process keeps."""

from __future__ import annotations

import logging
import struct
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from osac_share.search.index import ranking
from osac_share.search.index.evaluation import evaluate, nearly
from osac_share.search.index.keeping import Place, open_segment, prove, segments_in
from osac_share.search.index.snapshot import Snapshot
from osac_share.search.index.suggestions import did_you_mean, telling_words
from osac_share.search.index.view import View
from osac_share.search.models import Answer, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from osac_share.search.index.evaluation import Matches
    from osac_share.search.index.keeping import Contents, Files, Keeper
    from osac_share.search.models import Clearance, Hit, Query, Sort, Word

from contextlib import contextmanager

LOOK_EVERY_S: Final = 1.0
NEAR: Final = 10
"""How many reports with most of the words follow the few that have all."""
_ATTEMPTS: Final = 6
_GARBLED: Final = (IndexError, ValueError, KeyError, EOFError, OSError, struct.error, MemoryError)
_log = logging.getLogger(__name__)


class Reader:
    """Answers from the newest proven generation, kept open and shared by all threads."""

    def __init__(self, keeper: Keeper, *, look_every: float = LOOK_EVERY_S) -> None:
        """Name where the index is kept; it is opened by the first question.

        Args:
            keeper: where a `Writer` writes to.
            look_every: seconds for which a look at it is good.

        """
        self._keeper = keeper
        self._look_every = look_every
        self._looked = float("-inf")
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._at: Place | None = None
        self._files: Files = {}

    def refresh(self) -> bool:
        """Take in what was written since; return whether there was anything new.

        Raises:
            IndexDamaged: no whole index can be found.

        """
        with self._lock:
            if monotonic() - self._looked < self._look_every:
                return False
            try:
                return self._look()
            except IndexDamaged:
                self._snapshot = self._at = None
                raise
            finally:
                self._looked = monotonic()

    def search(
        self,
        query: Query,
        clearance: Clearance,
        *,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
        facets: bool = True,
    ) -> Answer:
        """Answer from what `clearance` may see, and from nothing else.

        Raises:
            IndexDamaged: the index cannot be read, or is not what was written.

        """
        with self._guarded() as snapshot:
            view = _view(snapshot, clearance)
            matches = evaluate(view, query)
            return Answer(
                hits=ranking.page(snapshot, matches, sort, offset, limit),
                total=ranking.total(snapshot, matches.docs),
                facets=ranking.facets(snapshot, matches.docs) if facets else {},
                loosened=matches.loosened,
                near=_near(view, query, matches) if limit and not offset else (),
            )

    def did_you_mean(self, query: Query, clearance: Clearance) -> str | None:
        """Return the query with unknown words replaced by visible ones; raises as `search`."""
        with self._guarded() as snapshot:
            return did_you_mean(_view(snapshot, clearance), query)

    def telling_words(self, text: str, clearance: Clearance) -> tuple[Word, ...]:
        """Return the words that tell a text from the rest of what is seen; raises as `search`."""
        with self._guarded() as snapshot:
            return telling_words(_view(snapshot, clearance), text)

    def holds(self, edition_id: int) -> bool:
        """Tell whether an edition has reached the index; raises as `search`."""
        with self._guarded() as snapshot:
            return snapshot.holds(edition_id)

    def stamps(self) -> dict[int, str]:
        """Return the fingerprint of every edition held, by edition id; raises as `search`."""
        with self._guarded() as snapshot:
            return snapshot.stamps()

    def reports_of(self, edition_ids: AbstractSet[int]) -> set[int]:
        """Return the reports that hold these editions; raises as `search`."""
        with self._guarded() as snapshot:
            return snapshot.reports_of(edition_ids)

    def generation(self) -> str:
        """Return a name for what is held now, if all of it is still there; raises as `search`."""
        with self._guarded():
            place = self._at or Place("", -1)
            prove(self._keeper, place.generation, self._files)
            return f"{place.generation}:{place.number}"

    @contextmanager
    def _guarded(self) -> Iterator[Snapshot]:
        self.refresh()
        snapshot = self._snapshot
        if snapshot is None:
            raise IndexDamaged("no whole index was found a moment ago")
        try:
            yield snapshot
        except _GARBLED as error:
            # All files were proven when they were opened: they changed under us since.
            _log.exception("the search index cannot be read")
            raise self._lost() from error
        except IndexDamaged:
            raise self._lost() from None

    def _lost(self) -> IndexDamaged:
        self._snapshot = self._at = None
        return IndexDamaged("the index was altered while it was open")

    def _look(self) -> bool:
        tried = None
        for attempt in range(_ATTEMPTS):
            place = tried
            try:
                place = self._keeper.live()
                return place != self._at and self._load(place)
            except IndexDamaged:
                # A writer may have moved on while the files were being opened; if nothing has
                # moved since the last attempt, the damage is real.
                if attempt and place == tried:
                    raise
            tried = place
        raise IndexDamaged("the index is written faster than it can be read")

    def _load(self, place: Place) -> bool:
        contents = self._keeper.contents(place)
        prove(self._keeper, place.generation, contents.files)
        snapshot = self._opened(place.generation, contents)
        if int(snapshot.live.sum()) != contents.count:
            raise IndexDamaged("the index does not hold what was written")
        self._at = Place(place.generation, contents.number)
        self._snapshot, self._files = snapshot, contents.files
        return True

    def _opened(self, generation: str, contents: Contents) -> Snapshot:
        known = {one.name: one for one in self._snapshot.segments} if self._snapshot else {}
        segments = []
        for one in segments_in(contents):
            held = known.get(one.segment_id())
            segment = held or open_segment(self._keeper, generation, contents, one)
            segments.append((segment, segment.live(one)))
        return Snapshot(segments)


def _near(view: View, query: Query, found: Matches) -> tuple[Hit, ...]:
    others = nearly(view, query, found)
    return ranking.page(view.snapshot, others, "relevance", 0, NEAR) if others else ()


def _view(snapshot: Snapshot, clearance: Clearance) -> View:
    # Clearances that differ only in tokens no edition is marked with see the same.
    effective = clearance & snapshot.tokens
    return snapshot.cache.get(
        ("view", effective), lambda: View(snapshot, effective), lambda made: made.nbytes
    )
