"""One immutable segment of the index, read into arrays."""

from __future__ import annotations

import os
from functools import cached_property
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import finalize

import numpy as np
from whoosh.codec.whoosh3 import W3Codec
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.structfile import BufferFile, StructFile
from whoosh.reading import TermNotFound

from osac_share.search.index.codec import (
    ArrayCodec,
    Numbers,
    Small,
    read_positions,
    read_postings,
)
from osac_share.search.index.schema import NUMBERS, STAMP, whoosh_schema
from osac_share.search.models import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from numpy.typing import NDArray

_LENGTHS: Final = Struct("!ii")
_FIELD: Final = 2
"""How many bytes of a key say to which field it belongs."""

_NOTHING = np.empty(0, np.uint32)
_NONE = np.empty(0, np.uint16)
_STAMPS = whoosh_schema()[STAMP].column_type


class TermPostings(NamedTuple):
    """All that a segment holds of a term; of a keyword the documents alone."""

    docs: Numbers
    frequencies: Small | None
    positions: Small


class _Part:
    """A part of an open file, read by position: threads may share it.

    A memory map would be quicker by microseconds, but kills the process when somebody truncates
    the file under it.
    """

    def __init__(self, fd: int, start: int, length: int) -> None:
        self._fd = fd
        self._start = start
        self.length = length

    def get(self, position: int, length: int) -> bytes:
        raw = os.pread(self._fd, length, self._start + position)
        if len(raw) != length:
            raise IndexDamaged("a segment of the index is shorter than it was")
        return raw

    def whole(self) -> bytes:
        return self.get(0, self.length)


class _Inside:
    """The files that Whoosh packed into one segment file, as its readers ask for them."""

    def __init__(self, file: BinaryIO) -> None:
        directory = CompoundStorage(StructFile(file), use_mmap=False)
        self._ranges = {name: directory.range(name) for name in directory.list()}
        self._fd = os.dup(file.fileno())
        finalize(self, os.close, self._fd)

    def part(self, name: str) -> _Part:
        return _Part(self._fd, *self._ranges[name])

    def file_exists(self, name: str) -> bool:
        return name in self._ranges

    def file_length(self, name: str) -> int:
        return self.part(name).length

    def open_file(self, name: str) -> _Part | BufferFile:
        part = self.part(name)
        return part if name.endswith(W3Codec.POSTS_EXT) else BufferFile(part.whole(), name=name)


class Segment:
    """A segment as Whoosh wrote it: its columns and its postings.

    The file stays readable while this object lives, even when it has been closed and removed.
    """

    def __init__(self, file: BinaryIO, whoosh_segment: Any) -> None:  # noqa: ANN401
        """Read the segment's numbers out of its file."""
        self.name: str = whoosh_segment.segment_id()
        self.count: int = whoosh_segment.doc_count_all()
        self._whoosh = whoosh_segment
        self._inside = _Inside(file)
        self._postings = self._inside.part(whoosh_segment.make_filename(W3Codec.POSTS_EXT))
        self.columns = {name: self._numbers(name, code) for name, code in NUMBERS.items()}

    def live(self, whoosh_segment: Any) -> NDArray[np.bool_]:  # noqa: ANN401
        """Return which documents are not deleted, as a newer table of contents has it."""
        live = np.ones(self.count, bool)
        live[list(whoosh_segment.deleted_docs())] = False
        return live

    def stamps(self) -> list[str]:
        """Return every document's fingerprint."""
        reader = ArrayCodec().per_document_reader(self._inside, self._whoosh)
        column = reader.column_reader(STAMP, _STAMPS)
        return [column[number].decode() for number in range(self.count)]

    def postings(self, field: str, term: str) -> tuple[Numbers, Small | None]:
        """Return the documents that have a term, and its frequencies in a text."""
        info = self._info(field, term)
        return (_NOTHING, None) if info is None else read_postings(self._postings, info)

    def positions(self, field: str, term: str) -> Small:
        """Return the term's positions, document after document."""
        info = self._info(field, term)
        return _NONE if info is None else read_positions(self._postings, info)

    def every(self, field: str) -> Iterator[tuple[str, TermPostings]]:
        """Yield all terms of a field in order, each with its postings and positions."""
        for (name, term), info in self._terms.items_from(field, b""):
            if name != field:
                return
            docs, frequencies = read_postings(self._postings, info)
            positions = _NONE if frequencies is None else read_positions(self._postings, info)
            yield term.decode(), TermPostings(docs, frequencies, positions)

    def terms(self, field: str, prefix: str = "") -> Iterator[str]:
        """Yield the terms of a field that begin with a prefix, in order.

        Whoosh's table of terms is walked as its bytes lie there, entry after entry (the lengths
        of key and value, the key, the value): its own walk takes six times as long, and tens of
        thousands of terms may begin with one letter.
        """
        # Whoosh gives no other way to its table.
        table = self._terms._tindex  # noqa: SLF001
        wanted = self._terms._keycoder(field, prefix.encode())  # noqa: SLF001
        raw: bytes = table.dbfile._buf  # noqa: SLF001
        place = table.closest_key_pos(wanted)
        while place is not None and place < table.endofdata:
            key_length, value_length = _LENGTHS.unpack_from(raw, place)
            begins = place + _LENGTHS.size
            ends = begins + key_length
            if not raw.startswith(wanted, begins, ends):
                return
            yield raw[begins + _FIELD : ends].decode()
            place = ends + value_length

    @cached_property
    def _terms(self) -> Any:  # noqa: ANN401
        return ArrayCodec().terms_reader(self._inside, self._whoosh)

    def _info(self, field: str, term: str) -> Any:  # noqa: ANN401
        try:
            return self._terms.term_info(field, term.encode())
        except TermNotFound:
            return None

    def _numbers(self, name: str, code: str) -> NDArray[Any]:
        # Whoosh writes big-endian and leaves zeros off the end.
        raw = self._inside.part(W3Codec.column_filename(self._whoosh, name)).whole()
        written = np.frombuffer(raw, f">{code}")
        numbers = np.zeros(self.count, code)
        numbers[: len(written)] = written
        return numbers
