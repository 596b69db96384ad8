"""Say in which circles of government people somebody is, and whom kinds of members reach.

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KINDS = ("type", "sector")


def upgrade() -> None:
    """Go one step forward: nobody is in a circle yet."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("groups", server_default=None)
    _keep_clearances_of_kinds()


def downgrade() -> None:
    """Go one step back."""
    clearance = sa.table("clearance", sa.column("token"))
    kinds = sa.or_(*(clearance.c.token.like(f"%{kind}:%") for kind in KINDS))
    op.execute(clearance.delete().where(kinds))
    with op.batch_alter_table("person") as batch:
        batch.drop_column("groups")


def _keep_clearances_of_kinds() -> None:
    """Add what members meet by the type and sector of their organization, on each council too."""
    clearance = sa.table("clearance", sa.column("token"), sa.column("person_id"))
    organization = sa.table("organization", *map(sa.column, ("id", *KINDS)))
    own, seat = clearance.alias("own"), clearance.alias("seat")
    for kind in KINDS:
        token = sa.literal(f"{kind}:") + organization.c[kind]
        belongs = own.join(
            organization,
            own.c.token == sa.literal("organization:") + sa.cast(organization.c.id, sa.String),
        )
        op.execute(
            clearance.insert().from_select(
                ["token", "person_id"], sa.select(token, own.c.person_id).select_from(belongs)
            )
        )
        on_councils = (
            sa.select(seat.c.token + sa.literal("/") + token, own.c.person_id)
            .select_from(
                belongs.join(
                    seat,
                    sa.and_(seat.c.person_id == own.c.person_id, seat.c.token.like("council:%")),
                )
            )
            .where(seat.c.token.not_like("%/%"))
        )
        op.execute(clearance.insert().from_select(["token", "person_id"], on_councils))
