"""The database: engines, sessions, and the one block in which anything is committed."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import DateTime, Engine, MetaData, TypeDecorator, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from osac_share.kernel.errors import Misconfigured

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from sqlalchemy import Connection, Dialect, Insert

BUSY_TIMEOUT_S = 5
"""How long a writer waits for another one on SQLite before it gives up."""

ASIDE = "connection of prepared questions"
"""Under this name a session keeps a connection of its own for questions outside transactions."""

ADDRESS = "network address of the person whose acts this session carries"
"""Under this name a session knows it, where there is a network in between."""

NO_ADDRESS = "OSAC_DATABASE_URL is not an address such as sqlite:///osac.db or postgresql://…"

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""Both databases have ON CONFLICT DO NOTHING; SQLAlchemy offers it for each by itself."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """Store aware datetimes in UTC and give them back aware, on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC; refuse a naive one, whose zone is anyone's guess."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"naive datetime {value!r}"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the stored moment its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of every mapped class; constraint names are fixed so that migrations can drop."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 -- read by SQLAlchemy once.


def open_engine(url: str) -> Engine:
    """Return an engine for `url` (`sqlite:///...` or `postgresql://...`).

    SQLite runs in WAL mode with `synchronous=FULL`: anything weaker loses acknowledged
    rows when the power fails.

    Raises:
        Misconfigured: the address cannot be read.

    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # a port that is no number is a plain ValueError.
        raise Misconfigured(NO_ADDRESS) from None
    if parsed.drivername in {"postgresql", "postgresql+psycopg"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, pool_pre_ping=True, pool_size=8, max_overflow=8)
    if parsed.drivername != "sqlite":
        raise Misconfigured(NO_ADDRESS)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 -- DBAPI object.
    # The driver's own habit of opening transactions is switched off, so that ours decide
    # when a write lock is taken.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA cache_size=-65536")
    cursor.execute("PRAGMA temp_store=MEMORY")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes its lock at once: upgrading a read later fails
    # immediately when somebody else wrote in between, busy timeout or not.
    writing = connection.get_execution_options().get("osac_writing", False)
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    # Straight to the driver: every page begins one, and this is a tenth of the way around.
    cast("sqlite3.Connection", connection.connection.dbapi_connection).execute(begin)


class _Session(Session):
    """A session that gives back what was borrowed beside it (see `kernel.prepared`)."""

    def close(self) -> None:
        """Close the session, and the connection that stands aside, if there is one."""
        aside = self.info.pop(ASIDE, None)
        if aside is not None:
            aside.close()
        # Most pages ask nothing else: there is nothing to end, and nobody to forget.
        if self.in_transaction() or self.identity_map:
            super().close()


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return a maker of sessions whose objects stay readable after the commit."""
    return sessionmaker(engine, class_=_Session, expire_on_commit=False)


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """Commit what the block does, or nothing of it.

    The only place where the application commits. A read that the session began before
    (loading the person, say) is closed first, so that the block sees the newest state and,
    on SQLite, holds the write lock from its first statement.
    """
    if session.in_transaction():
        session.commit()
    session.connection(execution_options={"osac_writing": True})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise


def insert_or_leave(session: Session, model: type[Base]) -> Insert:
    """Return an INSERT into the table of `model` that leaves alone what stands there already."""
    insert = _INSERTS[session.connection().dialect.name]
    statement: Insert = insert(model).on_conflict_do_nothing()
    return statement


@contextmanager
def rehearsal(session: Session) -> Iterator[Session]:
    """Do what the block does, and undo all of it: to see what would come of it.

    What the session had read before is read anew within the block and after it.
    """
    session.rollback()
    session.connection(execution_options={"osac_writing": True})
    try:
        yield session
    finally:
        session.rollback()
