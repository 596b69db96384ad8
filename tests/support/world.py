"""Fixtures: the demonstration's councils, people and reports, for tests that need a whole world."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel import clock
from osac_share.kernel.db import open_engine, session_factory, transaction
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

PASSPHRASE = "amber fjord kestrel lagoon ember"
STRANGER = "stranger"


@pytest.fixture(scope="session")
def furnished_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the demonstration's world in it; copy it, leave it be."""
    from osac_share.demo.actions import furnish  # noqa: PLC0415 -- see `application.app`.

    file = tmp_path_factory.mktemp("furnished") / "osac.db"
    shutil.copyfile(migrated_sqlite, file)
    engine = open_engine(f"sqlite:///{file}")
    with session_factory(engine)() as session, transaction(session):
        furnish(session, password=PASSPHRASE, at=clock.now())
    engine.dispose()
    return file


@pytest.fixture
def furnished() -> None:
    """Ask for the demonstration's world in this test's database; see `database_url`."""


@pytest.fixture
def residents(furnished: None, app: Flask) -> dict[str, Visitor]:
    """Return the demonstration's people by address, each signed in, and a stranger."""
    from osac_share.demo.documents import cast  # noqa: PLC0415 -- see `application.app`.

    people = {STRANGER: Visitor(app.test_client())}
    for person in cast().people:
        people[person.email] = Visitor(app.test_client())
        people[person.email].sign_in(person.email, PASSPHRASE)
    return people
