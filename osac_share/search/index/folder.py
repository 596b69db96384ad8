"""An index that is kept in a folder, beside an embedded database.

A root folder holds a folder for each generation and a small file naming the live one. The proof of
a commit is written first and the table of contents renamed into place last, so a process killed in
between leaves the older pair valid.
"""

from __future__ import annotations

import re
import secrets
import shutil
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from whoosh.util.filelock import FileLock, try_for

from osac_share.search.index.keeping import INDEX_NAME, Place, checksum, seal, toc_name, unseal
from osac_share.search.models import IndexBusy, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from typing import BinaryIO

    from osac_share.search.index.keeping import Contents, Sum

_CURRENT: Final = "current"
_TOC: Final = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")


class Folder:
    """The root folder of an index; see `Keeper`."""

    def __init__(self, root: Path) -> None:
        """Name the folder; nothing is created until something is written."""
        self.root = root

    def live(self) -> Place:
        """Return the live generation, and its newest table of contents."""
        try:
            name = Path((self.root / _CURRENT).read_text("ascii").strip()).name
            numbers = [_TOC.fullmatch(path.name) for path in (self.root / name).iterdir()]
        except (OSError, ValueError) as error:
            raise IndexDamaged("there is no live index") from error
        return Place(name, max((int(found[1]) for found in numbers if found), default=-1))

    def contents(self, place: Place) -> Contents:
        """Return what a commit left."""
        folder = self.root / place.generation
        try:
            toc = (folder / toc_name(place.number)).read_bytes()
            sealed = (folder / _proof_name(place.number)).read_bytes()
        except OSError as error:
            raise IndexDamaged("the index has no table of contents, or no proof") from error
        return unseal(sealed, toc, place.number)

    def sizes(self, generation: str) -> dict[str, int]:
        """Return the size of every file."""
        found = {}
        try:
            for path in (self.root / generation).iterdir():
                # A writer may be removing what is not named any more.
                with suppress(FileNotFoundError):
                    found[path.name] = path.stat().st_size
        except OSError as error:
            raise IndexDamaged("the live index cannot be listed") from error
        return found

    def open(self, generation: str, name: str, expected: Sum) -> BinaryIO:
        """Return a file that was read through; Unix keeps it while it is open."""
        with ExitStack() as unless_whole:
            try:
                file = unless_whole.enter_context((self.root / generation / name).open("rb"))
                found = checksum(file)
            except OSError as error:
                raise IndexDamaged(f"{name} of the index cannot be read") from error
            if found != expected:
                raise IndexDamaged(f"{name} of the index is not what was written")
            unless_whole.pop_all()
            return file

    @contextmanager
    def locked(self, name: str, timeout: float) -> Iterator[None]:
        """Hold a lock among processes; the system frees it if this process dies."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(str(self.root / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=timeout, delay=0.05):
            raise IndexBusy(f"another process has held the index's {name} lock for {timeout} s")
        try:
            yield
        finally:
            lock.release()

    def create(self, contents: Contents) -> str:
        """Create a folder, for this user only, beside the live one."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        folder = self.root / f"index-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        _write_pair(folder, contents)
        return folder.name

    @contextmanager
    def desk(self, generation: str, _contents: Contents) -> Iterator[Path]:
        """Lend the generation's own folder: what is not named there is as good as absent."""
        yield self.root / generation

    def commit(
        self, generation: str, contents: Contents, desk: Path, _fresh: Collection[str]
    ) -> None:
        """Name what was written into the folder, and tidy it up."""
        _write_pair(desk, contents)
        named = {*contents.files, toc_name(contents.number), _proof_name(contents.number)}
        for path in (self.root / generation).iterdir():
            if path.name not in named and path.is_file() and "LOCK" not in path.name:
                path.unlink(missing_ok=True)

    def swap(self, generation: str) -> None:
        """Make a generation the live one, and remove all others.

        Readers that have the old one open keep their files until they refresh.
        """
        _write_whole(self.root / _CURRENT, generation.encode())
        for other in self.root.glob("index-*"):
            if other.name != generation:
                shutil.rmtree(other, ignore_errors=True)


def _write_pair(folder: Path, contents: Contents) -> None:
    _write_whole(folder / _proof_name(contents.number), seal(contents))
    _write_whole(folder / toc_name(contents.number), contents.toc)


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    passing.write_bytes(content)
    passing.replace(path)


def _proof_name(number: int) -> str:
    return f"proof-{number}.json"
