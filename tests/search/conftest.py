"""Fixtures: an index in each of the places where one can be kept."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import open_engine
from tests.search.homes import HOMES, FolderHome, RowsHome

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.search.homes import Home
    from tests.support.postgres import Postgres


@pytest.fixture(params=HOMES)
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """Yield a place for an index: a folder, SQLite, PostgreSQL, one after the other."""
    if request.param == "folder":
        yield FolderHome(tmp_path / "index")
    else:
        with _address(request, tmp_path) as address:
            engine = open_engine(address)
            yield RowsHome(engine)
            engine.dispose()


@pytest.fixture(params=HOMES[1:])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RowsHome]:
    """Yield a database for an index: SQLite, PostgreSQL."""
    with _address(request, tmp_path) as address:
        engine = open_engine(address)
        yield RowsHome(engine)
        engine.dispose()


@contextmanager
def _address(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "sqlite":
        file = folder / "osac.db"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), file)
        yield f"sqlite:///{file}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.reused_database() as address:
            yield address
