"""Fixtures: a migrated database for each test, SQLite and PostgreSQL by turns.

A test that touches `database_url`, `engine`, `session`, `settings`, `app` or anything above
them runs once on each database. One that says `one_database`, drives a browser or needs the
furnished world runs on SQLite alone, unless it says `both_databases`.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.migrations.schema import upgrade
from tests.support.cast import settle
from tests.support.clock import MONDAY_MORNING
from tests.support.postgres import Postgres, prepared_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

DATABASES = ("sqlite", "postgresql")
ON_ONE = frozenset({"browser", "furnished"})


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that needs a database on every kind that can make a difference."""
    if "database" not in metafunc.fixturenames:
        return
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    on_one = "both_databases" not in marks and (
        "one_database" in marks or not ON_ONE.isdisjoint(metafunc.fixturenames)
    )
    metafunc.parametrize("database", DATABASES[:1] if on_one else DATABASES)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file brought up to date by the real migrations; copy it, leave it be."""
    file = tmp_path_factory.mktemp("template") / "osac.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def settled_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file in which the cast has its seats; copy it, leave it be."""
    file = tmp_path_factory.mktemp("settled") / "osac.db"
    shutil.copyfile(migrated_sqlite, file)
    settle_at(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Yield the PostgreSQL server of this test run."""
    with prepared_server(migrate) as server:
        yield server


@pytest.fixture(scope="session")
def settled_postgres(postgres: Postgres) -> Iterator[Postgres]:
    """Yield the same server, whose databases begin with the cast in its seats."""
    with postgres.with_more(settle_at) as server:
        yield server


@pytest.fixture
def database_url(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the URL of a migrated database that no other test sees: empty, or furnished."""
    is_settled = "cast" in request.fixturenames and request.getfixturevalue("at") == MONDAY_MORNING
    if database == "sqlite":
        file = tmp_path / "osac.db"
        template = "settled" if is_settled else "migrated"
        template = "furnished" if "furnished" in request.fixturenames else template
        shutil.copyfile(request.getfixturevalue(f"{template}_sqlite"), file)
        yield f"sqlite:///{file}"
    else:
        server: Postgres = request.getfixturevalue("settled_postgres" if is_settled else "postgres")
        with server.fresh_database() as url:
            yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Yield an engine on this test's database."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """Yield a session on this test's database; what it commits is really committed."""
    with session_factory(engine)() as session:
        yield session


def settle_at(url: str) -> None:
    """Seat the cast in a migrated database."""
    engine = open_engine(url)
    with session_factory(engine)() as session, transaction(session):
        settle(session, at=MONDAY_MORNING)
    engine.dispose()


def migrate(url: str) -> None:
    """Bring an empty database up to date by the real migrations."""
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()
