"""Writing the index: batches, merges and rebuilds. Only the worker does this."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.writing import NO_MERGE, SegmentWriter

from osac_share.search.index.codec import ArrayCodec
from osac_share.search.index.gathering import Pool
from osac_share.search.index.keeping import (
    INDEX_NAME,
    Contents,
    checksum,
    file_of,
    open_segment,
    prove,
    written_toc,
)
from osac_share.search.index.merging import due, take_over
from osac_share.search.index.schema import NUMBERS, STAMP, whoosh_schema
from osac_share.search.index.segment import Segment
from osac_share.search.models import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from osac_share.search.index.keeping import Keeper, Sum
    from osac_share.search.models import Document

PATIENCE_S: Final = 20.0
SEGMENT_DOCUMENTS: Final = 5_000
"""How many documents at most are gathered in memory before they are written."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the next commit to a generation is written, before it is kept.

    `open_segments` are those that the process has open from before, by name.
    """

    keeper: Keeper
    generation: str
    contents: Contents
    folder: Path
    open_segments: dict[str, Segment]

    def opened(self, segment: Any) -> Segment:  # noqa: ANN401 -- Whoosh's segment.
        """Return an older segment of this index, proven when it was opened first."""
        name = segment.segment_id()
        if name not in self.open_segments:
            found = open_segment(self.keeper, self.generation, self.contents, segment)
            self.open_segments[name] = found
        return self.open_segments[name]

    def commit(self, segments: list[Any], number: int) -> Contents:
        """Keep these segments, of which older commits hold all but the one just written."""
        former = self.contents.files
        files = {file_of(one): former.get(file_of(one)) or self._opened(one) for one in segments}
        count = sum(segment.doc_count() for segment in segments)
        contents = Contents(number, written_toc(segments, number), files, count)
        self.keeper.commit(self.generation, contents, self.folder, files.keys() - former.keys())
        return contents

    def _opened(self, fresh: Any) -> Sum:  # noqa: ANN401 -- Whoosh's segment.
        # The next commit needs it open, and would have to fetch it from where it is kept.
        with (self.folder / file_of(fresh)).open("rb") as file:
            size_and_crc = checksum(file)
            self.open_segments[fresh.segment_id()] = Segment(file, fresh)
        return size_and_crc


class BatchWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's segment writer, fed with whole posting lists and leaving a proof behind."""

    def __init__(self, desk: Desk) -> None:
        """Begin a new segment on a desk."""
        index = FileIndex(FileStorage(str(desk.folder)), whoosh_schema(), INDEX_NAME)
        super().__init__(index, codec=ArrayCodec(), limitmb=1)
        self.pool = Pool()
        self.contents = desk.contents
        self._desk = desk
        self._schema = whoosh_schema()

    def add(self, document: Document) -> None:
        """Add one edition."""
        lengths = self.pool.add_document(self.docnum, document)
        row = {
            "edition": document.edition_id,
            "report": document.report_id,
            "number": document.number,
            "current": int(document.current),
            "attachment": document.attachment_id,
            "first_page": document.first_page,
            "published": int(document.published_at.timestamp()),
            "body_length": lengths.body,
            "title_length": lengths.title,
            "title_words": lengths.title_words,
            STAMP: document.stamp.encode(),
        }
        self.add_row(row)

    def add_row(self, row: dict[str, Any]) -> None:
        """Add the columns of the next document, whose postings are in the pool."""
        columns = self.perdocwriter
        columns.start_doc(self.docnum)
        for name in (*NUMBERS, STAMP):
            columns.add_column_value(name, self._schema[name].column_type, row[name])
        columns.finish_doc()
        self.docnum += 1
        self._added = True

    def open_segment(self, segment: Any) -> Segment:  # noqa: ANN401
        """Open an older segment of this index."""
        return self._desk.opened(segment)

    def forget(self, report_ids: frozenset[int]) -> None:
        """Delete every edition of these reports that earlier commits hold."""
        wanted = np.fromiter(report_ids, "q", len(report_ids))
        base = 0
        for segment in self.segments:
            reports = self.open_segment(segment).columns["report"]
            for number in np.flatnonzero(np.isin(reports, wanted)).tolist():
                self.delete_document(base + number)
            base += segment.doc_count_all()

    def _commit_toc(self, segments: list[Any]) -> None:
        living = [segment for segment in segments if segment.doc_count()]
        self.contents = self._desk.commit(living, self.generation)


class Writer:
    """What the worker writes with: one batch, one commit."""

    def __init__(self, keeper: Keeper) -> None:
        """Name where the index is kept."""
        self._keeper = keeper
        self._open: dict[str, Segment] = {}

    def put(self, documents: Iterable[Document], *, merge: bool = True) -> None:
        """Replace whatever is held of these documents' reports by these documents.

        Args:
            documents: all editions of their reports.
            merge: merge segments that are due for it; without, that is left to a later put.

        Raises:
            IndexBusy: another writer did not finish in time.
            IndexDamaged: there is no whole index to write to.

        """
        batch = list(documents)
        reports = frozenset(document.report_id for document in batch)
        self._write(reports, batch, _merge if merge else NO_MERGE)

    def remove(self, report_ids: Iterable[int]) -> None:
        """Forget every edition of these reports; raises as `put` does."""
        self._write(frozenset(report_ids), [], _merge)

    def _write(
        self, report_ids: frozenset[int], batch: list[Document], merging: Callable[..., list[Any]]
    ) -> None:
        if not report_ids:
            return
        with self._keeper.locked("writer", PATIENCE_S):
            place = self._keeper.live()
            contents = self._keeper.contents(place)
            prove(self._keeper, place.generation, contents.files)
            with self._writing(place.generation, contents) as writer:
                self._close_all_but(writer.segments)
                writer.forget(report_ids)
                _add_latest(writer, batch)
                writer.commit(mergetype=merging)

    def _close_all_but(self, segments: list[Any]) -> None:
        for name in self._open.keys() - {one.segment_id() for one in segments}:
            del self._open[name]

    def rebuild(
        self,
        batches: Iterable[list[Document]],
        progress: Callable[[int], None] = lambda _done: None,
    ) -> int:
        """Build a new index beside the live one, then swap.

        What is put into the live index meanwhile is not in the new one: compare with the
        database afterwards.

        Args:
            batches: lists of documents, each report's editions within one list.
            progress: told the number of documents written so far.

        Returns:
            The number of documents in the new index.

        Raises:
            IndexBusy: another rebuild is running.

        """
        with self._keeper.locked("rebuild", 0):
            contents = Contents(number=0, toc=written_toc([], 0), files={}, count=0)
            generation = self._keeper.create(contents)
            done = 0
            for batch in _joined(batches):
                with self._writing(generation, contents) as writer:
                    _add_latest(writer, batch)
                    writer.commit(merge=False)
                contents = writer.contents
                done += len(batch)
                progress(done)
            with self._keeper.locked("writer", PATIENCE_S):
                self._keeper.swap(generation)
            return done

    @contextmanager
    def _writing(self, generation: str, contents: Contents) -> Iterator[BatchWriter]:
        with self._keeper.desk(generation, contents) as folder:
            writer = _begun(Desk(self._keeper, generation, contents, folder, self._open))
            try:
                yield writer
            finally:
                # After a full disk, say, the writer would keep its lock for as long as it lives.
                if not writer.is_closed:
                    writer.cancel()


def _begun(desk: Desk) -> BatchWriter:
    try:
        return BatchWriter(desk)
    except Exception as error:
        # Whoosh raises whatever its unpicklers do when a file is not what it should be.
        raise IndexDamaged("the index cannot be opened for writing") from error


def _add_latest(writer: BatchWriter, batch: list[Document]) -> None:
    latest = {(one.edition_id, one.attachment_id, one.first_page): one for one in batch}
    for document in latest.values():
        writer.add(document)


def _joined(batches: Iterable[list[Document]]) -> Iterator[list[Document]]:
    gathered: list[Document] = []
    for batch in batches:
        gathered += batch
        if len(gathered) >= SEGMENT_DOCUMENTS:
            yield gathered
            gathered = []
    if gathered:
        yield gathered


def _merge(writer: BatchWriter, segments: list[Any]) -> list[Any]:
    merged = due(segments)
    for segment in merged:
        take_over(writer, writer.open_segment(segment), segment)
    return [segment for segment in segments if segment not in merged]
