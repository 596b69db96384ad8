"""A web server on the loopback that publishes what a test gives it, well or badly."""

from __future__ import annotations

import gzip
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HOST = "127.0.0.1"


@dataclass
class Published:
    """What stands at a path: a status, headers and bytes, sent slowly where that is wanted."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0
    promised: int | None = None


@dataclass
class Publisher:
    """A server, what stands on it, and what it was asked."""

    port: int
    pages: dict[str, Published] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def at(self, path: str) -> str:
        """Return the address of a path."""
        return f"http://{HOST}:{self.port}{path}"

    def publish(self, path: str, body: str | bytes, **headers: str) -> str:
        """Put something at a path, with an ETag made of it, and return its address."""
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = Published(content, headers={"ETag": f'"{hash(content)}"'} | named)
        return self.at(path)

    def lead_on(self, path: str, target: str, status: int = 302) -> str:
        """Let a path lead on to another address."""
        self.pages[path] = Published(status=status, headers={"Location": target})
        return self.at(path)


class Counter(BaseHTTPRequestHandler):
    """Hands out what the server's publisher has."""

    def __init__(self, publisher: Publisher, *arguments: Any) -> None:  # noqa: ANN401
        self.publisher = publisher
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer as the page at the path wants it."""
        self.publisher.asked.append((self.path, dict(self.headers)))
        page = self.publisher.pages.get(self.path, Published(status=404))
        held = self.headers.get("If-None-Match")
        if held and held == page.headers.get("ETag"):
            page = Published(status=304)
        self.send_response(page.status)
        for name, value in page.headers.items():
            self.send_header(name, value)
        if page.promised is not None:
            self.send_header("Content-Length", str(page.promised))
        self.end_headers()
        self._say(page)

    def _say(self, page: Published) -> None:
        try:
            if not page.pause:
                self.wfile.write(page.body)
            for byte in page.body if page.pause else b"":
                self.wfile.write(bytes([byte]))
                time.sleep(page.pause)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


@contextmanager
def publishing() -> Iterator[Publisher]:
    """Run a server and yield it."""
    publisher = Publisher(0)
    with ThreadingHTTPServer((HOST, 0), partial(Counter, publisher)) as server:
        server.daemon_threads = True
        publisher.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()


def bomb(size: int) -> bytes:
    """Return a small archive that unpacks to `size` bytes."""
    return gzip.compress(bytes(size))
