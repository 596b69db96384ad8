"""A web server on the loopback that takes what is posted to it, and answers as a test wants it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Posted:
    """One request: its path, its headers by their names in lower case, and its body."""

    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_by(self, secret: str) -> bool:
        """Tell whether a receiver that follows Standard Webhooks would believe it."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        said = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        made = base64.b64encode(hmac.new(key, said + self.body, hashlib.sha256).digest()).decode()
        return f"v1,{made}" in self.headers["webhook-signature"].split()


@dataclass
class Receiver:
    """A server, how it answers, and what was posted to it.

    `status` answers every request; `headers` come with it, then `answer`, after `pause` seconds,
    and again so many `times`.
    """

    port: int
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: bytes = b"ok"
    pause: float = 0
    times: int = 1
    posted: list[Posted] = field(default_factory=list)

    def at(self, path: str = "/hook") -> str:
        """Return the address of a path."""
        return f"http://{HOST}:{self.port}{path}"


class _Taker(BaseHTTPRequestHandler):
    def __init__(self, receiver: Receiver, *arguments: Any) -> None:  # noqa: ANN401
        self.receiver = receiver
        super().__init__(*arguments)

    def do_POST(self) -> None:
        """Take it, and answer."""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.receiver.posted.append(Posted(self.path, headers, body))
        time.sleep(self.receiver.pause)
        try:
            self.send_response(self.receiver.status)
            for name, value in self.receiver.headers.items():
                self.send_header(name, value)
            self.end_headers()
            for _ in range(self.receiver.times):
                self.wfile.write(self.receiver.answer)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a server and yield it."""
    receiver = Receiver(0)
    with ThreadingHTTPServer((HOST, 0), partial(_Taker, receiver)) as server:
        server.daemon_threads = True
        receiver.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
