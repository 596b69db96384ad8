"""Make room for files' words, for an index kept in the database, and for saved searches.

Revision: 0013
Follows: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; the worker reads files and fills the index by itself."""
    _create_texts()
    _create_index()
    _create_kept_searches()
    _let_wishes_have_words()


def _create_texts() -> None:
    op.create_table(
        "attachment_text",
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.Column("reader", sa.Integer(), nullable=False),
        sa.Column("pages", sa.JSON(), nullable=False),
        sa.Column("has_words", sa.Boolean(), nullable=False),
        sa.Column("read_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name=op.f("fk_attachment_text_attachment_id_attachment"),
        ),
        sa.PrimaryKeyConstraint("attachment_id", name=op.f("pk_attachment_text")),
    )


def _create_index() -> None:
    op.create_table(
        "search_generation",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("is_live", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("toc", sa.LargeBinary(), nullable=False),
        sa.Column("proof", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_generation")),
    )
    op.create_table(
        "search_file",
        sa.Column("generation", sa.String(40), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generation"],
            ["search_generation.name"],
            name=op.f("fk_search_file_generation_search_generation"),
        ),
        sa.PrimaryKeyConstraint("generation", "name", "part", name=op.f("pk_search_file")),
    )
    op.create_table(
        "search_lock",
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("holder", sa.String(20), nullable=False),
        sa.Column("beat", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_search_lock")),
    )
    if op.get_bind().dialect.name == "postgresql":
        # Arrays of numbers: to try to compress them takes longer than to write them.
        op.execute("ALTER TABLE search_file ALTER COLUMN content SET STORAGE EXTERNAL")


def _create_kept_searches() -> None:
    for table, owner, to, others in (
        ("saved_search", "person_id", "person", (_moment("looked_at"),)),
        ("recommended_search", "council_id", "council", _reference("recommended_search")),
    ):
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("public_id", sa.String(20), nullable=False),
            sa.Column(owner, sa.Integer(), nullable=False),
            sa.Column("name", sa.String(80), nullable=False),
            sa.Column("words", sa.String(400), nullable=False),
            _moment("created_at"),
            *others,
            sa.ForeignKeyConstraint([owner], [f"{to}.id"], name=op.f(f"fk_{table}_{owner}_{to}")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
            sa.UniqueConstraint("public_id", name=op.f(f"uq_{table}_public_id")),
            sa.UniqueConstraint(owner, "words", name=op.f(f"uq_{table}_{owner}_words")),
        )


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, UtcDateTime(), nullable=False)


def _reference(table: str) -> tuple[sa.Column[int], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_recommended_by_person")
    return (
        sa.Column("recommended_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["recommended_by"], ["person.id"], name=name),
    )


def _let_wishes_have_words() -> None:
    with op.batch_alter_table("subscription") as batch:
        batch.add_column(sa.Column("words", sa.String(400), nullable=False, server_default=""))
    with op.batch_alter_table("subscription") as batch:
        batch.alter_column("words", server_default=None)
    standing = sa.text("words <> '' AND ended_at IS NULL")
    op.create_index(
        "ix_subscription_standing",
        "subscription",
        ["id", "public_id"],
        sqlite_where=standing,
        postgresql_where=standing,
    )


def downgrade() -> None:
    """Go one step back; saved and recommended searches are lost, all else was a copy."""
    op.drop_index("ix_subscription_standing", "subscription")
    with op.batch_alter_table("subscription") as batch:
        batch.drop_column("words")
    op.drop_table("recommended_search")
    op.drop_table("saved_search")
    for table in ("search_lock", "search_file", "search_generation", "attachment_text"):
        op.drop_table(table)
