"""The places where an index can be kept, and what can happen to it there."""

from __future__ import annotations

import shutil
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, func, insert, inspect, select, update

from osac_share.kernel.db import Base, open_engine
from osac_share.search.index import Folder, Reader, Rows, Writer, locking, parse
from osac_share.search.models.stored import IndexFile, IndexGeneration
from tests.support.editions import EVERYONE, edition, random_library

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.synchronize import Event

    from sqlalchemy import ColumnElement, Engine, Executable, Select

    from osac_share.search.index.keeping import Keeper
    from osac_share.search.models import Document

LIBRARY = random_library(seed=41)
HOMES = ("folder", "sqlite", "postgresql")
TABLES: tuple[type[Base], ...] = (IndexGeneration, IndexFile)

Part = tuple[str, ...]


class Home(Protocol):
    """A place with an index, of which every part that an answer depends on can be damaged."""

    @property
    def address(self) -> str:
        """Return what `keeper_at` opens, in this process or another."""

    def keeper(self) -> Keeper:
        """Return a keeper that knows nothing yet, as a process just started has one."""

    def parts(self) -> list[Part]:
        """Return the names of all parts."""

    def read(self, part: Part) -> bytes:
        """Return what a part holds."""

    def write(self, part: Part, content: bytes) -> None:
        """Give a part, which may have been removed, this content."""

    def remove(self, part: Part) -> None:
        """Remove a part."""

    def copy(self) -> Callable[[], None]:
        """Make a backup of all of it, and return how to put it back."""

    def segments(self) -> int:
        """Return how many segments there are, named or left behind."""

    def generations(self) -> int:
        """Return how many generations there are, live or left behind."""


@dataclass(frozen=True)
class FolderHome:
    """An index in files; a part is a file."""

    root: Path

    @property
    def address(self) -> str:
        return str(self.root)

    def keeper(self) -> Folder:
        return Folder(self.root)

    def parts(self) -> list[Part]:
        files = [path for path in self.root.rglob("*") if path.is_file()]
        return sorted((str(path),) for path in files if "LOCK" not in path.name.upper())

    def read(self, part: Part) -> bytes:
        return Path(*part).read_bytes()

    def write(self, part: Part, content: bytes) -> None:
        Path(*part).write_bytes(content)

    def remove(self, part: Part) -> None:
        Path(*part).unlink()

    def copy(self) -> Callable[[], None]:
        backup = Path(shutil.copytree(self.root, self.root.with_name("copy")))

        def put_back() -> None:
            shutil.rmtree(self.root)
            backup.rename(self.root)

        return put_back

    def segments(self) -> int:
        return len(list(self.root.rglob("*.seg")))

    def generations(self) -> int:
        return len(list(self.root.glob("index-*")))


@dataclass(frozen=True)
class RowsHome:
    """An index in rows; a part is a part of a file, or a column of a generation."""

    engine: Engine

    @property
    def address(self) -> str:
        return self.engine.url.render_as_string(hide_password=False)

    def keeper(self) -> Rows:
        return Rows(self.engine)

    def parts(self) -> list[Part]:
        files = select(IndexFile.generation, IndexFile.name, IndexFile.part)
        with self.engine.connect() as connection:
            names = connection.scalars(select(IndexGeneration.name)).all()
            rows = [(generation, name, str(n)) for generation, name, n in connection.execute(files)]
        return [*rows, *((name, column) for name in names for column in ("toc", "proof"))]

    def read(self, part: Part) -> bytes:
        column = IndexFile.content if len(part) > 2 else getattr(IndexGeneration, part[1])
        with self.engine.connect() as connection:
            found = connection.scalar(select(column).where(_row(part)))
        assert isinstance(found, bytes)
        return found

    def write(self, part: Part, content: bytes) -> None:
        if len(part) == 2:
            self.run(update(IndexGeneration).where(_row(part)).values({part[1]: content}))
            return
        generation, name, number = part
        self.remove(part)
        row = {"generation": generation, "name": name, "part": int(number)}
        self.run(insert(IndexFile).values(**row, content=content))

    def remove(self, part: Part) -> None:
        if len(part) == 2:
            self.write(part, b"")
        else:
            self.run(delete(IndexFile).where(_row(part)))

    def copy(self) -> Callable[[], None]:
        with self.engine.connect() as connection:
            backup = [
                (
                    model,
                    [
                        dict(row)
                        for row in connection.execute(select(*inspect(model).columns)).mappings()
                    ],
                )
                for model in TABLES
            ]

        def put_back() -> None:
            self.empty()
            for model, rows in backup:
                self.run(insert(model).values(rows))

        return put_back

    def empty(self) -> None:
        """Remove all of it."""
        for model in reversed(TABLES):
            self.run(delete(model))

    def segments(self) -> int:
        return self._count(select(func.count(IndexFile.name.distinct())))

    def generations(self) -> int:
        return self._count(select(func.count(IndexGeneration.name)))

    def run(self, statement: Executable) -> None:
        """Do something that no writer does."""
        with self.engine.execution_options(osac_writing=True).begin() as connection:
            connection.execute(statement)

    def _count(self, question: Select[tuple[int]]) -> int:
        with self.engine.connect() as connection:
            return int(connection.scalar(question) or 0)


def _row(part: Part) -> ColumnElement[bool]:
    if len(part) == 2:
        return IndexGeneration.name == part[0]
    generation, name, number = part
    this_file = (IndexFile.generation == generation) & (IndexFile.name == name)
    return this_file & (IndexFile.part == int(number))


def keeper_at(address: str) -> Keeper:
    """Open the home at an address in a process of its own."""
    return Rows(open_engine(address)) if "://" in address else Folder(Path(address))


def filled(home: Home, library: Sequence[Document]) -> Reader:
    """Return a reader, which looks each time, of a new index of this library."""
    Writer(home.keeper()).rebuild([list(library)])
    return Reader(home.keeper(), look_every=0)


def held(home: Home) -> set[int]:
    """Return the editions that somebody finds who opens the index now."""
    return set(Reader(home.keeper()).stamps())


def found(home: Home, words: str) -> int:
    """Return how many reports with these words they find."""
    return Reader(home.keeper()).search(parse(words), EVERYONE).total


def hold(address: str, _passing: str, began: Event) -> None:
    """Hold the lock of writers, in a process of its own, until that is killed, or for a minute."""
    locking.BEAT_S = 0.1  # type: ignore[misc]
    with keeper_at(address).locked("writer", 0):
        began.set()
        time.sleep(60)


def write_on(address: str, passing: str, began: Event) -> None:
    """Write small things, and now and then all of it, until the process is killed."""
    tempfile.tempdir = passing
    writer = Writer(keeper_at(address))
    for number in range(100_000):
        writer.put([edition(5000 + number % 40, text=f"night {number}")])
        began.set()
        if number % 12 == 5:
            writer.rebuild([LIBRARY])
