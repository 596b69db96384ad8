"""A mail server that follows a script, for what no decent server would do."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOST = "127.0.0.1"

Script = dict[bytes, list[bytes]]
"""Replies by the first word of a command, the last one for good; `hang up` closes."""


class Scripted:
    """A server that says what its script says and writes down what it hears."""

    def __init__(self, script: Script) -> None:
        self.port = 0
        self.heard: list[list[bytes]] = []
        self._script = script

    def talk(self, client: socket.socket) -> None:
        """Answer one client until it says goodbye or the script hangs up."""
        lines: list[bytes] = []
        self.heard.append(lines)
        with client, client.makefile("rb") as reading:
            if not self._say(client, b"GREETING", b"220 ready"):
                return
            for line in reading:
                lines.append(line)
                word = line.split()[0].upper() if line.split() else b""
                usual = b"354 go on" if word == b"DATA" else b"250 OK"
                said = self._say(client, word, usual)
                if said.startswith(b"354"):
                    self._take(reading, lines)
                    said = self._say(client, b"CONTENT", b"250 taken")
                if not said or word == b"QUIT":
                    return

    def _say(self, client: socket.socket, word: bytes, usual: bytes) -> bytes:
        replies = self._script.get(word, [usual])
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        if reply == b"hang up":
            return b""
        client.sendall(reply + b"\r\n")
        return reply

    def _take(self, reading: BinaryIO, lines: list[bytes]) -> None:
        for line in reading:
            lines.append(line)
            if line == b".\r\n":
                return


@contextmanager
def scripted(script: Script) -> Iterator[Scripted]:
    """Run a server with a script and yield it."""
    server = Scripted(script)
    with serving(server.talk) as server.port:
        yield server


@contextmanager
def serving(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """Let `talk` answer one connection after the other; yield the port."""
    with socket.create_server((HOST, 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, talk))
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listening: socket.socket, talk: Callable[[socket.socket], None]) -> None:
    while True:
        try:
            client, _ = listening.accept()
        except OSError:
            return
        # A client may leave in the middle of a word.
        with suppress(OSError):
            talk(client)
