"""Make room for applications of organizations and for what is asked of them.

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

YEAR = timedelta(days=365)
"""Organizations that are members already are looked over for the first time in a year."""

MOMENT = UtcDateTime()


def upgrade() -> None:
    """Go one step forward: what is not known of an organization stays empty."""
    with op.batch_alter_table("organization") as batch:
        for name, length in (("website", 300), ("parent", 200), ("us_basis", 20)):
            text = sa.Column(name, sa.String(length), nullable=False, server_default="")
            batch.add_column(text)
        for name in ("domains", "countries"):
            batch.add_column(sa.Column(name, sa.JSON(), nullable=False, server_default="[]"))
        for name in ("verified_at", "verify_by", "lapsed_at"):
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
        batch.add_column(sa.Column("reminded_for", sa.Integer(), nullable=True))
    with op.batch_alter_table("organization") as batch:
        for name in ("website", "parent", "us_basis", "domains", "countries"):
            batch.alter_column(name, server_default=None)
    op.create_index("ix_organization_due", "organization", ["status", "verify_by"])
    _begin_the_year()
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("suspended_at", MOMENT, nullable=True))
    _create_application()
    _create_message()
    _create_invitation()


def _begin_the_year() -> None:
    organization = sa.table(
        "organization", sa.column("type", sa.String()), sa.column("verify_by", MOMENT)
    )
    members = organization.update().where(organization.c.type != "government")
    op.execute(members.values(verify_by=datetime.now(UTC) + YEAR))


def _create_application() -> None:
    texts = (
        *(("name", 200), ("type", 20), ("sector", 40), ("us_basis", 20), ("us_basis_words", 500)),
        *(("parent", 200), ("website", 300), ("abroad", 2000), ("contact_name", 120)),
        *(("contact_title", 120), ("contact_phone", 40), ("email", 254), ("why", 1000)),
    )
    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("open_for", sa.String(254), nullable=True),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in texts),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("domains", "countries", "checks")
        ),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        *_references("application", ("link_id", "link"), ("decided_by", "person")),
        *_references("application", ("organization_id", "organization")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
        sa.UniqueConstraint("open_for", name=op.f("uq_application_open_for")),
    )
    op.create_index("ix_application_queue", "application", ["state", "verified_at"])


def _create_message() -> None:
    op.create_table(
        "application_message",
        sa.Column("id", sa.Integer(), nullable=False),
        *_references("application_message", ("application_id", "application"), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        *_references("application_message", ("asked_by", "person")),
        sa.Column("words", sa.String(4000), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_message")),
    )
    op.create_index(
        op.f("ix_application_message_application_id"), "application_message", ["application_id"]
    )


def _create_invitation() -> None:
    texts = (("kind", 20), ("email", 254), ("name", 120), ("state", 20))
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        *_references("invitation", ("organization_id", "organization"), nullable=False),
        *_references("invitation", ("person_id", "person"), ("link_id", "link")),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in texts),
        sa.Column("created_at", MOMENT, nullable=False),
        *_references("invitation", ("created_by", "person")),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT, nullable=True),
        *_references("invitation", ("settled_by", "person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
    )
    op.create_index("ix_invitation_organization", "invitation", ["organization_id", "state"])
    op.create_index("ix_invitation_person", "invitation", ["person_id", "state"])


def _references(
    table: str, *columns: tuple[str, str], nullable: bool = True
) -> list[sa.schema.SchemaItem]:
    return [
        item
        for name, target in columns
        for item in (
            sa.Column(name, sa.Integer(), nullable=nullable),
            sa.ForeignKeyConstraint(
                [name], [f"{target}.id"], name=op.f(f"fk_{table}_{name}_{target}")
            ),
        )
    ]


def downgrade() -> None:
    """Go one step back."""
    for table in ("invitation", "application_message", "application"):
        op.drop_table(table)
    with op.batch_alter_table("membership") as batch:
        batch.drop_column("suspended_at")
    op.drop_index("ix_organization_due", "organization")
    with op.batch_alter_table("organization") as batch:
        for name in (
            *("website", "parent", "us_basis", "domains", "countries"),
            *("verified_at", "verify_by", "lapsed_at", "reminded_for"),
        ):
            batch.drop_column(name)
