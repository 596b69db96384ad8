"""The warm reader that every web process keeps."""

from __future__ import annotations

import logging
import struct
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from osac_share.search.index import folder as disk
from osac_share.search.index import ranking
from osac_share.search.index.evaluation import evaluate
from osac_share.search.index.schema import whoosh_schema
from osac_share.search.index.segment import Segment
from osac_share.search.index.snapshot import Snapshot
from osac_share.search.index.suggestions import did_you_mean
from osac_share.search.index.view import View
from osac_share.search.models import Answer, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from osac_share.search.models import Clearance, Query, Sort

from contextlib import contextmanager

LOOK_EVERY_S: Final = 1.0
_ATTEMPTS: Final = 6
_GARBLED: Final = (IndexError, ValueError, KeyError, EOFError, OSError, struct.error, MemoryError)
_log = logging.getLogger(__name__)


class Reader:
    """Answers from the newest proven generation, kept open and shared by all threads."""

    def __init__(self, root: Path, *, look_every: float = LOOK_EVERY_S) -> None:
        """Name the index's root folder; it is opened by the first question.

        Args:
            root: the folder that a `Writer` writes to.
            look_every: seconds for which a look at the disk is good.

        """
        self._home = disk.Folder(root)
        self._look_every = look_every
        self._looked = float("-inf")
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._at: tuple[Path, int] | None = None
        self._files: disk.Files = {}

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
            matches = evaluate(_view(snapshot, clearance), query)
            return Answer(
                hits=ranking.page(snapshot, matches, sort, offset, limit),
                total=ranking.total(snapshot, matches.docs),
                facets=ranking.facets(snapshot, matches.docs) if facets else {},
                loosened=matches.loosened,
            )

    def did_you_mean(self, query: Query, clearance: Clearance) -> str | None:
        """Return the query with unknown words replaced by visible ones; raises as `search`."""
        with self._guarded() as snapshot:
            return did_you_mean(_view(snapshot, clearance), query)

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
        """Return a name for what is held now; raises as `search`."""
        with self._guarded():
            folder, number = self._at or ("", -1)
            return f"{folder}:{number}"

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
                place = self._place()
                return self._load(*place)
            except IndexDamaged:
                # A writer may have moved on while the files were being opened; if nothing has
                # moved since the last attempt, the damage is real.
                if attempt and place == tried:
                    raise
            tried = place
        raise IndexDamaged("the index is written faster than it can be read")

    def _place(self) -> tuple[Path, int]:
        folder = self._home.live()
        try:
            return folder, disk.latest(folder)
        except OSError as error:
            raise IndexDamaged("the live index cannot be listed") from error

    def _load(self, folder: Path, generation: int) -> bool:
        if self._at == (folder, generation):
            return False
        try:
            files, count = disk.read_proof(folder, generation)
            same = self._at is not None and self._at[0] == folder
            disk.verify(folder, files, known=self._files if same else ())
            snapshot = self._opened(folder, generation)
        except IndexDamaged:
            raise
        except Exception as error:
            # Whoosh raises whatever its unpicklers do when a file is not what it should be.
            raise IndexDamaged("the index cannot be opened") from error
        if int(snapshot.live.sum()) != count:
            raise IndexDamaged("the index does not hold what was written")
        self._snapshot, self._at, self._files = snapshot, (folder, generation), files
        return True

    def _opened(self, folder: Path, generation: int) -> Snapshot:
        toc = TOC.read(FileStorage(str(folder)), disk.INDEX_NAME, generation, whoosh_schema())
        known = {one.name: one for one in self._snapshot.segments} if self._snapshot else {}
        segments = []
        for one in toc.segments:
            segment = known.get(one.segment_id()) or Segment(folder, one)
            segments.append((segment, segment.live(one)))
        return Snapshot(segments)


def _view(snapshot: Snapshot, clearance: Clearance) -> View:
    # Clearances that differ only in tokens no edition is marked with see the same.
    effective = clearance & snapshot.tokens
    return snapshot.cache.get(
        ("view", effective), lambda: View(snapshot, effective), lambda made: made.nbytes
    )
