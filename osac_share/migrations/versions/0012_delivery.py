"""Make room for digests, channels, trips, receipts and acknowledgements.

Revision: 0012
Follows: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

MOMENT = UtcDateTime()
ALL_KINDS = str(0xFFFF)

FORMER_MATCH = ("open", "country", "topic", "min_rank", "person_id", "subscription_id")
MATCH = (
    *("open", "place", "topic", "min_rank", "kinds", "pace", "channels"),
    *("person_id", "subscription_id"),
)


def upgrade() -> None:
    """Go one step forward; wishes stay what they were: each report, at once, by mail."""
    _create_digests()
    _create_endpoints()
    _create_trips()
    _create_receipts()
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("held_for", sa.String(10), nullable=True))
        batch.add_column(sa.Column("digest_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_delivery_digest_id_digest"), "digest", ["digest_id"], ["id"]
        )
    op.create_index("ix_delivery_digest_id", "delivery", ["digest_id"])
    op.create_index("ix_delivery_held", "delivery", ["held_for", "state", "person_id"])
    _widen_wishes()


def _widen_wishes() -> None:
    numbers = (("kinds", ALL_KINDS), ("channels", "1"))
    with op.batch_alter_table("subscription") as batch:
        batch.add_column(
            sa.Column("frequency", sa.String(10), nullable=False, server_default="at_once")
        )
        for name, value in numbers:
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=value))
        batch.add_column(sa.Column("trip_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_subscription_trip_id_trip"), "trip", ["trip_id"], ["id"])
        batch.drop_column("channel")
    op.create_index("ix_subscription_trip_id", "subscription", ["trip_id"])
    op.drop_index("ix_subscription_term_match", "subscription_term")
    with op.batch_alter_table("subscription_term") as batch:
        batch.alter_column(
            "country",
            new_column_name="place",
            existing_type=sa.String(2),
            type_=sa.String(20),
            existing_nullable=False,
        )
        for name, value in (*numbers, ("pace", "0")):
            batch.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default=value))
    for table, names in (
        ("subscription", ("frequency", "kinds", "channels")),
        ("subscription_term", ("kinds", "channels", "pace")),
    ):
        with op.batch_alter_table(table) as batch:
            for name in names:
                batch.alter_column(name, server_default=None)
    op.create_index("ix_subscription_term_match", "subscription_term", list(MATCH))


def _leased() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("available_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(200), nullable=True),
    )


def _key(table: str) -> tuple[sa.Column[object], sa.PrimaryKeyConstraint]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    )


def _reference(
    table: str, column: str, to: str, *, nullable: bool = False
) -> tuple[sa.Column[object], sa.ForeignKeyConstraint]:
    name = op.f(f"fk_{table}_{column}_{to}")
    return (
        sa.Column(column, sa.Integer(), nullable=nullable),
        sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name),
    )


def _create_digests() -> None:
    op.create_table(
        "digest",
        *_key("digest"),
        sa.Column("public_id", sa.String(20), nullable=False),
        *_reference("digest", "person_id", "person"),
        sa.Column("period", sa.String(60), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        *_leased(),
        sa.UniqueConstraint("person_id", "period", name=op.f("uq_digest_person_id_period")),
        sa.UniqueConstraint("public_id", name=op.f("uq_digest_public_id")),
    )
    op.create_index("ix_digest_due", "digest", ["state", "available_at"])
    op.create_table(
        "reading_hours",
        *_reference("reading_hours", "person_id", "person"),
        sa.Column("digest_hour", sa.Integer(), nullable=False),
        sa.Column("digest_weekday", sa.Integer(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("next_daily_at", MOMENT, nullable=True),
        sa.Column("next_weekly_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_reading_hours")),
    )
    for column in ("next_daily_at", "next_weekly_at"):
        op.create_index(f"ix_reading_hours_{column}", "reading_hours", [column])


def _create_endpoints() -> None:
    op.create_table(
        "endpoint",
        *_key("endpoint"),
        sa.Column("public_id", sa.String(20), nullable=False),
        *_reference("endpoint", "person_id", "person"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("min_rank", sa.Integer(), nullable=False),
        sa.Column("after_minutes", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_reason", sa.String(40), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("last_tried_at", MOMENT, nullable=True),
        sa.Column("last_accepted_at", MOMENT, nullable=True),
        sa.Column("last_answer", sa.String(300), nullable=True),
        sa.UniqueConstraint("public_id", name=op.f("uq_endpoint_public_id")),
    )
    living = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_endpoint_living",
        "endpoint",
        ["person_id", "kind"],
        unique=True,
        sqlite_where=living,
        postgresql_where=living,
    )


def _create_trips() -> None:
    op.create_table(
        "trip",
        *_key("trip"),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        *_reference("trip", "person_id", "person"),
        *_reference("trip", "organization_id", "organization", nullable=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("time_zone", sa.String(60), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=True),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("forgotten_at", MOMENT, nullable=True),
        sa.UniqueConstraint("public_id", name=op.f("uq_trip_public_id")),
    )
    op.create_index("ix_trip_person_id", "trip", ["person_id", "ends_at"])
    op.create_index("ix_trip_organization_id", "trip", ["organization_id"])
    op.create_index("ix_trip_ends_at", "trip", ["forgotten_at", "ends_at"])


def _create_receipts() -> None:
    op.create_table(
        "acknowledgement",
        *_key("acknowledgement"),
        *_reference("acknowledgement", "edition_id", "edition"),
        *_reference("acknowledgement", "person_id", "person"),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("via", sa.String(20), nullable=False),
        sa.UniqueConstraint(
            "edition_id", "person_id", name=op.f("uq_acknowledgement_edition_id_person_id")
        ),
    )
    op.create_index("ix_acknowledgement_person_id", "acknowledgement", ["person_id"])
    op.create_table(
        "phone_call",
        *_key("phone_call"),
        *_reference("phone_call", "edition_id", "edition"),
        *_reference("phone_call", "person_id", "person"),
        sa.Column("outcome", sa.String(20), nullable=False),
        *_reference("phone_call", "by_id", "person"),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_phone_call_edition_id", "phone_call", ["edition_id", "person_id"])
    op.create_table(
        "bounce",
        *_key("bounce"),
        *_reference("bounce", "delivery_id", "delivery", nullable=True),
        *_reference("bounce", "digest_id", "digest", nullable=True),
        *_reference("bounce", "person_id", "person"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("words", sa.String(300), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    for column in ("delivery_id", "person_id"):
        op.create_index(f"ix_bounce_{column}", "bounce", [column])
    op.create_table(
        "mailbox",
        *_reference("mailbox", "person_id", "person"),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("reason", sa.String(300), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mailbox")),
    )
    op.create_table(
        "alarm",
        *_key("alarm"),
        *_reference("alarm", "edition_id", "edition"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.Column("cleared_at", MOMENT, nullable=True),
        sa.Column("words", sa.String(300), nullable=False),
        sa.UniqueConstraint("edition_id", "kind", name=op.f("uq_alarm_edition_id_kind")),
    )


def downgrade() -> None:
    """Go one step back; wishes about regions and councils end, and nothing is held any more."""
    term = sa.table("subscription_term", sa.column("place", sa.String()))
    op.execute(term.delete().where(sa.func.length(term.c.place) > len("KE")))
    op.drop_index("ix_subscription_term_match", "subscription_term")
    with op.batch_alter_table("subscription_term") as batch:
        batch.alter_column(
            "place",
            new_column_name="country",
            existing_type=sa.String(20),
            type_=sa.String(2),
            existing_nullable=False,
        )
        for name in ("kinds", "pace", "channels"):
            batch.drop_column(name)
    op.create_index("ix_subscription_term_match", "subscription_term", list(FORMER_MATCH))
    op.drop_index("ix_subscription_trip_id", "subscription")
    with op.batch_alter_table("subscription") as batch:
        batch.add_column(sa.Column("channel", sa.String(20), nullable=False, server_default="mail"))
        batch.drop_constraint(op.f("fk_subscription_trip_id_trip"), type_="foreignkey")
        for name in ("frequency", "kinds", "channels", "trip_id"):
            batch.drop_column(name)
    with op.batch_alter_table("subscription") as batch:
        batch.alter_column("channel", server_default=None)
    _let_go_of_what_is_held()
    for table in (
        "phone_call",
        "alarm",
        "mailbox",
        "bounce",
        "acknowledgement",
        "trip",
        "endpoint",
    ):
        op.drop_table(table)
    op.drop_table("reading_hours")
    op.drop_table("digest")


def _let_go_of_what_is_held() -> None:
    columns = (sa.column(name, sa.String()) for name in ("state", "reason", "channel"))
    delivery = sa.table("delivery", *columns)
    held = delivery.update().where(delivery.c.state.in_(("held", "bounced")))
    op.execute(held.values(state="skipped", reason="no digests any more"))
    op.drop_index("ix_delivery_held", "delivery")
    op.drop_index("ix_delivery_digest_id", "delivery")
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint(op.f("fk_delivery_digest_id_digest"), type_="foreignkey")
        batch.drop_column("digest_id")
        batch.drop_column("held_for")
