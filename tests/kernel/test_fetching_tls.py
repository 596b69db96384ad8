"""A source over HTTPS is read from the server that its certificate names, or not at all."""

from __future__ import annotations

import ssl
import subprocess
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.fetching import Fetcher, Limits, Unfetched
from tests.support.publisher import HOST, Counter, Publisher

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FEED = "<rss version='2.0'/>"
SMALL = Limits(size=10_000, seconds=5, redirects=3)


@contextmanager
def publishing(folder: Path, name: str) -> Iterator[Publisher]:
    """Run a server over TLS whose certificate, signed by itself, bears this name."""
    key, public = folder / "key.pem", folder / "public.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=feeds", "-addext", f"subjectAltName={name}"),
            *("-keyout", str(key), "-out", str(public)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, key)
    publisher = Publisher(0)
    with ThreadingHTTPServer((HOST, 0), partial(Counter, publisher)) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        publisher.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("name", "is_trusted", "is_read"),
    [
        (f"IP:{HOST}", True, True),
        (f"IP:{HOST}", False, False),
        ("DNS:other.example.org", True, False),
        ("IP:127.0.0.2", True, False),
    ],
)
def test_a_source_is_read_only_from_the_server_that_its_certificate_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, *, is_trusted: bool, is_read: bool
) -> None:
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
    fetcher = Fetcher("Tests", frozenset({HOST}), SMALL)
    with publishing(tmp_path, name) as publisher:
        address = publisher.publish("/feed", FEED).replace("http:", "https:")
        if is_read:
            found = fetcher.fetch(address)
            assert found is not None
            assert found.body == FEED.encode()
        else:
            with pytest.raises(Unfetched, match="certificate cannot be trusted"):
                fetcher.fetch(address)
    assert len(publisher.asked) == is_read
