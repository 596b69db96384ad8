"""Where bytes are kept: by their digest, so that the same bytes are there once."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, BinaryIO, Protocol

from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

_DIGEST = re.compile(r"[0-9a-f]{64}")


class Store(Protocol):
    """What keeps files: a folder, or something that has these two ways of one."""

    def put(self, file: Path, digest: str) -> None:
        """Take over a finished local file, durably; its old path is free afterwards."""
        ...

    def open(self, digest: str) -> BinaryIO:
        """Open the bytes with this SHA-256 for reading.

        Raises:
            NotFound: there are none.

        """
        ...


class Folder:
    """A store in a folder: `ab/cdef...`, the SHA-256 in hex with its first two digits apart."""

    def __init__(self, root: Path) -> None:
        """Keep files under `root`, which is made when the first one comes."""
        self.root = root

    def put(self, file: Path, digest: str) -> None:
        """Move `file` to its place in one step; it is there whole or not at all."""
        target = self._path(digest)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if target.exists():
            # Used again: as young as this moment, so that nobody clears it away meanwhile.
            os.utime(target)
            file.unlink()
            return
        file.chmod(0o600)
        file.replace(target)
        for folder in (target.parent, self.root):
            _flush(folder)

    def open(self, digest: str) -> BinaryIO:
        """Open the bytes with this SHA-256 for reading.

        Raises:
            NotFound: there are none.

        """
        try:
            return self._path(digest).open("rb")
        except FileNotFoundError:
            raise NotFound from None

    def old_digests(self, *, before: datetime) -> Iterator[str]:
        """Yield the digests of files that were put, last, before a moment."""
        for file in self.root.glob("[0-9a-f][0-9a-f]/*"):
            if file.stat().st_mtime < before.timestamp():
                yield file.parent.name + file.name

    def drop(self, digest: str, *, before: datetime) -> None:
        """Remove the bytes with this digest, unless they were put again since `before`."""
        file = self._path(digest)
        try:
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
        except FileNotFoundError:
            return  # Somebody else was faster, with the same wish.

    def _path(self, digest: str) -> Path:
        # A digest comes from our own rows. Should anything else ever come, it is no path.
        if not _DIGEST.fullmatch(digest):
            raise NotFound
        return self.root / digest[:2] / digest[2:]


def _flush(folder: Path) -> None:
    # The new name, too, must be there after the power has failed.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
