"""Make room for review, series, schedules, exercises, attachments and notices of work.

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENTS = (
    "event_from",
    "event_until",
    "advised_from",
    "advised_until",
    "release_at",
    "submitted_at",
    "second_look_due_at",
    "second_look_at",
    "told_officials_at",
)
TEXTS = {"review_note": 1000, "urgent_because": 500, "narrowed_because": 500}
UNIQUE = "uq_delivery_edition_id_person_id_channel"
PEOPLE = ("reviewed_by", "second_look_by")


def upgrade() -> None:
    """Go one step forward."""
    _widen_reports()
    _widen_editions()
    _widen_deliveries()
    _make_attachments()


def downgrade() -> None:
    """Go one step back; notices of work have no place there."""
    op.drop_table("edition_attachment")
    op.drop_index("ix_attachment_report_id", "attachment")
    op.drop_table("attachment")
    delivery = sa.table("delivery", sa.column("id"), sa.column("purpose"))
    attempt = sa.table("delivery_attempt", sa.column("delivery_id"))
    notices = sa.select(delivery.c.id).where(delivery.c.purpose != "read")
    op.execute(attempt.delete().where(attempt.c.delivery_id.in_(notices)))
    op.execute(delivery.delete().where(delivery.c.purpose != "read"))
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint(f"{UNIQUE}_purpose", type_="unique")
        batch.alter_column("subscription_id", existing_type=sa.Integer(), nullable=False)
        batch.drop_column("purpose")
        batch.create_unique_constraint(UNIQUE, ["edition_id", "person_id", "channel"])
    with op.batch_alter_table("edition") as batch:
        for name in PEOPLE:
            batch.drop_constraint(f"fk_edition_{name}_person", type_="foreignkey")
        for name in (*PEOPLE, *TEXTS, *MOMENTS, "authors", "update_no", "outcome", "stage"):
            batch.drop_column(name)
    with op.batch_alter_table("report") as batch:
        for name in ("quarantined_at", "review_due_at", "is_exercise"):
            batch.drop_column(name)


def _widen_reports() -> None:
    with op.batch_alter_table("report") as batch:
        batch.add_column(
            sa.Column("is_exercise", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch.add_column(sa.Column("review_due_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("quarantined_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("report") as batch:
        batch.alter_column("is_exercise", existing_type=sa.Boolean(), server_default=None)


def _widen_editions() -> None:
    # What is there already needs a value; what comes later gets its own from the model.
    given: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
        "stage": (sa.String(20), "writing"),
        "outcome": (sa.String(20), "holds"),
        "update_no": (sa.Integer(), "0"),
        "authors": (sa.JSON(), "[]"),
        **{name: (sa.String(length), "") for name, length in TEXTS.items()},
    }
    with op.batch_alter_table("edition") as batch:
        for name, (kind, value) in given.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name in MOMENTS:
            batch.add_column(sa.Column(name, UtcDateTime(), nullable=True))
        for name in PEOPLE:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=True))
            batch.create_foreign_key(f"fk_edition_{name}_person", "person", [name], ["id"])
    with op.batch_alter_table("edition") as batch:
        for name, (kind, _value) in given.items():
            batch.alter_column(name, existing_type=kind, server_default=None)
    edition = sa.table("edition", sa.column("update_no"), sa.column("number"))
    op.execute(edition.update().values(update_no=edition.c.number - 1))


def _widen_deliveries() -> None:
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("purpose", sa.String(40), nullable=False, server_default="read"))
        batch.alter_column("subscription_id", existing_type=sa.Integer(), nullable=True)
        batch.drop_constraint(UNIQUE, type_="unique")
        batch.create_unique_constraint(
            f"{UNIQUE}_purpose", ["edition_id", "person_id", "channel", "purpose"]
        )
    with op.batch_alter_table("delivery") as batch:
        batch.alter_column("purpose", existing_type=sa.String(40), server_default=None)


def _make_attachments() -> None:
    op.create_table(
        "attachment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name="fk_attachment_added_by_person"),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_attachment_report_id_report"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_attachment"),
        sa.UniqueConstraint("public_id", name="uq_attachment_public_id"),
    )
    op.create_index("ix_attachment_report_id", "attachment", ["report_id"])
    op.create_table(
        "edition_attachment",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("attachment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"],
            ["attachment.id"],
            name="fk_edition_attachment_attachment_id_attachment",
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name="fk_edition_attachment_edition_id_edition"
        ),
        sa.PrimaryKeyConstraint("edition_id", "attachment_id", name="pk_edition_attachment"),
    )
