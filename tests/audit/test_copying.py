"""Every entry leaves the house, in order, at least once, whatever happens on the way."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from osac_share.audit import queries
from osac_share.audit.actions import SYSTEM, Copying, record
from osac_share.audit.models import AuditMark
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import Misconfigured
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.factories import MOMENT
from tests.support.tampering import WRITTEN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    Act = Callable[[int], None]

LATER = MOMENT + timedelta(minutes=2)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return tmp_path / "record.jsonl"


@pytest.fixture
def go(engine: Engine, copy: Path) -> Callable[..., int]:
    """Return a round of copying by a worker that has just started."""
    return lambda at=LATER: Copying(f"file:{copy}").copy_some(session_factory(engine), at=at)


def numbers(copy: Path) -> list[int]:
    return [json.loads(line)["id"] for line in copy.read_text().splitlines()]


def test_every_entry_is_copied_once_and_in_order(
    session: Session, written: None, act: Act, copy: Path, go: Callable[..., int]
) -> None:
    assert go() == WRITTEN
    assert go() == 0
    act(2)
    assert go() == 2
    assert numbers(copy) == list(range(1, WRITTEN + 3))
    with copy.open("rb") as lines:
        assert queries.compare(session, lines) == queries.Comparison(WRITTEN + 2)
    assert copy.stat().st_mode & 0o077 == 0


def test_copy_goes_on_where_it_was_noted_to_be_and_may_repeat(
    session: Session, written: None, copy: Path, go: Callable[..., int]
) -> None:
    go()
    with transaction(session):  # As if the worker had died before it noted the last two.
        session.execute(update(AuditMark).values(entry_id=WRITTEN - 2))
    assert go() == 2
    assert numbers(copy) == [1, 2, 3, 4, 5, 6, 5, 6]


def test_line_that_a_crash_left_unfinished_is_written_again(
    session: Session, written: None, copy: Path, go: Callable[..., int]
) -> None:
    copy.write_text('{"id":1,"at":"2026')
    go()
    assert copy.read_bytes().count(b"\n") == WRITTEN + 1
    with copy.open("rb") as lines:
        assert queries.compare(session, lines) == queries.Comparison(WRITTEN)


def test_one_worker_at_a_time_writes_a_copy(
    session: Session, written: None, copy: Path, go: Callable[..., int]
) -> None:
    with transaction(session):
        lease = LATER + timedelta(seconds=30)
        mark = AuditMark(copy=f"file:{copy}", entry_id=0, digest="0" * 64, at=MOMENT)
        mark.lease_until = lease
        session.add(mark)
    assert go() == 0
    assert not copy.exists()
    assert go(lease) == WRITTEN


def test_copy_that_cannot_be_written_is_an_alarm_and_is_made_up_for(
    written: None, copy: Path, go: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    copy.mkdir()
    assert go() == 0
    assert "the record cannot be copied" in caplog.text
    caplog.clear()
    assert go(LATER + timedelta(seconds=29)) == 0
    assert "the record's copy is late: it waits since 2026-03-02T09:30:00" in caplog.text
    copy.rmdir()
    caplog.clear()
    assert go(LATER + timedelta(seconds=30)) == WRITTEN
    assert not caplog.records


def test_copy_that_is_in_time_is_no_alarm(
    written: None, copy: Path, go: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    copy.mkdir()
    go(MOMENT + timedelta(seconds=50))
    assert "is late" not in caplog.text


def test_record_that_became_shorter_is_an_alarm(
    session: Session, written: None, go: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    go()
    with transaction(session):
        session.execute(update(AuditMark).values(entry_id=WRITTEN + 5))
    assert go() == 0
    assert "the record has become shorter: 6 < 11" in caplog.text


def test_without_a_copy_the_length_alone_is_noted(
    engine: Engine, session: Session, written: None
) -> None:
    assert Copying("").copy_some(session_factory(engine), at=LATER) == 0
    mark = queries.find_mark(session, "")
    assert mark is not None
    assert (mark.entry_id, mark.digest) == (WRITTEN, queries.last_link(session).digest)


def test_copy_is_written_in_small_parts(session: Session, copy: Path, engine: Engine) -> None:
    with transaction(session):
        for number in range(queries.AT_A_TIME + 1):
            record(session, "a.b", by=SYSTEM, at=MOMENT, object_kind="house", object_id=str(number))
    worker, maker = Copying(f"file:{copy}"), session_factory(engine)
    assert [worker.copy_some(maker, at=LATER) for _ in range(3)] == [queries.AT_A_TIME, 1, 0]


@contextmanager
def collector(kind: socket.SocketKind) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the port of a syslog collector, and what it has received."""
    received: list[bytes] = []
    with socket.socket(type=kind) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(30)
        if kind == socket.SOCK_STREAM:
            listening.listen()

        def take() -> None:
            if kind == socket.SOCK_DGRAM:
                received.extend(listening.recv(65_536) for _ in range(WRITTEN))
                return
            connection = listening.accept()[0]
            with connection:
                while part := connection.recv(65_536):
                    received.append(part)

        thread = Thread(target=take)
        thread.start()
        yield listening.getsockname()[1], received
        thread.join()


def test_entries_go_to_a_collector_by_syslog_over_tcp(engine: Engine, written: None) -> None:
    with collector(socket.SOCK_STREAM) as (port, received):
        copying = Copying(f"syslog:tcp://127.0.0.1:{port}")
        assert copying.copy_some(session_factory(engine), at=LATER) == WRITTEN
    rest, messages = b"".join(received), []
    while rest:
        length, _, rest = rest.partition(b" ")
        messages.append(rest[: int(length)])
        rest = rest[int(length) :]
    assert [entry_in(one)["id"] for one in messages] == list(range(1, WRITTEN + 1))


def test_entries_go_to_a_collector_by_syslog_over_udp(engine: Engine, written: None) -> None:
    with collector(socket.SOCK_DGRAM) as (port, received):
        copying = Copying(f"syslog:udp://127.0.0.1:{port}")
        assert copying.copy_some(session_factory(engine), at=LATER) == WRITTEN
    assert [entry_in(one)["id"] for one in received] == list(range(1, WRITTEN + 1))


def test_collector_that_is_away_is_an_alarm(
    engine: Engine, written: None, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    copying = Copying(f"syslog:tcp://127.0.0.1:{port}")
    assert copying.copy_some(session_factory(engine), at=LATER) == 0
    assert "the record cannot be copied" in caplog.text


def entry_in(message: bytes) -> dict[str, object]:
    head, brace, rest = message.partition(b"{")
    assert head.startswith(b"<109>1 ")
    assert head.endswith(b" osac-share - record - ")
    entry: dict[str, object] = json.loads(brace + rest)
    return entry


def test_worker_copies_the_record(
    environment: dict[str, str], copy: Path, engine: Engine, written: None
) -> None:
    settings = load_settings(environment | {"OSAC_RECORD_COPY_TO": f"file:{copy}"})
    with Worker(settings, engine) as worker:
        assert worker._copy()
    assert numbers(copy) == list(range(1, WRITTEN + 1))


@pytest.mark.parametrize("setting", ["nfs:/x", "file:x", "syslog:tcp://host", "syslog:/dev/log"])
def test_copy_that_nobody_understands_stops_the_start(setting: str) -> None:
    with pytest.raises(Misconfigured, match="OSAC_RECORD_COPY_TO"):
        load_settings({"OSAC_RECORD_COPY_TO": setting})
