"""Bringing a database to a revision, and asking at which one it is."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import func, select

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

LOCK = 0x05AC
"""The name, a number, of the lock that whoever changes the schema holds on PostgreSQL."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    # SQLite changes a table by copying it and dropping the old one, which no row may point to:
    # it looks at foreign keys again when all is done. A transaction that has begun is too late
    # to say so.
    with engine.connect().execution_options(osac_writing=True) as connection:
        if connection.dialect.name != "sqlite":
            yield connection
            return
        driver = cast("sqlite3.Connection", connection.connection.dbapi_connection)
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _require_whole(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            msg = f"rows would point nowhere: {broken[:5]}"
            raise RuntimeError(msg)


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`; at the newest one it changes nothing.

    Of two processes that do so at once, the second waits and then finds nothing to do.
    """
    with _changing(engine) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
        command.upgrade(_config(connection), revision)
        _require_whole(connection)


def downgrade(engine: Engine, revision: str) -> None:
    """Bring the database down to `revision` (`base`: empty)."""
    with _changing(engine) as connection, connection.begin():
        command.downgrade(_config(connection), revision)
        _require_whole(connection)


def write_revision(engine: Engine, message: str) -> None:
    """Write the step from the database to the models as a new file, for a person to review."""
    with engine.begin() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def is_current(engine: Engine) -> bool:
    """Tell whether the database is at the newest revision."""
    with engine.connect() as connection:
        at = MigrationContext.configure(connection).get_current_revision()
    return at == ScriptDirectory.from_config(_config()).get_current_head()
