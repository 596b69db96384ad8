"""What an index asks of the place where it is kept, and the proof that it is whole.

Whoosh writes segments that never change, and with each commit a table of contents that names
them. Where all of it is kept is another matter: in a folder, or in the database. Beside each table
of contents stands a proof with the size and checksum of every file that it names. After a power
cut, a full disk or a flipped bit these do not match: the index is then damaged, never silently
empty.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from zlib import crc32

from whoosh.filedb.filestore import RamStorage
from whoosh.index import TOC

from osac_share.search.index.schema import VERSION, whoosh_schema
from osac_share.search.index.segment import Segment
from osac_share.search.models import IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import BinaryIO

INDEX_NAME: Final = "osac"
CHUNK: Final = 1 << 20

Sum = tuple[int, int]
"""The size and the CRC-32 of a file."""
Files = dict[str, Sum]


class Place(NamedTuple):
    """A generation of the index, which a rebuild begins, and the number of its last commit."""

    generation: str
    number: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a commit leaves: a table of contents, the files it names, how many documents live."""

    number: int
    toc: bytes
    files: Files
    count: int


class Keeper(Protocol):
    """A place where an index is kept. Any method may raise IndexDamaged."""

    def live(self) -> Place:
        """Return what is to be read now."""

    def contents(self, place: Place) -> Contents:
        """Return what a commit left, or a later one of the same generation."""

    def sizes(self, generation: str) -> Mapping[str, int]:
        """Return the size of every file that is there."""

    def open(self, generation: str, name: str, expected: Sum) -> BinaryIO:
        """Return a file that has been read through and is what was written.

        It stays readable while it is open, even when it has been removed from the index.
        """

    def locked(self, name: str, timeout: float) -> AbstractContextManager[None]:
        """Hold a lock among all writers, which is free again soon after its holder has died.

        Raises:
            IndexBusy: another living process held it for `timeout` seconds.

        """

    def create(self, contents: Contents) -> str:
        """Begin a generation beside the live one, and return its name."""

    def desk(self, generation: str, contents: Contents, /) -> AbstractContextManager[Path]:
        """Lend a folder that holds the table of contents, for the next commit to be written in."""

    def commit(
        self, generation: str, contents: Contents, desk: Path, fresh: Collection[str], /
    ) -> None:
        """Take over from the desk what is fresh, and forget what is not named any more.

        Readers see the former contents or these, never a part.

        Raises:
            IndexBusy: another writer has committed meanwhile.

        """

    def swap(self, generation: str) -> None:
        """Make a generation the live one, and remove all others."""


def seal(contents: Contents) -> bytes:
    """Return the proof: what the files of a commit are, and how many documents live in them."""
    proof = {
        "version": VERSION,
        "number": contents.number,
        "toc": sum_of(contents.toc),
        "files": contents.files,
        "count": contents.count,
    }
    text = json.dumps(proof, sort_keys=True)
    return json.dumps({"proof": proof, "seal": crc32(text.encode())}, sort_keys=True).encode()


def unseal(sealed: bytes, toc: bytes, number: int) -> Contents:
    """Return the contents that a proof proves.

    Raises:
        IndexDamaged: it is altered, proves something else, or is of another version.

    """
    try:
        envelope: dict[str, Any] = json.loads(sealed)
        proof = envelope["proof"]
        text = json.dumps(proof, sort_keys=True)
        sound = crc32(text.encode()) == envelope["seal"] and proof["version"] == VERSION
        sound = sound and (tuple(proof["toc"]), proof["number"]) == (sum_of(toc), number)
        files = {name: (size, crc) for name, (size, crc) in proof["files"].items()}
        contents = Contents(number, toc, files, int(proof["count"]))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged("the index has no proof that can be read") from error
    if not sound:
        raise IndexDamaged("the proof of the index was altered, or is of another version")
    return contents


def sum_of(content: bytes) -> Sum:
    """Return the size and the CRC-32 of some bytes."""
    return len(content), crc32(content)


def checksum(file: BinaryIO) -> Sum:
    """Return the size and the CRC-32 of what an open file holds, and go back to its beginning."""
    size = crc = 0
    file.seek(0)
    while chunk := file.read(CHUNK):
        size += len(chunk)
        crc = crc32(chunk, crc)
    file.seek(0)
    return size, crc


def prove(keeper: Keeper, generation: str, files: Files) -> None:
    """Check by size that all files are still there; each is read in full when it is opened.

    Raises:
        IndexDamaged: one is missing, or shorter or longer than it was.

    """
    found = keeper.sizes(generation)
    for name, (size, _) in files.items():
        if found.get(name) != size:
            raise IndexDamaged(f"{name} of the index is not what was written")


def toc_name(number: int) -> str:
    """Return the file name of a table of contents."""
    return str(TOC._filename(INDEX_NAME, number))  # noqa: SLF001 - Whoosh has no public name.


def written_toc(segments: list[Any], number: int) -> bytes:
    """Return the table of contents that names these segments of Whoosh's."""
    store = RamStorage()
    TOC(whoosh_schema(), segments, number).write(store, INDEX_NAME)
    content: bytes = store.files[toc_name(number)]
    return content


def segments_in(contents: Contents) -> list[Any]:
    """Return the segments that a table of contents names, as Whoosh knows them.

    Raises:
        IndexDamaged: it cannot be read.

    """
    store = RamStorage()
    store.files[toc_name(contents.number)] = contents.toc
    with _unpacking():
        return list(TOC.read(store, INDEX_NAME, contents.number, whoosh_schema()).segments)


def file_of(segment: Any) -> str:  # noqa: ANN401 -- Whoosh's segment.
    """Return the name of the only file of a segment."""
    return str(segment.make_filename(segment.COMPOUND_EXT))


def open_segment(keeper: Keeper, generation: str, contents: Contents, segment: Any) -> Segment:  # noqa: ANN401
    """Open a segment; its file is read through and proven.

    Raises:
        IndexDamaged: it is not what was written.

    """
    name = file_of(segment)
    if name not in contents.files:
        raise IndexDamaged(f"{name} of the index was never proven")
    with keeper.open(generation, name, contents.files[name]) as file, _unpacking():
        return Segment(file, segment)


@contextmanager
def _unpacking() -> Iterator[None]:
    try:
        yield
    except IndexDamaged:
        raise
    except Exception as error:
        # Whoosh raises whatever its unpicklers do when a file is not what it should be.
        raise IndexDamaged("the index cannot be opened") from error
