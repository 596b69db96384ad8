"""The dictionary of a segment's terms, written in one go."""

import struct
from typing import Any, Final

from whoosh.filedb.filetables import HashWriter, OrderedHashWriter
from whoosh.util.numlists import GrowableArray

_CRC: Final = 1
_LENGTHS: Final = struct.Struct("!ii")
_POINTER: Final = struct.Struct("!Iq")
_NOTHING: Final = (0, 0)


class TermTable(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's own hash file with ordered keys, byte for byte as its readers expect it.

    Whoosh writes each key, each value and each slot by itself, which takes most of the time
    of a commit. Here they are joined first; and keys are hashed by CRC-32, one of the ways that
    the file's header can name.
    """

    def __init__(self, dbfile: Any) -> None:  # noqa: ANN401
        """Write the header."""
        HashWriter.__init__(self, dbfile, hashtype=_CRC)
        self.index = GrowableArray("H")
        self.lastkey = b""
        self._parts: list[bytes] = []
        self._end: int = dbfile.tell()

    def add(self, key: bytes, value: bytes) -> None:
        """Add a pair.

        Raises:
            ValueError: the key is not greater than the one before.

        """
        if key <= self.lastkey:
            raise ValueError("keys must increase")
        self.lastkey = key
        self.index.append(self._end)
        hashed = self.hashfn(key)
        self.buckets[hashed & 255].append((hashed, self._end))
        self._parts += (_LENGTHS.pack(len(key), len(value)), key, value)
        self._end += _LENGTHS.size + len(key) + len(value)

    def _write_hashes(self) -> None:
        tables = []
        for entries in self.buckets:
            slots = 2 * len(entries)
            self.directory.append((self._end, slots))
            table = [_NOTHING] * slots
            for hashed, position in entries:
                slot = (hashed >> 8) % slots
                while table[slot] is not _NOTHING:
                    slot = (slot + 1) % slots
                table[slot] = (hashed, position)
            tables += [_POINTER.pack(*entry) for entry in table]
            self._end += slots * _POINTER.size
        self.dbfile.write(b"".join(self._parts))
        self.dbfile.write(b"".join(tables))
        self._parts.clear()
