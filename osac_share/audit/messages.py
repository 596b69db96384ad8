"""How entries leave the house: to a file, perhaps on another machine's disk, or by syslog."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

PATIENCE_S = 5
PRIORITY = 13 * 8 + 5
"""Facility "log audit", severity "notice" (RFC 5424)."""


class Copy(Protocol):
    """Somewhere else, where entries can be added and, it is hoped, not be changed."""

    def append(self, lines: Sequence[str]) -> None:
        """Add lines; when this returns they have left the house.

        Raises:
            OSError: they have not, or not all of them.

        """


class FileCopy:
    """A file to which lines are added, on the disk before anybody relies on it."""

    def __init__(self, path: Path) -> None:
        """Add to the file at `path`, which is made when it is needed."""
        self._path = path

    def append(self, lines: Sequence[str]) -> None:
        """Add lines, after whatever a crash left of an unfinished one."""
        number = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(number, "ab+") as file:
            end = file.seek(0, os.SEEK_END)
            torn = end > 0 and os.pread(number, 1, end - 1) != b"\n"
            file.write(b"\n" * torn + "".join(lines).encode())
            file.flush()
            os.fsync(number)


class SyslogCopy:
    """A syslog collector. It takes lines as they come: over UDP, some may be lost on the way."""

    def __init__(self, host: str, port: int, *, stream: bool) -> None:
        """Send to this collector, over TCP (`stream`) or UDP."""
        self._place = host, port
        self._stream = stream
        self._name = socket.gethostname()

    def append(self, lines: Sequence[str]) -> None:
        """Send a message for each line (RFC 5424; over TCP with its length, RFC 6587)."""
        messages = [self._message(line.rstrip("\n")) for line in lines]
        if self._stream:
            with socket.create_connection(self._place, PATIENCE_S) as connection:
                connection.sendall(b"".join(b"%d %s" % (len(one), one) for one in messages))
                # The collector has them when it, too, has seen the end.
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)
            return
        family, kind, _, _, place = socket.getaddrinfo(*self._place, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as sender:
            for one in messages:
                sender.sendto(one, place)

    def _message(self, line: str) -> bytes:
        # No time of its own (RFC 5424 6.2.3 allows none): the entry says when the act was.
        return f"<{PRIORITY}>1 - {self._name} osac-share - record - {line}".encode()


def file_of(setting: str) -> Path | None:
    """Return the file that the setting names, None when it names none."""
    kind, _, place = setting.partition(":")
    return Path(place) if kind == "file" else None


def open_copy(setting: str) -> Copy | None:
    """Return the copy that the setting names, None when there is none."""
    if not setting:
        return None
    if (file := file_of(setting)) is not None:
        return FileCopy(file)
    address = urlsplit(setting.removeprefix("syslog:"))
    return SyslogCopy(address.hostname or "", address.port or 0, stream=address.scheme == "tcp")
