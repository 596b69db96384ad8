"""Make room for security offices, and for acts that need two people.

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward: councils let people in by request, and every seat turns once more.

    Whoever's seat began or ended by the clock before seats knew when they turn is put right by
    the first run of the promise.
    """
    with op.batch_alter_table("council") as batch:
        batch.add_column(
            sa.Column("joining", sa.String(20), nullable=False, server_default="request")
        )
    with op.batch_alter_table("council") as batch:
        batch.alter_column("joining", server_default=None)
    with op.batch_alter_table("seat") as batch:
        batch.add_column(sa.Column("turns_at", UtcDateTime(), nullable=True))
        batch.create_index("ix_seat_turns_at", ["turns_at"])
    seat = sa.table("seat", sa.column("turns_at"), sa.column("started_at"))
    op.execute(seat.update().values(turns_at=seat.c.started_at))
    _make_council_posts()
    _make_offices()
    _make_join_requests()
    _make_proposals()


def downgrade() -> None:
    """Go one step back; what was proposed and not done is forgotten."""
    for table in ("proposal", "join_request", "security_office_country", "security_office"):
        op.drop_table(table)
    op.drop_table("council_post")
    with op.batch_alter_table("seat") as batch:
        batch.drop_index("ix_seat_turns_at")
        batch.drop_column("turns_at")
    with op.batch_alter_table("council") as batch:
        batch.drop_column("joining")


def _make_council_posts() -> None:
    op.create_table(
        "council_post",
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["council.id"], name="fk_council_post_council_id_council"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_council_post_post_id_post"),
        sa.PrimaryKeyConstraint("council_id", "post_id", name="pk_council_post"),
    )
    op.create_index("ix_council_post_post_id", "council_post", ["post_id"])


def _make_offices() -> None:
    op.create_table(
        "security_office",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("mailbox", sa.String(254), nullable=False),
        sa.Column("phone", sa.String(40), nullable=False),
        sa.Column("after_hours_phone", sa.String(40), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_security_office_post_id_post"),
        sa.PrimaryKeyConstraint("id", name="pk_security_office"),
        sa.UniqueConstraint("name", name="uq_security_office_name"),
        sa.UniqueConstraint("public_id", name="uq_security_office_public_id"),
    )
    op.create_index("ix_security_office_post_id", "security_office", ["post_id"])
    op.create_table(
        "security_office_country",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"],
            ["security_office.id"],
            name="fk_security_office_country_office_id_security_office",
        ),
        sa.PrimaryKeyConstraint("office_id", "country", name="pk_security_office_country"),
    )
    op.create_index("ix_security_office_country_country", "security_office_country", ["country"])


def _make_join_requests() -> None:
    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("council_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(
            ["council_id"], ["council.id"], name="fk_join_request_council_id_council"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_join_request_decided_by_person"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_join_request_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_join_request"),
        sa.UniqueConstraint("public_id", name="uq_join_request_public_id"),
    )
    op.create_index("ix_join_request_person_id", "join_request", ["person_id"])
    op.create_index("ix_join_request_queue", "join_request", ["council_id", "state"])
    op.create_index(
        "uq_join_request_waiting",
        "join_request",
        ["council_id", "person_id"],
        unique=True,
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )


def _make_proposals() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("about", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", UtcDateTime(), nullable=True),
        sa.Column("why", sa.String(500), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name="fk_proposal_decided_by_person"
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["person.id"], name="fk_proposal_proposed_by_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
        sa.UniqueConstraint("public_id", name="uq_proposal_public_id"),
    )
    op.create_index("ix_proposal_due", "proposal", ["state", "expires_at"])
    op.create_index("ix_proposal_proposed_by", "proposal", ["proposed_by"])
