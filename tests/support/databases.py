"""Fixtures: a migrated database for each test, SQLite and PostgreSQL by turns.

A test that touches `database_url`, `engine`, `session`, `settings`, `app` or anything above
them runs once on each database. One that says `one_database`, drives a browser or needs the
furnished world runs on SQLite alone, unless it says `both_databases`.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, make_url

from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.migrations.schema import upgrade
from tests.support.cast import settle
from tests.support.clock import MONDAY_MORNING
from tests.support.postgres import Postgres, prepared_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Dialect, Engine
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
        with server.reused_database() as url:
            yield url


@pytest.fixture(scope="session")
def engines() -> Iterator[dict[str, Engine]]:
    """Yield the engines of this process, by the name of what they drive."""
    engines: dict[str, Engine] = {}
    yield engines
    for engine in engines.values():
        engine.dispose()


@pytest.fixture
def engine(database_url: str, engines: dict[str, Engine]) -> Iterator[Engine]:
    """Yield an engine on this test's database.

    One engine goes from database to database, because what it has compiled for one test it need
    not compile for the next. Each test has a view of it: listeners to that hear no other test.
    """
    backend = make_url(database_url).get_backend_name()
    if backend not in engines:
        engines[backend] = _travelling(open_engine(database_url))
    engine = engines[backend]
    engine.url = make_url(database_url).set(drivername=engine.url.drivername)
    yield engine.execution_options()
    engine.dispose()


def _travelling(engine: Engine) -> Engine:
    """Let an engine connect to wherever its address says at that moment."""

    @event.listens_for(engine, "do_connect")
    def _follow(dialect: Dialect, _record: object, where: list[Any], how: dict[str, Any]) -> None:
        arguments, named = dialect.create_connect_args(engine.url)
        where[:] = arguments
        how.update(named)

    return engine


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
