"""Engines, UTC, and the one block in which anything is committed."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from osac_share.accounts.models import Organization
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.errors import Misconfigured
from tests.support.factories import make_organization, make_person

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

ADDRESSES_OF_NO_USE = [
    "",
    "osac.db",
    "mysql://user:pw@db.example.org/osac",
    "postgres://user:pw@db.example.org/osac",
    "nosuchthing://x",
    "sqlite+nosuchdriver:///osac.db",
    "postgresql://user:pw@db.example.org:five/osac",
]


def names(engine: Engine) -> list[str]:
    with session_factory(engine)() as fresh:
        return sorted(fresh.scalars(select(Organization.name)))


def make_and_fail(session: Session, problem: BaseException) -> None:
    with transaction(session):
        make_organization(session, "Lost")
        make_organization(session, "Lost too")
        raise problem


def test_transaction_commits_what_its_block_did(engine: Engine, session: Session) -> None:
    with transaction(session):
        make_organization(session, "Kept")
    assert names(engine) == ["Kept"]


def test_transaction_rolls_back_all_of_it_when_the_block_fails(
    engine: Engine, session: Session
) -> None:
    with pytest.raises(ZeroDivisionError):
        make_and_fail(session, ZeroDivisionError())
    assert names(engine) == []
    with transaction(session):
        make_organization(session, "Kept")
    assert names(engine) == ["Kept"]


def test_transaction_rolls_back_when_the_process_is_interrupted(
    engine: Engine, session: Session
) -> None:
    with pytest.raises(KeyboardInterrupt):
        make_and_fail(session, KeyboardInterrupt())
    assert names(engine) == []


def test_transaction_sees_what_others_committed_after_the_first_read(
    engine: Engine, session: Session
) -> None:
    assert session.scalars(select(Organization.name)).all() == []
    with session_factory(engine)() as other, transaction(other):
        make_organization(other, "New")
    with transaction(session):
        assert session.scalars(select(Organization.name)).all() == ["New"]


def test_objects_stay_readable_after_the_commit(session: Session) -> None:
    with transaction(session):
        made = make_organization(session, "Kept")
    session.close()
    assert made.name == "Kept"


def test_two_transactions_that_read_and_then_write_both_succeed(engine: Engine) -> None:
    # Both have read before either writes: without the early lock of SQLite's BEGIN IMMEDIATE
    # the second would fail at once, whatever its patience.
    maker = session_factory(engine)
    both_have_read = threading.Barrier(2)

    def add_one(name: str) -> None:
        with maker() as session:
            session.scalars(select(Organization)).all()
            both_have_read.wait(10)
            with transaction(session):
                session.scalars(select(Organization)).all()
                make_organization(session, name)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(add_one, ["One", "Two"]))
    assert names(engine) == ["One", "Two"]


@pytest.mark.one_database
def test_writer_holds_the_lock_of_sqlite_from_its_first_statement(engine: Engine) -> None:
    maker = session_factory(engine)
    with maker() as first, maker() as second, transaction(first):
        second.execute(text("PRAGMA busy_timeout=1"))
        second.rollback()
        with pytest.raises(Exception, match="locked"), transaction(second):
            pytest.fail("two writers at once")


@pytest.mark.one_database
def test_readers_do_not_wait_for_the_writer_on_sqlite(engine: Engine) -> None:
    maker = session_factory(engine)
    with maker() as writer, maker() as reader, transaction(writer):
        make_organization(writer, "Not yet")
        assert reader.scalars(select(Organization.name)).all() == []


@pytest.mark.one_database
def test_sqlite_is_durable_and_keeps_its_references(engine: Engine) -> None:
    with engine.connect() as connection:
        asked = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert asked == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_times_come_back_aware_and_in_utc(session: Session) -> None:
    nairobi = timezone(timedelta(hours=3))
    written = datetime(2026, 3, 2, 1, 30, 0, 123456, tzinfo=nairobi)
    with transaction(session):
        person = make_person(session, at=written)
    session.expire_all()
    assert person.created_at == written
    assert person.created_at.tzinfo is UTC
    assert person.created_at.day == 1


def test_time_without_a_zone_is_refused(session: Session) -> None:
    with pytest.raises(Exception, match="naive datetime"), transaction(session):
        make_person(session, at=datetime(2026, 3, 2, 9, 30))  # noqa: DTZ001 -- the very mistake.


@pytest.mark.parametrize("address", ADDRESSES_OF_NO_USE)
def test_address_of_no_supported_database_is_refused_in_words(address: str) -> None:
    with pytest.raises(Misconfigured, match="OSAC_DATABASE_URL") as refusal:
        open_engine(address)
    assert "pw" not in refusal.value.message


def test_postgresql_address_needs_no_driver_named() -> None:
    engine = open_engine("postgresql://user:pw@db.example.org/osac")
    assert engine.dialect.driver == "psycopg"


def test_sqlite_file_is_made_where_the_address_says(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'new.db'}")
    with engine.connect():
        pass
    engine.dispose()
    assert (tmp_path / "new.db").is_file()
