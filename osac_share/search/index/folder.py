"""Where an index lives on disk, and the proof that it is whole.

A root folder holds generation folders and a small file naming the live one. Beside each table of
contents that Whoosh writes stands a proof with the size and checksum of every file it names. The
proof is written first and the table of contents renamed into place last, so a process killed in
between leaves the older pair valid. After a power cut, a full disk or a flipped bit the checksums
do not match: the index is then damaged, never silently empty.
"""

from __future__ import annotations

import json
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

from whoosh.index import TOC

from osac_share.search.index.schema import VERSION
from osac_share.search.models import IndexBusy, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from whoosh.util.filelock import FileLock, try_for

INDEX_NAME: Final = "osac"
_CURRENT: Final = "current"
_CHUNK: Final = 1 << 20

Files = dict[str, tuple[int, int]]


class Folder:
    """The root folder of an index."""

    def __init__(self, root: Path) -> None:
        """Name the folder; nothing is created until something is written."""
        self.root = root

    def live(self) -> Path:
        """Return the live generation's folder.

        Raises:
            IndexDamaged: there is none.

        """
        try:
            name = (self.root / _CURRENT).read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise IndexDamaged("there is no live index") from error
        folder = self.root / Path(name).name
        if not name or not folder.is_dir():
            raise IndexDamaged("the live index is gone")
        return folder

    def new_generation(self) -> Path:
        """Create an empty folder, for this user only, beside the live one."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        folder = self.root / f"index-{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        return folder

    def swap(self, folder: Path) -> None:
        """Make a generation the live one, and remove all others.

        Readers that have the old one open keep their files until they refresh.
        """
        write_whole(self.root / _CURRENT, folder.name.encode())
        for other in self.root.glob("index-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    @contextmanager
    def locked(self, name: str, timeout: float) -> Iterator[None]:
        """Hold a lock among processes; the system frees it if this process dies.

        Raises:
            IndexBusy: another process held it for `timeout` seconds.

        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(str(self.root / f"{name}.lock"))
        if not try_for(lock.acquire, timeout=timeout, delay=0.05):
            raise IndexBusy(f"another process has held the index's {name} lock for {timeout} s")
        try:
            yield
        finally:
            lock.release()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old content or the new, never a part."""
    passing = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    passing.write_bytes(content)
    passing.replace(path)


def checksum(path: Path) -> tuple[int, int]:
    """Return the size and the CRC-32 of a file."""
    size = crc = 0
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            crc = crc32(chunk, crc)
    return size, crc


def latest(folder: Path) -> int:
    """Return the number of the newest table of contents, -1 if there is none."""
    pattern = TOC._pattern(INDEX_NAME)  # noqa: SLF001 - Whoosh has no public name for it.
    matches = (pattern.match(path.name) for path in folder.iterdir())
    return max((int(match.group(1)) for match in matches if match), default=-1)


def toc_name(generation: int) -> str:
    """Return the file name of a table of contents."""
    return str(TOC._filename(INDEX_NAME, generation))  # noqa: SLF001 - as above.


def write_proof(folder: Path, generation: int, files: Files, count: int) -> None:
    """Write down what the files of a generation must be, and how many documents live in them."""
    proof = {"version": VERSION, "count": count, "files": files}
    text = json.dumps(proof, sort_keys=True)
    sealed = json.dumps({"proof": proof, "seal": crc32(text.encode())}, sort_keys=True)
    write_whole(_proof_path(folder, generation), sealed.encode())


def read_proof(folder: Path, generation: int) -> tuple[Files, int]:
    """Return the files that a generation must have, and its number of documents.

    Raises:
        IndexDamaged: the proof is missing, altered, or of another version of the program.

    """
    try:
        sealed: dict[str, Any] = json.loads(_proof_path(folder, generation).read_bytes())
        proof = sealed["proof"]
        text = json.dumps(proof, sort_keys=True)
        sound = crc32(text.encode()) == sealed["seal"] and proof["version"] == VERSION
        files = {name: (size, crc) for name, (size, crc) in proof["files"].items()}
        count = int(proof["count"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged("the index has no proof that can be read") from error
    if not sound:
        raise IndexDamaged("the proof of the index was altered, or is of another version")
    return files, count


def verify(folder: Path, files: Files, known: Iterable[str] = ()) -> None:
    """Check the files against their proof; files `known` from before only by size.

    Raises:
        IndexDamaged: a file is missing or differs.

    """
    trusted = frozenset(known)
    for name, expected in files.items():
        try:
            path = folder / name
            found = (path.stat().st_size, expected[1]) if name in trusted else checksum(path)
        except OSError as error:
            raise IndexDamaged(f"the index lacks {name}") from error
        if found != expected:
            raise IndexDamaged(f"{name} of the index is not what was written")


def drop_old_proofs(folder: Path, generation: int) -> None:
    """Remove the proofs of earlier generations."""
    keep = _proof_path(folder, generation)
    for path in folder.glob("proof-*.json"):
        if path != keep:
            path.unlink(missing_ok=True)


def _proof_path(folder: Path, generation: int) -> Path:
    return folder / f"proof-{generation}.json"
