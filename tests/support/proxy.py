"""A real nginx that keeps answers, between readers and an installation."""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from email.message import Message

NOBODY = 65534
"""Whoever runs the tests as root lets this user run the proxy; it owns nothing on any system."""

HINT = "These tests need nginx. Install it (make test does, or: apt-get install nginx)."
START_SECONDS = 30
STATUS = "X-Cache-Status"
HIT, REVALIDATED, EXPIRED = "HIT", "REVALIDATED", "EXPIRED"
VALID_UNTIL = struct.Struct("@Pl")
"""How a kept answer begins: the version of the format, and until when it is fresh."""

# As many set one up: everything is offered to the cache, and what the answers say decides.
CONFIGURATION = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 128; }}
http {{
  access_log off;
  client_body_temp_path {folder}/bodies;
  proxy_temp_path {folder}/passing;
  fastcgi_temp_path {folder}/unused;
  uwsgi_temp_path {folder}/unused;
  scgi_temp_path {folder}/unused;
  proxy_cache_path {folder}/kept keys_zone=answers:1m use_temp_path=off;
  server {{
    listen {listen};
    location / {{
      proxy_pass {upstream};
      proxy_cache answers;
      proxy_cache_revalidate on;
      add_header {status} $upstream_cache_status always;
    }}
  }}
}}
"""


@dataclass(frozen=True)
class Answer:
    """What came through the proxy."""

    status: int
    headers: Message
    body: bytes

    @property
    def kept(self) -> str:
        """Return what the cache had to do with it: `HIT`, `MISS`, ..."""
        return self.headers[STATUS] or ""

    @property
    def is_from_cache(self) -> bool:
        """Tell whether it is what somebody else was answered."""
        return self.kept in {HIT, REVALIDATED}

    @property
    def etag(self) -> str:
        """Return its tag; empty when it has none."""
        return self.headers["ETag"] or ""

    @property
    def unpacked(self) -> bytes:
        """Return the body as it was before it was packed for the way."""
        is_packed = self.headers["Content-Encoding"] == "gzip"
        return gzip.decompress(self.body) if is_packed else self.body


@dataclass
class Proxy:
    """A running proxy, and all that came through it from its cache."""

    address: str
    folder: Path
    from_cache: list[Answer] = field(default_factory=list)

    def get(self, path: str, *headers: tuple[str, str]) -> Answer:
        """Ask for an address with these headers, each sent as often as it is given.

        What the cache gave is checked: nothing in it was made for one reader.
        """
        answer = ask(self.address, path, *headers)
        if answer.is_from_cache:
            control = answer.headers["Cache-Control"]
            assert control.startswith("public"), f"{path} was kept and is {control}"
            assert "Set-Cookie" not in answer.headers, f"{path} was kept with a cookie"
            self.from_cache.append(answer)
        return answer

    def age(self, seconds: int) -> None:
        """Let so much time pass for everything that is kept."""
        for file in (self.folder / "kept").iterdir():
            kept = bytearray(file.read_bytes())
            version, until = VALID_UNTIL.unpack_from(kept)
            VALID_UNTIL.pack_into(kept, 0, version, until - seconds)
            file.write_bytes(kept)


def ask(address: str, path: str, *headers: tuple[str, str]) -> Answer:
    """Return the answer of a web server to a GET with these headers and no others."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=START_SECONDS)
    try:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@contextmanager
def caching(upstream: str) -> Iterator[Proxy]:
    """Yield a proxy with an empty cache before the server at `upstream`.

    The port is bound here and handed over, so that nobody else can take it in between.
    """
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    if program is None:
        raise RuntimeError(HINT)
    with tempfile.TemporaryDirectory(prefix="proxy-") as scratch:
        folder = Path(scratch)
        process, listen = _started(program, folder, upstream)
        try:
            _await_answer(listen, process, folder)
            yield Proxy(f"http://{listen}", folder)
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _started(program: str, folder: Path, upstream: str) -> tuple[subprocess.Popen[bytes], str]:
    user = NOBODY if os.geteuid() == 0 else None
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listen = f"127.0.0.1:{listening.getsockname()[1]}"
        configuration = folder / "nginx.conf"
        configuration.write_text(
            CONFIGURATION.format(folder=folder, listen=listen, upstream=upstream, status=STATUS)
        )
        if user is not None:
            os.chown(folder, user, user)
        command: Sequence[str] = (
            *(program, "-c", str(configuration), "-p", str(folder)),
            *("-e", str(folder / "error.log")),
        )
        inherited: Mapping[str, str] = {"NGINX": f"{listening.fileno()};"}
        process = subprocess.Popen(
            command,
            env={**os.environ, **inherited},
            pass_fds=[listening.fileno()],
            user=user,
            group=user,
            extra_groups=None if user is None else (),
            stderr=subprocess.DEVNULL,
        )
    return process, listen


def _await_answer(listen: str, process: subprocess.Popen[bytes], folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            answer = ask(f"http://{listen}", "/healthz")
        except OSError:
            time.sleep(0.02)
            continue
        assert STATUS in answer.headers, "another program answers on our port"
        return
    raise RuntimeError((folder / "error.log").read_text())
