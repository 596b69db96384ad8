"""A Whoosh codec whose posting lists are plain arrays.

Whoosh keeps doing what it does well: segments, their columns, the term dictionary, deletions, and
commits by one rename. Only the layout of a posting list differs from Whoosh's default, which
stores small pickled blocks to be walked one posting at a time. Here a list is, little-endian,
`n` document numbers (32 bits), then for texts `n` frequencies (16 bits) and all positions
(16 bits each), so that a reader takes a list into numpy in one step.
"""

import struct
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import FieldWriter
from whoosh.codec.whoosh3 import W3Codec
from whoosh.matching import ListMatcher
from whoosh.system import pack_ushort

from osac_share.search.index.terms import TermTable

Numbers = NDArray[np.uint32]
Small = NDArray[np.uint16]

MAX_POSITION: Final = 0xFFFF
DOC: Final = 4
"""The bytes of a document number."""
SMALL: Final = 2
"""The bytes of a frequency, and of a position."""
_INFO: Final = struct.Struct("!BfIBBfIIqi")
"""A term as Whoosh's `W3TermInfo` reads it: whether inlined, weight, documents, three bounds for
scores that nobody here asks for, first and last document, and where its postings are."""


class Run(NamedTuple):
    """Postings of one term in documents that ascend; all runs of a term make its list."""

    docs: bytes
    frequencies: bytes = b""
    positions: bytes = b""


class ArrayFieldWriter(FieldWriter):  # type: ignore[misc]
    """Write posting lists as arrays, with Whoosh's own term dictionary pointing at them."""

    def __init__(self, storage: Any, segment: Any) -> None:  # noqa: ANN401
        """Begin the two files of a segment."""
        self._terms = TermTable(segment.create_file(storage, W3Codec.TERMS_EXT))
        self._fields: dict[str, int] = {}
        self._terms.extras["fieldmap"] = self._fields
        self._postings = segment.create_file(storage, W3Codec.POSTS_EXT)
        self._written = 0
        self.is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:  # noqa: ANN401
        """Write all fields of a pool."""
        for name, terms in items:
            prefix = pack_ushort(self._fields.setdefault(name, len(self._fields)))
            for term, runs in terms:
                self._add_term(prefix + term, runs)

    def _add_term(self, key: bytes, runs: list[Run]) -> None:
        docs, frequencies, positions = map(b"".join, zip(*runs, strict=True))
        info = _INFO.pack(
            False,  # noqa: FBT003 -- the postings are not part of the dictionary.
            len(positions) // SMALL,
            len(docs) // DOC,
            *(0, 0, 0),
            int.from_bytes(docs[:DOC], "little"),
            int.from_bytes(docs[-DOC:], "little"),
            self._written,
            length := len(docs) + len(frequencies) + len(positions),
        )
        self._terms.add(key, info)
        self._postings.write(docs + frequencies + positions)
        self._written += length

    def close(self) -> None:
        """Finish both files."""
        self._terms.close()
        self._postings.close()
        self.is_closed = True


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with the posting lists of this module."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:  # noqa: ANN401
        """Return the writer of a new segment's terms and postings."""
        return ArrayFieldWriter(storage, segment)

    def postings_reader(
        self,
        dbfile: Any,  # noqa: ANN401
        terminfo: Any,  # noqa: ANN401
        format_: Any,  # noqa: ANN401
        term: Any = None,  # noqa: ANN401
        scorer: Any = None,  # noqa: ANN401
    ) -> ListMatcher:
        """Return a matcher, so that Whoosh's own searcher can read the index too."""
        docs, frequencies = read_postings(dbfile, terminfo)
        weights = [1.0] * len(docs) if frequencies is None else frequencies.tolist()
        return ListMatcher(
            docs.tolist(), weights, None, format_, scorer=scorer, term=term, terminfo=terminfo
        )


def read_postings(postfile: Any, info: Any) -> tuple[Numbers, Small | None]:  # noqa: ANN401
    """Return a term's document numbers, ascending, and for texts its frequencies."""
    offset, length, count = _extent(info)
    if length == count * DOC:
        return np.frombuffer(postfile.get(offset, length), "<u4"), None
    raw = postfile.get(offset, count * (DOC + SMALL))
    return np.frombuffer(raw, "<u4", count), np.frombuffer(raw, "<u2", count, count * DOC)


def read_positions(postfile: Any, info: Any) -> Small:  # noqa: ANN401
    """Return all positions of a term, document after document."""
    offset, length, count = _extent(info)
    skipped = count * (DOC + SMALL)
    return np.frombuffer(postfile.get(offset + skipped, length - skipped), "<u2")


def _extent(info: Any) -> tuple[int, int, int]:  # noqa: ANN401
    offset, (length,) = info.extent()  # Whoosh forgets to unpack the length it reads.
    return offset, length, info.doc_frequency()
