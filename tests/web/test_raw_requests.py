"""Requests as no browser sends them: none hides in another, and none writes lines of its own."""

from __future__ import annotations

import logging
import os
import re
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from osac_share.installation import web_command
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.support.cast import Cast
    from tests.support.pages import Visitor

pytestmark = pytest.mark.one_database

START_SECONDS = 60
HIDDEN = b"GET /hidden-request HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@contextmanager
def granian(environment: Mapping[str, str], log: Path) -> Iterator[int]:
    """Yield the port of the real web server, which lists every access in `log`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mine = {**environment, "PORT": str(port), "OSAC_WEB_WORKERS": "1"}
    mine["OSAC_PUBLIC_URL"] = "http://127.0.0.1"
    command = [*web_command(load_settings(mine)), "--access-log"]
    command[command.index("--log-level") + 1] = "debug"
    with log.open("wb") as written:
        server = subprocess.Popen(
            command, env=os.environ | mine, stdout=written, stderr=written, start_new_session=True
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while b"HTTP/1.1 200" not in said(
                port, b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            ):
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()
            server.wait()


def said(port: int, sent: bytes) -> bytes:
    """Return all that the server answers to these bytes until it says no more."""
    heard = b""
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(sent)
            line.settimeout(1)
            while part := line.recv(65536):
                heard += part
    except OSError:
        return heard
    return heard


def asked(*headers: str, body: bytes = b"") -> bytes:
    lines = ("POST /login HTTP/1.1", "Host: 127.0.0.1", *headers, "", "")
    return "\r\n".join(lines).encode("latin-1") + body


CHUNKED = b"0\r\n\r\n"
AMBIGUOUS = {
    "two lengths": asked("Content-Length: 0", f"Content-Length: {len(HIDDEN)}", body=HIDDEN),
    "two codings": asked(
        "Transfer-Encoding: chunked", "Transfer-Encoding: x", body=CHUNKED + HIDDEN
    ),
    "a coding in disguise": asked("Transfer-Encoding: xchunked", body=CHUNKED + HIDDEN),
    "a blank before the colon": asked("Content-Length : 0", body=HIDDEN),
    "a length that is none": asked("Content-Length: +0", body=HIDDEN),
    "a zero in a name": asked("X-A\x00: b", body=HIDDEN),
}


def test_no_request_hides_in_another(
    environment: dict[str, str], cast: Cast, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    both = asked("Content-Length: 4", "Transfer-Encoding: chunked", body=CHUNKED)
    with granian(environment, log) as port:
        answers = {what: said(port, sent) for what, sent in AMBIGUOUS.items()}
        coded = said(port, both)
    refused = {
        what: re.findall(rb"HTTP/1\.1 (\d+)", answer)[:1] for what, answer in answers.items()
    }
    assert refused == {what: [b"400"] for what in AMBIGUOUS}
    # The coding counts and the length does not, or it is refused: never one after the other.
    assert len(re.findall(rb"HTTP/1\.1 \d+", coded)) == 1
    assert "hidden-request" not in log.read_text()


def test_address_makes_no_second_line_in_the_list_of_accesses(
    environment: dict[str, str], cast: Cast, tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    with granian(environment, log) as port:
        answer = said(port, b"GET /a%0d%0aINJECTED%1b%5b2J HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert b"HTTP/1.1 404" in answer
    text = log.read_text()
    assert "/a\\r\\nINJECTED\\x1b[2J" in text
    assert not re.search(r"^INJECTED|\x1b", text, re.MULTILINE)


def test_words_of_people_make_no_second_line_in_a_log(
    visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    forged = "x\r\n2026-03-02 09:30:00 osac_share signed in admin\x1b[2J"
    headers = {"User-Agent": "x forged", "Referer": forged.splitlines()[0]}
    for path in ("/login", "/search", "/reports", "/nowhere", "/apply"):
        visitor.client.get(path, query_string={"q": forged, "next": forged}, headers=headers)
    visitor.submit("/login", email=forged, password=forged)
    visitor.submit("/reset", email=forged)
    lines = [line for record in caplog.records for line in record.getMessage().splitlines()]
    assert not [line for line in lines if line.startswith("2026-03-02") or "\x1b" in line]
