"""The database itself refuses to change the record."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from osac_share.audit import queries
from osac_share.audit.models import AuditEntry
from osac_share.migrations.schema import downgrade, upgrade
from tests.support.sources import ROOT
from tests.support.tampering import ENTRIES

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from sqlalchemy.sql.expression import Executable

REFUSED = "the record is never changed"
DOCUMENTED = ROOT / "docs" / "record.md"


@pytest.mark.parametrize(
    "statement",
    [
        update(ENTRIES).values(actor="Nobody"),
        update(ENTRIES).where(ENTRIES.c.id == 3).values(detail={}),
        delete(ENTRIES),
        delete(ENTRIES).where(ENTRIES.c.id == 3),
    ],
    ids=str,
)
def test_entries_are_neither_changed_nor_removed(
    session: Session, written: None, statement: Executable
) -> None:
    with pytest.raises(DBAPIError, match=REFUSED):
        session.execute(statement)
    session.rollback()
    assert queries.find_break(session) is None


def test_entry_is_not_replaced_by_another(session: Session, written: None, database: str) -> None:
    copied = "SELECT id, at, 9, actor, action, object_kind, object_id, outcome, address, detail"
    words = f"INTO audit_entry ({copied[7:].replace('9', 'actor_id')}, previous, digest) {copied}"
    statement = {
        "sqlite": f"INSERT OR REPLACE {words}, previous, digest FROM audit_entry WHERE id = 3",
        "postgresql": (
            f"INSERT {words}, previous, digest FROM audit_entry WHERE id = 3 "
            "ON CONFLICT (id) DO UPDATE SET actor_id = 9"
        ),
    }[database]
    with pytest.raises(DBAPIError, match=REFUSED):
        session.execute(text(statement))


def test_record_is_not_emptied(session: Session, written: None, database: str) -> None:
    words = {"sqlite": "DELETE FROM audit_entry", "postgresql": "TRUNCATE audit_entry"}[database]
    with pytest.raises(DBAPIError, match=REFUSED):
        session.execute(text(words))


def test_role_of_the_documentation_can_add_to_the_record_and_nothing_else(
    database: str, engine: Engine, session: Session, written: None
) -> None:
    grants = re.findall(r"^```sql\n(.*?)```", DOCUMENTED.read_text(), re.MULTILINE | re.DOTALL)[0]
    if database == "sqlite":
        assert "audit_entry" in grants  # SQLite knows no roles: its triggers are all there is.
        return
    with engine.begin() as connection:
        role = f"osac_web_{engine.url.database}"
        connection.execute(text(grants.replace("osac_web", role)))
        connection.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
    with engine.connect() as connection:
        connection.execute(text(f"SET ROLE {role}"))
        assert connection.scalars(select(AuditEntry.id)).all()
        for words in ("UPDATE audit_entry SET actor = ''", "DELETE FROM audit_entry"):
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text(words))
            connection.rollback()
            connection.execute(text(f"SET ROLE {role}"))
        connection.execute(text("INSERT INTO audit_mark VALUES ('x', 1, 'd', now())"))
        connection.rollback()
    with engine.begin() as connection:
        connection.execute(text(f"DROP OWNED BY {role}; DROP ROLE {role}"))


def test_old_entries_are_numbered_and_chained_when_the_house_moves_in(
    session: Session, engine: Engine, written: None
) -> None:
    session.close()
    downgrade(engine, "0008")
    with engine.begin() as connection:
        connection.execute(delete(ENTRIES).where(ENTRIES.c.id == 2))
    upgrade(engine)
    numbers = session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)).all()
    assert numbers == [1, 2, 3, 4, 5]
    assert queries.find_break(session) is None
    assert queries.get_entry(session, 2).object_id == "public-id-1"


def test_migrated_record_keeps_the_address_that_was_a_detail(
    engine: Engine, session: Session
) -> None:
    session.close()
    downgrade(engine, "0008")
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entry (id, at, actor, action, object_kind, object_id, detail) "
                "VALUES (5, '2026-03-02 09:30:00', 'system', 'session.refuse', 'person', "
                "'unknown', '{\"address\": \"192.0.2.9\"}')"
            )
        )
    upgrade(engine)
    entry = queries.get_entry(session, 1)
    assert (entry.address, entry.outcome) == ("192.0.2.9", "refused")
