"""Writing the index: batches, merges and rebuilds. Only the worker does this."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, FileIndex, clean_files
from whoosh.writing import NO_MERGE, SegmentWriter

from osac_share.search.index import folder as disk
from osac_share.search.index.codec import ArrayCodec
from osac_share.search.index.gathering import Pool
from osac_share.search.index.merging import due, take_over
from osac_share.search.index.schema import NUMBERS, STAMP, whoosh_schema
from osac_share.search.index.segment import Segment
from osac_share.search.models import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from osac_share.search.models import Document

PATIENCE_S: Final = 20.0
SEGMENT_DOCUMENTS: Final = 5_000
"""How many documents at most are gathered in memory before they are written."""


class BatchWriter(SegmentWriter):  # type: ignore[misc]
    """Whoosh's segment writer, fed with whole posting lists and leaving a proof behind."""

    def __init__(self, index: FileIndex, folder: Path) -> None:
        """Begin a new segment in this generation's folder."""
        super().__init__(index, codec=ArrayCodec(), limitmb=1)
        self.pool = Pool()
        self._folder = folder
        self._schema = whoosh_schema()
        self._proven = disk.read_proof(folder, self.generation - 1)[0] if self.segments else {}

    def add(self, document: Document) -> None:
        """Add one edition."""
        lengths = self.pool.add_document(self.docnum, document)
        row = {
            "edition": document.edition_id,
            "report": document.report_id,
            "number": document.number,
            "current": int(document.current),
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
        return Segment(self._folder, segment)

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
        kept = [segment for segment in segments if segment.doc_count()]
        name = disk.toc_name(self.generation)
        store = RamStorage()
        TOC(self.schema, kept, self.generation).write(store, self.indexname)
        content: bytes = store.files[name]
        disk.write_whole(self._folder / f"{name}.new", content)
        names = [segment.make_filename(segment.COMPOUND_EXT) for segment in kept]
        files = {one: self._proven.get(one) or disk.checksum(self._folder / one) for one in names}
        files[name] = disk.checksum(self._folder / f"{name}.new")
        count = sum(segment.doc_count() for segment in kept)
        disk.write_proof(self._folder, self.generation, files, count)
        (self._folder / f"{name}.new").replace(self._folder / name)
        clean_files(self.storage, self.indexname, self.generation, kept)
        disk.drop_old_proofs(self._folder, self.generation)


class Writer:
    """What the worker writes with: one batch, one commit."""

    def __init__(self, root: Path) -> None:
        """Name the index's root folder."""
        self._home = disk.Folder(root)

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
        with self._home.locked("writer", PATIENCE_S):
            folder = self._home.live()
            _prove(folder)
            with _writing(folder) as writer:
                writer.forget(report_ids)
                _add_latest(writer, batch)
                writer.commit(mergetype=merging)

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
        with self._home.locked("rebuild", 0):
            folder = self._home.new_generation()
            FileIndex.create(FileStorage(str(folder)), whoosh_schema(), disk.INDEX_NAME)
            disk.write_proof(folder, 0, {disk.toc_name(0): _toc_sum(folder)}, 0)
            done = 0
            for batch in _joined(batches):
                with _writing(folder) as writer:
                    _add_latest(writer, batch)
                    writer.commit(merge=False)
                done += len(batch)
                progress(done)
            with self._home.locked("writer", PATIENCE_S):
                self._home.swap(folder)
            return done


def _toc_sum(folder: Path) -> tuple[int, int]:
    return disk.checksum(folder / disk.toc_name(0))


def _prove(folder: Path) -> None:
    generation = disk.latest(folder)
    files, _ = disk.read_proof(folder, generation)
    # Only the table of contents is read in full: the segments are proven by whoever reads them.
    disk.verify(folder, files, known=[name for name in files if not name.endswith(".toc")])


def _add_latest(writer: BatchWriter, batch: list[Document]) -> None:
    for document in {document.edition_id: document for document in batch}.values():
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


@contextmanager
def _writing(folder: Path) -> Iterator[BatchWriter]:
    try:
        index = FileIndex(FileStorage(str(folder)), whoosh_schema(), disk.INDEX_NAME)
        writer = BatchWriter(index, folder)
    except IndexDamaged:
        raise
    except Exception as error:
        # Whoosh raises whatever its unpicklers do when a file is not what it should be.
        raise IndexDamaged("the index cannot be opened for writing") from error
    try:
        yield writer
    finally:
        # After a full disk, say, the writer would keep its lock for as long as it lives.
        if not writer.is_closed:
            writer.cancel()


def _merge(writer: BatchWriter, segments: list[Any]) -> list[Any]:
    merged = due(segments)
    for segment in merged:
        take_over(writer, writer.open_segment(segment), segment)
    return [segment for segment in segments if segment not in merged]
