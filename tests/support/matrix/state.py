"""What the database holds, table by table: equal fingerprints mean that nothing has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

OF_THEMSELVES = frozenset({"user_session", "audit_entry", "attempt", "alembic_version"})
"""Tables that grow when somebody is turned away: when they were seen, and what they tried."""

NOTED = frozenset({"last_used_at", "last_address", "last_seen_at"})
"""Columns that say when something was used, by reading too."""


@dataclass(frozen=True)
class Fingerprint:
    """A digest of every table."""

    tables: Mapping[str, str]

    def changed_since(self, before: Fingerprint) -> list[str]:
        """Return the names of the tables that are not as they were."""
        return sorted(
            name for name, digest in self.tables.items() if before.tables.get(name) != digest
        )


def fingerprint(engine: Engine) -> Fingerprint:
    """Return what every table of a database holds, those left out that grow of themselves."""
    metadata = MetaData()
    metadata.reflect(engine)
    found = {}
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name in OF_THEMSELVES:
                continue
            digest = hashlib.sha256()
            kept = [column for column in table.columns if column.name not in NOTED]
            keys = list(table.primary_key.columns) or list(table.columns)
            for row in connection.execute(select(*kept).order_by(*keys)):
                digest.update(repr(tuple(row)).encode())
            found[table.name] = digest.hexdigest()
    return Fingerprint(found)
