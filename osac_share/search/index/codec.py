"""A Whoosh codec whose posting lists are plain arrays.

Whoosh keeps doing what it does well: segments, their columns, the term dictionary, deletions, and
commits by one rename. Only the layout of a posting list differs from Whoosh's default, which
stores small pickled blocks to be walked one posting at a time. Here a list is, little-endian,
`n` document numbers (32 bits), then for texts `n` frequencies (16 bits) and all positions
(16 bits each), so that a reader takes a list into numpy in one step.
"""

from array import array
from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.matching import ListMatcher
from whoosh.system import pack_ushort

MAX_POSITION: Final = 0xFFFF
_DOC: Final = 4
_SMALL: Final = 2


class PostingList:
    """The postings of one term while a segment is being gathered in memory."""

    __slots__ = ("docs", "frequencies", "positions")

    def __init__(self) -> None:
        """Start empty."""
        self.docs = array("I")
        self.frequencies = array("H")
        self.positions = array("H")


class Pool:
    """All postings of a segment being written, by field and term.

    It takes the place of Whoosh's sorting pool: with whole lists in memory there is nothing to
    sort but the terms. The writer bounds what a segment holds.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._fields: dict[str, dict[str, PostingList]] = {}

    def field(self, name: str) -> dict[str, PostingList]:
        """Return the lists of one field, by term."""
        return self._fields.setdefault(name, {})

    def list_of(self, name: str, term: str) -> PostingList:
        """Return the list of one term, begun if need be."""
        lists = self.field(name)
        try:
            return lists[term]
        except KeyError:
            found = lists[term] = PostingList()
            return found

    def iter_postings(self) -> Iterator[tuple[str, Iterable[tuple[bytes, PostingList]]]]:
        """Yield the fields in order, each with its terms in the order of their bytes."""
        for name, lists in sorted(self._fields.items()):
            yield name, sorted((term.encode(), postings) for term, postings in lists.items())

    def cleanup(self) -> None:
        """Forget everything."""
        self._fields.clear()


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Write posting lists as arrays, with Whoosh's own term dictionary pointing at them."""

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:  # noqa: ANN401
        """Write all fields of a pool."""
        for name, terms in items:
            self.start_field(name, schema[name])
            for term, postings in terms:
                self._add_term(term, postings)
            self.finish_field()

    def _add_term(self, term: bytes, postings: PostingList) -> None:
        offset = self._postfile.tell()
        raw = b"".join(
            np.asarray(part, kind).tobytes()
            for part, kind in (
                (postings.docs, "<u4"),
                (postings.frequencies, "<u2"),
                (postings.positions, "<u2"),
            )
        )
        self._postfile.write(raw)
        info = W3TermInfo(
            weight=float(sum(postings.frequencies)),
            df=len(postings.docs),
            minid=postings.docs[0],
            maxid=postings.docs[-1],
        )
        info.set_extent(offset, len(raw))
        self._tindex.add(pack_ushort(self._fieldid) + term, info.to_bytes())


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with the posting lists of this module."""

    length_stats = False

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:  # noqa: ANN401
        """Return the writer of a new segment's terms and postings."""
        return ArrayFieldWriter(self, storage, segment)

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


Numbers = NDArray[np.uint32]
Small = NDArray[np.uint16]


def read_postings(postfile: Any, info: Any) -> tuple[Numbers, Small | None]:  # noqa: ANN401
    """Return a term's document numbers, ascending, and for texts its frequencies."""
    offset, length, count = _extent(info)
    if length == count * _DOC:
        return np.frombuffer(postfile.get(offset, length), "<u4"), None
    raw = postfile.get(offset, count * (_DOC + _SMALL))
    return np.frombuffer(raw, "<u4", count), np.frombuffer(raw, "<u2", count, count * _DOC)


def read_positions(postfile: Any, info: Any) -> Small:  # noqa: ANN401
    """Return all positions of a term, document after document."""
    offset, length, count = _extent(info)
    skipped = count * (_DOC + _SMALL)
    return np.frombuffer(postfile.get(offset + skipped, length - skipped), "<u2")


def _extent(info: Any) -> tuple[int, int, int]:  # noqa: ANN401
    offset, (length,) = info.extent()  # Whoosh forgets to unpack the length it reads.
    return offset, length, info.doc_frequency()
