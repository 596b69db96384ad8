"""Fixtures: the application on a test's own database, called directly or over a socket."""

from __future__ import annotations

import socket
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from multiprocessing import get_context
from secrets import token_hex
from typing import TYPE_CHECKING, ClassVar

import pytest
from jinja2.bccache import BytecodeCache

from osac_share.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.process import BaseProcess
    from pathlib import Path
    from types import CodeType

    from flask import Flask
    from flask.testing import FlaskClient
    from jinja2.bccache import Bucket
    from sqlalchemy import Engine

START_SECONDS = 30

FORKING = get_context("forkserver")
"""Makes processes in a moment: they are forked from one that knows the whole program."""

FORKING.set_forkserver_preload(["osac_share.worker", "tests.support.serve"])


class Compiled(BytecodeCache):
    """Templates that an application of the same site has compiled before, in this process."""

    _codes: ClassVar[dict[tuple[str, str, str], CodeType]] = {}

    def __init__(self, site: str) -> None:
        self._site = site

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((self._site, bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[self._site, bucket.key, bucket.checksum] = bucket.code


@pytest.fixture
def environment(database_url: str, tmp_path: Path) -> dict[str, str]:
    """Return the OSAC_* variables of a small installation on this test's database."""
    return {
        "OSAC_DATABASE_URL": database_url,
        "OSAC_DATA_DIR": str(tmp_path),
        "OSAC_PUBLIC_URL": "http://share.example.org",
        "OSAC_SESSIONS_SECOND_FACTOR": "offered",
        "OSAC_SECRET_KEY": "a key that only the tests know and nobody else",
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    """Return the settings read from `environment`."""
    return load_settings(environment)


@pytest.fixture
def app(settings: Settings, engine: Engine) -> Flask:
    """Return the application."""
    # Imported here so that a view which cannot be imported fails the tests of views alone.
    from osac_share.app import create_app  # noqa: PLC0415

    app = create_app(settings, engine)
    app.jinja_env.bytecode_cache = Compiled(repr(settings.site))
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client that calls the application without a server in between."""
    return app.test_client()


@pytest.fixture
def live_server(environment: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """Yield the address of the application in a process of its own, which has answered."""
    with serving(environment, log=tmp_path / "server.log") as address:
        yield address


@contextmanager
def serving(environment: Mapping[str, str], *, log: Path, host: str = "127.0.0.1") -> Iterator[str]:
    """Serve an installation on a free loopback port and yield its address.

    The port is bound here and handed over, so nobody else can take it in between; a nonce in
    the answer proves all the same that it is ours that answers. The process is forked from one
    that has imported the application already.
    """
    from tests.support.serve import serve  # noqa: PLC0415 -- see `app`.

    nonce = token_hex(8)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://{host}:{listening.getsockname()[1]}"
        its_own = {**environment, "OSAC_PUBLIC_URL": address}
        server = FORKING.Process(target=serve, args=(listening, its_own, nonce, log))
        server.start()
        try:
            _await_answer(address, nonce, server, log)
            yield address
        finally:
            server.terminate()
            server.join()


def _await_answer(address: str, nonce: str, server: BaseProcess, log: Path) -> None:
    from tests.support.serve import NONCE_HEADER  # noqa: PLC0415 -- see `app`.

    # The port already listens, so the request waits in its queue until the server is up.
    connection = HTTPConnection(address.removeprefix("http://"), timeout=START_SECONDS)
    try:
        while True:
            if not server.is_alive():
                raise RuntimeError(log.read_text())
            try:
                connection.request("GET", "/healthz")
                answer = connection.getresponse()
            except OSError:
                time.sleep(0.05)
                continue
            assert answer.headers[NONCE_HEADER] == nonce, "another program answers on our port"
            return
    finally:
        connection.close()
