"""Say in which circles of government people somebody is.

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


def upgrade() -> None:
    """Go one step forward: nobody is in a circle yet."""
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("groups", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("person") as batch:
        batch.alter_column("groups", server_default=None)


def downgrade() -> None:
    """Go one step back."""
    with op.batch_alter_table("person") as batch:
        batch.drop_column("groups")
