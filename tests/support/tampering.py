"""What an insider with the database's password does to the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import insert, select, text, update

from osac_share.audit import policy
from osac_share.audit.models import AuditEntry
from osac_share.audit.policy import START, Link

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

ENTRIES = cast("Table", AuditEntry.__table__)

WRITTEN = 6
"""How many entries the fixture `written` puts into the record."""


def lift_guard(connection: Connection) -> None:
    """Take away what keeps the record from being changed, in this database, for good."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
        return
    found = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    for name in connection.scalars(text(found)).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")


def change(connection: Connection, number: int, **words: Any) -> None:  # noqa: ANN401
    """Change what an entry says, and leave its digest as it is."""
    connection.execute(update(ENTRIES).where(ENTRIES.c.id == number).values(words))


def rewrite(connection: Connection, first: int, **words: Any) -> None:  # noqa: ANN401
    """Change an entry and chain it and all later ones anew, so that nothing inside is wrong."""
    last = START
    for row in connection.execute(select(ENTRIES).order_by(ENTRIES.c.id)).mappings().all():
        entry = {**row, **(words if row["id"] == first else {}), "previous": last.digest}
        entry["digest"] = policy.digest_of(policy.facts_of(entry))
        change(connection, row["id"], **entry)
        last = Link(entry["id"], entry["digest"])


def forge(connection: Connection, **words: Any) -> None:  # noqa: ANN401
    """Put an entry into the record that is not chained to anything."""
    connection.execute(insert(ENTRIES).values(words))
