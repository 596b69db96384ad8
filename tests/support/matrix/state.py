"""What the database holds, table by table: equal fingerprints mean that nothing has changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import MetaData, select

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine, Select

OF_THEMSELVES = frozenset({"user_session", "audit_entry", "attempt", "alembic_version"})
"""Tables that grow when somebody is turned away: when they were seen, and what they tried."""

NOTED = frozenset({"last_used_at", "last_address", "last_seen_at", "looked_at"})
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


class Fingerprints:
    """Takes the fingerprints of one database, whose tables it gets to know once."""

    def __init__(self, engine: Engine) -> None:
        """Look what tables there are, and leave out those that grow of themselves."""
        self._engine = engine
        metadata = MetaData()
        metadata.reflect(engine)
        self._questions: dict[str, Select[tuple[object, ...]]] = {
            table.name: select(
                *(column for column in table.columns if column.name not in NOTED)
            ).order_by(*(list(table.primary_key.columns) or list(table.columns)))
            for table in metadata.sorted_tables
            if table.name not in OF_THEMSELVES
        }

    def take(self) -> Fingerprint:
        """Return what every one of these tables holds now."""
        found = {}
        with self._engine.connect() as connection:
            for name, question in self._questions.items():
                digest = hashlib.sha256()
                for row in connection.execute(question):
                    digest.update(repr(tuple(row)).encode())
                found[name] = digest.hexdigest()
        return Fingerprint(found)
