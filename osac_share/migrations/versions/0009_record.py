"""Chain the record, and refuse to change it.

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

# The form of the digest is no more this step's own than anybody's: it never changes.
from osac_share.audit.policy import START, Link, digest_of, facts_of, outcome_of
from osac_share.kernel.db import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Sequence

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT_A_TIME = 500
ADDED = {"outcome": 10, "address": 45, "previous": 64, "digest": 64}
ENTRY = sa.table(
    "audit_entry",
    sa.column("id", sa.Integer),
    sa.column("at", UtcDateTime),
    sa.column("actor_id", sa.Integer),
    *(sa.column(name, sa.String) for name in ("actor", "action", "object_kind", "object_id")),
    sa.column("detail", sa.JSON),
    *(sa.column(name, sa.String) for name in ADDED),
)

SQLITE_GUARDS = {
    "audit_entry_keeps_its_words": "UPDATE ON audit_entry",
    "audit_entry_keeps_its_rows": "DELETE ON audit_entry",
    # REPLACE would take a row's place without deleting it in so many words.
    "audit_entry_keeps_its_places": (
        "INSERT ON audit_entry WHEN EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)"
    ),
}
REFUSAL = "the record is never changed"


def upgrade() -> None:
    """Go one step forward."""
    with op.batch_alter_table("audit_entry") as batch:
        for name, length in ADDED.items():
            batch.add_column(sa.Column(name, sa.String(length), nullable=False, server_default=""))
    _chain()
    with op.batch_alter_table("audit_entry") as batch:
        for name in ADDED:
            batch.alter_column(name, server_default=None)
        batch.create_index("ix_audit_entry_actor_id", ["actor_id", "at"])
    op.create_table(
        "audit_mark",
        sa.Column("copy", sa.String(300), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("copy", name=op.f("pk_audit_mark")),
    )
    _guard()


def downgrade() -> None:
    """Go one step back."""
    _lift_guard()
    op.drop_table("audit_mark")
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_index("ix_audit_entry_actor_id")
        for name in ADDED:
            batch.drop_column(name)


def _chain() -> None:
    """Give the old entries numbers without gaps, in their order, and chain them."""
    after, last = 0, START
    while rows := _entries_after(after):
        for row in rows:
            after = row["id"]
            facts = {
                **row,
                "id": last.number + 1,
                "outcome": outcome_of(row["action"]),
                "address": str(row["detail"].get("address", ""))[:45],
                "previous": last.digest,
            }
            facts["digest"] = digest_of(facts_of({**facts, "digest": ""}))
            op.get_bind().execute(
                ENTRY.update()
                .where(ENTRY.c.id == after)
                .values({name: facts[name] for name in ("id", *ADDED)})
            )
            last = Link(facts["id"], facts["digest"])


def _entries_after(number: int) -> Sequence[sa.RowMapping]:
    question = sa.select(ENTRY).where(ENTRY.c.id > number).order_by(ENTRY.c.id)
    return op.get_bind().execute(question.limit(AT_A_TIME)).mappings().all()


def _guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name, occasion in SQLITE_GUARDS.items():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {occasion} "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql "
        f"AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entry_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record()"
    )


def _lift_guard() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE_GUARDS:
            op.execute(f"DROP TRIGGER {name}")
        return
    op.execute("DROP TRIGGER audit_entry_is_kept ON audit_entry")
    op.execute("DROP FUNCTION refuse_change_of_record()")
