"""Taking a file in: bounded while it streams, looked at, cleaned, and only then kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.files.names import clean_name, ending_of
from osac_share.kernel.files.pictures import redraw
from osac_share.kernel.files.recognition import recognize

if TYPE_CHECKING:
    from datetime import datetime
    from typing import IO

    from osac_share.kernel.files.kinds import Kind
    from osac_share.kernel.files.store import Store

CHUNK = 1 << 18
GIVEN_UP_AFTER = timedelta(hours=1)
"""When what is only half there has surely lost its receiver."""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken in: what it is, what it is called, and by what it is found."""

    kind: Kind
    name: str
    size: int
    digest: str


def receive(
    source: IO[bytes], name: str, *, store: Store, scratch: Path, largest: int, at: datetime
) -> Received:
    """Take a file in and keep it.

    It is written to the disk as it comes and never held in memory. Pictures are drawn anew,
    without what cameras write into them. What earlier, killed attempts left behind is removed.

    Args:
        source: what the bytes come from.
        name: what its sender calls it.
        store: where it will be kept.
        scratch: a folder for what is not finished; for a `Folder`, one on the same disk.
        largest: how many bytes it may have.
        at: when, in UTC.

    Raises:
        RuleBroken: it is too large, empty, of no kind that is taken, or not what its name
            says; nothing of it is kept.

    """
    scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
    _sweep(scratch, before=at - GIVEN_UP_AFTER)
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        arrived = Path(folder) / "arrived"
        with arrived.open("xb") as file:
            _copy(source, file, largest)
        crashpoint("file_arrived")
        kind = recognize(arrived, name)
        if kind.is_picture:
            arrived, kind = redraw(arrived, kind)
        size, digest = _weigh(arrived)
        store.put(arrived, digest)
    crashpoint("file_kept")
    return Received(kind, clean_name(name, ending=_ending(name, kind)), size, digest)


def _sweep(scratch: Path, *, before: datetime) -> None:
    for folder in scratch.iterdir():
        if folder.is_dir() and folder.stat().st_mtime < before.timestamp():
            shutil.rmtree(folder, ignore_errors=True)


def _copy(source: IO[bytes], file: BinaryIO, largest: int) -> None:
    size = 0
    while chunk := source.read(CHUNK):
        size += len(chunk)
        if size > largest:
            raise RuleBroken(f"This file is larger than {largest // 1_000_000} MB.")
        file.write(chunk)
    if not size:
        raise RuleBroken("This file is empty.")


def _weigh(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of what is on the disk, once it is there for good."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


def _ending(name: str, kind: Kind) -> str:
    given = ending_of(name)
    return given if given in kind.endings else kind.endings[0]
