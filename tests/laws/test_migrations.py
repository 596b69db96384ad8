"""Migrations: they lead to exactly what the models say, and back, with rows in the tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    Integer,
    LargeBinary,
    String,
    Uuid,
    insert,
    inspect,
    select,
)
from sqlalchemy.orm import configure_mappers

import osac_share.migrations.tables  # noqa: F401 -- declares every table on `Base`.
from osac_share.kernel.db import Base, UtcDateTime
from osac_share.migrations.schema import downgrade, is_current, upgrade
from tests.support.sources import PACKAGE

if TYPE_CHECKING:
    from sqlalchemy import Column, Engine, Table
    from sqlalchemy.types import TypeEngine

STEPS = PACKAGE / "migrations"
EXAMPLES: dict[type[TypeEngine[Any]], object] = {
    Boolean: True,
    Date: date(2026, 3, 2),
    Integer: 1,
    JSON: {"a": "b"},
    LargeBinary: b"a",
    String: "a",
    Uuid: UUID(int=1),
    UtcDateTime: datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
}
"""A value for a column of each type; a new type wants a line here."""


def test_models_and_migrations_say_the_same(engine: Engine) -> None:
    configure_mappers()
    with engine.connect() as connection:
        assert not compare_metadata(
            MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata
        )


def test_there_is_one_newest_step() -> None:
    assert len(ScriptDirectory(str(STEPS)).get_heads()) == 1


def test_each_step_can_be_taken_back_and_again_with_rows_in_the_tables(engine: Engine) -> None:
    steps = [step.revision for step in ScriptDirectory(str(STEPS)).walk_revisions()]
    fill(engine)
    for revision in [*steps[1:], "base"]:
        downgrade(engine, revision)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    for revision in reversed(steps):
        upgrade(engine, revision)
    assert is_current(engine)
    fill(engine)


def test_coming_up_to_date_twice_changes_nothing(engine: Engine) -> None:
    fill(engine)
    before = {table.name: rows(engine, table) for table in Base.metadata.sorted_tables}
    upgrade(engine)
    assert before == {table.name: rows(engine, table) for table in Base.metadata.sorted_tables}
    assert all(before.values())


def fill(engine: Engine) -> None:
    """Put one row into every table; rows refer to one another by the number 1."""
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            connection.execute(insert(table).values(example(table)))


def example(table: Table) -> dict[str, Any]:
    return {column.name: value_for(column) for column in table.columns}


def value_for(column: Column[Any]) -> object:
    if column.foreign_keys and column.nullable:
        return None
    return next(value for kind, value in EXAMPLES.items() if isinstance(column.type, kind))


def rows(engine: Engine, table: Table) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(table)).all())
