"""Every secret that a run makes is looked for in all that the run leaves behind."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from typing import TYPE_CHECKING, NamedTuple

import pytest
from sqlalchemy import MetaData, select

from osac_share.installation import web_command
from osac_share.kernel.db import transaction
from osac_share.letters import actions as letters
from osac_share.letters.policy import link_token
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.factories import PASSPHRASE
from tests.support.pages import Visitor
from tests.support.tokens import basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast

pytestmark = pytest.mark.one_database

START_SECONDS = 60
_DAY = timedelta(days=1)


class Secrets(NamedTuple):
    """What must stand nowhere."""

    feed: str
    program: str
    link: str
    cookie: str


@pytest.fixture
def secrets(app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime) -> Secrets:
    """Make one secret of each kind, and a letter that holds none."""
    key = settings.require_secret()
    _feed, feed = make_feed_token(session, cast.dora, settings, at=at, address="203.0.113.1")
    _program, program = make_api_token(session, cast.dora, settings, at=at)
    with transaction(session):
        life = letters.make_link(session, "reset", at=at, lasts=_DAY, person_id=cast.dora.id)
    browser = Visitor(app.test_client())
    browser.sign_in(cast.dora.email, PASSPHRASE)
    cookie = browser.client.get_cookie("osac", domain="localhost")
    assert cookie is not None
    return Secrets(feed, program, link_token(key, life), cookie.value)


@contextmanager
def granian(environment: Mapping[str, str], log: Path) -> Iterator[HTTPConnection]:
    """Yield a connection to the real web server, which lists every access in `log`."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mine = {**environment, "PORT": str(port), "OSAC_WEB_WORKERS": "1"}
    command = [*web_command(load_settings(mine)), "--access-log"]
    command[command.index("--log-level") + 1] = "debug"
    with log.open("wb") as written:
        server = subprocess.Popen(
            command, env=os.environ | mine, stdout=written, stderr=written, start_new_session=True
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    assert time.monotonic() < deadline, log.read_text()
                    time.sleep(0.1)
            with closing(HTTPConnection("127.0.0.1", port, timeout=START_SECONDS)) as connection:
                yield connection
        finally:
            server.terminate()
            server.wait()


def test_no_log_of_the_web_server_holds_a_secret(
    secrets: Secrets, environment: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "access.log"
    mine = environment | {"OSAC_PUBLIC_URL": "http://127.0.0.1"}
    with granian(mine, log) as server:
        for path, headers in (
            (f"/feeds/private/{secrets.feed}.atom", {}),
            (f"/feeds/private/{secrets.feed}.atom/x.css", {}),
            (f"/feeds/private/{secrets.feed.replace('_', '%5F')}.rss", {}),
            ("/feeds/reports.atom", {"Authorization": basic(secrets.feed)}),
            ("/api/v1/me", {"Authorization": f"Bearer {secrets.program}"}),
            (f"/api/v1/me?token={secrets.program}", {}),
            (f"/reset/{secrets.link}", {}),
            ("/subscriptions", {"Cookie": f"osac={secrets.cookie}"}),
        ):
            server.request("GET", path, headers=headers)
            answer = server.getresponse()
            shown = answer.read().decode() + str(answer.headers)
            assert not [secret for secret in secrets if secret in shown], path
    # The last line may be written a moment after its answer.
    for _ in range(50):
        text = log.read_text()
        if len(re.findall(r"GET /", text)) == 8:
            break
        time.sleep(0.1)
    assert f"/feeds/private/osacf_…{secrets.feed[-4:]}.atom" in text
    assert len(re.findall(r"GET /", text)) == 8
    assert not [secret for secret in secrets if secret in text]
    assert secrets.feed.partition("_")[2] not in text


def test_no_row_and_no_mail_holds_a_secret(
    app: Flask,
    engine: Engine,
    session: Session,
    secrets: Secrets,
    settings: Settings,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert app.test_client().get(f"/feeds/private/{secrets.feed}.atom").status_code == 200
    with Worker(settings) as worker:
        worker.drain()
    tables = MetaData()
    tables.reflect(engine)
    rows = [
        str(row) for table in tables.sorted_tables for row in session.execute(select(table)).all()
    ]
    mails = [file.read_text() for file in tmp_path.rglob("*.eml")]
    assert any("was used from a new network" in mail for mail in mails)
    for secret in secrets:
        assert not [row for row in rows if secret in row]
        assert not [mail for mail in mails if secret in mail]
        assert secret not in caplog.text
