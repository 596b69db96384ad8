"""A PostgreSQL database that one test after the other may have, as new each time.

To copy a database takes hundreds of files; to bring a small one back to how it was, a few rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql

ALONE: Final = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
OF_OURS: Final = "relnamespace = 'public'::regnamespace"


@dataclass(frozen=True)
class Reusable:
    """A database that is brought back to how it was when it was opened."""

    url: str
    tables: str
    """A digest of what the tables are like: their columns and triggers."""

    rows: dict[str, bytes]
    """The rows of each table that has some, as COPY writes them."""

    numbers: dict[str, int]
    """The last number of each sequence that has given one."""

    @classmethod
    def opened(cls, url: str) -> Reusable:
        """Note how a database is now."""
        with psycopg.connect(url, autocommit=True) as connection:
            rows = {table: _read(connection, table) for table in _filled(connection)}
            return cls(url, _tables(connection), rows, _numbers(connection))

    def restore(self) -> bool:
        """Bring it back to how it was, and return whether that could be done."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(ALONE)
            if connection.info.parameter_status("is_superuser") != "on":
                return False
            if _tables(connection) != self.tables:
                return False
            # Neither foreign keys nor the record, which may never be changed, stand in the way.
            connection.execute("SET session_replication_role = replica")
            filled = _filled(connection)
            for table in filled:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
            if filled:
                some = sql.SQL(", ").join(map(sql.Identifier, filled))
                connection.execute(sql.SQL("VACUUM {}").format(some))
            for table, rows in self.rows.items():
                _write(connection, table, rows)
            for name in _numbers(connection):
                last = self.numbers.get(name)
                values = (name, last or 1, last is not None)
                connection.execute("SELECT setval(%s::regclass, %s, %s)", values)
        return True


def _tables(connection: psycopg.Connection) -> str:
    """Return a digest of the tables, their columns and their triggers."""
    return _value(
        connection,
        f"""
        SELECT md5(string_agg(line, ' ' ORDER BY line)) FROM (
            SELECT concat_ws(':', relname, attname, atttypid, attnotnull, attisdropped) AS line
            FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE {OF_OURS}
            UNION ALL SELECT concat_ws(':', tgrelid, tgname, tgenabled) FROM pg_trigger
            UNION ALL SELECT concat_ws(':', conrelid, conname) FROM pg_constraint
        ) AS lines
        """,  # noqa: S608 -- words of our own.
    )


def _filled(connection: psycopg.Connection) -> list[str]:
    """Return the names of the tables that have rows."""
    found = f"SELECT relname FROM pg_class WHERE relkind = 'r' AND {OF_OURS}"  # noqa: S608
    tables = [str(name) for (name,) in connection.execute(found)]
    each = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in tables
    ]
    return [str(name) for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(each))]


def _numbers(connection: psycopg.Connection) -> dict[str, int]:
    found = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
    return {str(name): int(last) for name, last in connection.execute(found)}


def _read(connection: psycopg.Connection, table: str) -> bytes:
    copying = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        return b"".join(copy)


def _write(connection: psycopg.Connection, table: str, rows: bytes) -> None:
    copying = sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        copy.write(rows)


def _value(connection: psycopg.Connection, question: str) -> str:
    row = connection.execute(sql.SQL(question)).fetchone()
    assert row is not None
    return str(row[0])
