"""An index that is kept in the database, so that any number of machines share it.

Segments are rows of at most a mebibyte each. A commit is one transaction, which also moves the
generation from the number that the writer began with: of two writers that meet, one is refused.
What is read is copied into a file of this process that has no name.
"""

from __future__ import annotations

import secrets
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zlib import crc32

from sqlalchemy import delete, func, insert, select, update

from osac_share.search.index.keeping import CHUNK, Place, seal, toc_name, unseal
from osac_share.search.index.locking import Locks, one_by_one
from osac_share.search.models import IndexBusy, IndexDamaged
from osac_share.search.models.stored import IndexFile, IndexGeneration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from contextlib import AbstractContextManager
    from typing import BinaryIO

    from sqlalchemy import Connection, Engine

    from osac_share.search.index.keeping import Contents, Sum

AT_ONCE: Final = 4
"""How many rows of a file are in memory at a time."""


class Rows:
    """An index in the tables of `search.models.stored`; see `Keeper`.

    A connection is borrowed for each question and given back: none is held by who is idle. What
    the database raises is raised on, for without it nothing works.
    """

    def __init__(self, engine: Engine) -> None:
        """Name the database."""
        self._engine = engine
        self._asking = one_by_one(engine)
        self._writing = engine.execution_options(osac_writing=True)
        self._locks = Locks(engine)

    def live(self) -> Place:
        """Return the live generation, and the number of its last commit."""
        question = select(IndexGeneration.name, IndexGeneration.number)
        with self._asking.connect() as connection:
            found = connection.execute(question.where(IndexGeneration.is_live)).first()
        if found is None:
            raise IndexDamaged("there is no live index")
        return Place(*found)

    def contents(self, place: Place) -> Contents:
        """Return what the last commit left."""
        question = select(IndexGeneration.proof, IndexGeneration.toc, IndexGeneration.number)
        with self._asking.connect() as connection:
            found = connection.execute(
                question.where(IndexGeneration.name == place.generation)
            ).first()
        if found is None:
            raise IndexDamaged("the live index is gone")
        return unseal(*found)

    def sizes(self, generation: str) -> dict[str, int]:
        """Return the size of every file; neither database reads the bytes for that."""
        size = func.sum(func.length(IndexFile.content))
        question = select(IndexFile.name, size).where(IndexFile.generation == generation)
        with self._asking.connect() as connection:
            rows = connection.execute(question.group_by(IndexFile.name)).all()
        return {name: int(total) for name, total in rows}

    def open(self, generation: str, name: str, expected: Sum) -> BinaryIO:
        """Return a copy that nobody else can open."""
        with ExitStack() as unless_whole:
            file = unless_whole.enter_context(tempfile.TemporaryFile(prefix="osac-search-"))
            many = expected[0] > AT_ONCE * CHUNK
            if self._copied(generation, name, file, in_steps=many) != expected:
                raise IndexDamaged(f"{name} of the index is not what was written")
            file.seek(0)
            unless_whole.pop_all()
            return file

    def _copied(self, generation: str, name: str, file: BinaryIO, *, in_steps: bool) -> Sum:
        question = (
            select(IndexFile.content)
            .where(IndexFile.generation == generation, IndexFile.name == name)
            .order_by(IndexFile.part)
        )
        size = crc = 0
        with self._engine.connect() as connection:
            steps = {"yield_per": AT_ONCE} if in_steps else {}
            for content in connection.scalars(question, execution_options=steps):
                size += file.write(content)
                crc = crc32(content, crc)
        return size, crc

    def locked(self, name: str, timeout: float) -> AbstractContextManager[None]:
        """Hold a lock among all machines."""
        return self._locks.held(name, timeout)

    def create(self, contents: Contents) -> str:
        """Begin a generation beside the live one."""
        name = f"index-{secrets.token_hex(8)}"
        row = {"name": name, "is_live": False, "number": contents.number}
        with self._writing.begin() as connection:
            connection.execute(
                insert(IndexGeneration).values(**row, toc=contents.toc, proof=seal(contents))
            )
        return name

    @contextmanager
    def desk(self, _generation: str, contents: Contents) -> Iterator[Path]:
        """Lend a folder of this process's own, for as long as the commit takes."""
        with tempfile.TemporaryDirectory(prefix="osac-search-") as name:
            desk = Path(name)
            (desk / toc_name(contents.number)).write_bytes(contents.toc)
            yield desk

    def commit(
        self, generation: str, contents: Contents, desk: Path, fresh: Collection[str]
    ) -> None:
        """Take over what is fresh in one transaction."""
        former = IndexGeneration.number == contents.number - 1
        with self._writing.begin() as connection:
            moved = connection.execute(
                update(IndexGeneration)
                .where(IndexGeneration.name == generation, former)
                .values(number=contents.number, toc=contents.toc, proof=seal(contents))
            )
            if not moved.rowcount:
                raise IndexBusy("another writer has committed meanwhile")
            for name in fresh:
                _insert(connection, generation, desk / name)
            connection.execute(
                delete(IndexFile).where(
                    IndexFile.generation == generation, IndexFile.name.not_in(contents.files)
                )
            )

    def swap(self, generation: str) -> None:
        """Make a generation the live one, and remove all others.

        Readers have copies of what they hold of the old one.
        """
        with self._writing.begin() as connection:
            connection.execute(delete(IndexFile).where(IndexFile.generation != generation))
            connection.execute(delete(IndexGeneration).where(IndexGeneration.name != generation))
            moved = connection.execute(
                update(IndexGeneration)
                .where(IndexGeneration.name == generation)
                .values(is_live=True)
            )
            if not moved.rowcount:
                raise IndexBusy("another rebuild has ended meanwhile")


def _insert(connection: Connection, generation: str, path: Path) -> None:
    with path.open("rb") as file:
        parts = enumerate(iter(lambda: file.read(CHUNK), b""))
        for part, content in parts:
            row = {"generation": generation, "name": path.name, "part": part}
            connection.execute(insert(IndexFile).values(**row, content=content))
