"""How Alembic reaches the database: on the connection that `schema` hands it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from alembic import context

from osac_share.kernel.db import Base
from osac_share.migrations import tables  # noqa: F401 -- declares every table on `Base`.

if TYPE_CHECKING:
    from sqlalchemy import Connection


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:  # noqa: ANN401 -- Alembic's hook.
    """Write our UTC type by its own name."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        autogen.imports.add("from osac_share.kernel.db import UtcDateTime")
        return "UtcDateTime()"
    return False


def run(connection: Connection) -> None:
    """Run the asked-for steps on `connection`, each database in its own way."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
