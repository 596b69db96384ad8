"""Make room for sources that are polled and for the queue of what comes from them.

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward."""
    _make_sources()
    _make_items()


def downgrade() -> None:
    """Go one step back; reports that were made from items stay."""
    op.drop_table("relayed_item")
    op.drop_table("relay_source")


def _make_sources() -> None:
    op.create_table(
        "relay_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("every_minutes", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.String(200), nullable=False),
        sa.Column("last_modified", sa.String(200), nullable=False),
        sa.Column("checked_at", UtcDateTime(), nullable=True),
        sa.Column("read_at", UtcDateTime(), nullable=True),
        sa.Column("next_check_at", UtcDateTime(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_problem", sa.String(500), nullable=False),
        sa.Column("lease_until", UtcDateTime(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("added_at", UtcDateTime(), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["added_by"], ["person.id"], name="fk_relay_source_added_by_person"
        ),
        sa.ForeignKeyConstraint(
            ["council_id"], ["council.id"], name="fk_relay_source_council_id_council"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_relay_source"),
        sa.UniqueConstraint("council_id", "url", name="uq_relay_source_council_id_url"),
        sa.UniqueConstraint("public_id", name="uq_relay_source_public_id"),
    )
    op.create_index("ix_relay_source_due", "relay_source", ["active", "next_check_at"])


def _make_items() -> None:
    op.create_table(
        "relayed_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("guid", sa.String(500), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("former_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("sections", sa.JSON(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("link", sa.String(500), nullable=False),
        sa.Column("published_at", UtcDateTime(), nullable=True),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.Column("severity", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("is_exercise", sa.Boolean(), nullable=False),
        sa.Column("begins_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_relayed_item_decided_by_person"
        ),
        sa.ForeignKeyConstraint(
            ["former_id"], ["relayed_item.id"], name="fk_relayed_item_former_id_relayed_item"
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name="fk_relayed_item_report_id_report"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["relay_source.id"], name="fk_relayed_item_source_id_relay_source"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_relayed_item"),
        sa.UniqueConstraint("public_id", name="uq_relayed_item_public_id"),
        sa.UniqueConstraint(
            "source_id", "guid", "revision", name="uq_relayed_item_source_id_guid_revision"
        ),
    )
    op.create_index("ix_relayed_item_former_id", "relayed_item", ["former_id"])
    op.create_index("ix_relayed_item_queue", "relayed_item", ["state", "seen_at"])
    op.create_index("ix_relayed_item_report_id", "relayed_item", ["report_id"])
