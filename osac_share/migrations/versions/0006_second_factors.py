"""Make room for second factors, and say which sessions proved one.

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; nobody was asked for a factor yet, so everybody signs in again."""
    op.execute(sa.text("DELETE FROM user_session"))
    with op.batch_alter_table("user_session") as batch:
        batch.add_column(sa.Column("public_id", sa.String(20), nullable=False))
        batch.add_column(sa.Column("needs_factor", sa.Boolean(), nullable=False))
        batch.add_column(sa.Column("strong_at", UtcDateTime(), nullable=True))
        batch.add_column(sa.Column("fresh_at", UtcDateTime(), nullable=False))
        batch.create_unique_constraint("uq_user_session_public_id", ["public_id"])
    _make_authenticators()
    _make_passkeys()
    _make_recovery_codes()


def downgrade() -> None:
    """Go one step back; half sessions must not become whole ones, so all of them end."""
    op.drop_table("recovery_code")
    op.drop_table("spent_challenge")
    op.drop_table("passkey")
    op.drop_table("authenticator")
    op.execute(sa.text("DELETE FROM user_session"))
    with op.batch_alter_table("user_session") as batch:
        batch.drop_constraint("uq_user_session_public_id", type_="unique")
        batch.drop_column("fresh_at")
        batch.drop_column("strong_at")
        batch.drop_column("needs_factor")
        batch.drop_column("public_id")


def _make_authenticators() -> None:
    op.create_table(
        "authenticator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("sealed_secret", sa.String(300), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_authenticator_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_authenticator"),
        sa.UniqueConstraint("public_id", name="uq_authenticator_public_id"),
    )
    op.create_index("ix_authenticator_person_id", "authenticator", ["person_id"])


def _make_passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("credential_id", sa.String(1400), nullable=False),
        sa.Column("public_key", sa.String(2800), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_passkey_person_id_person"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("public_id", name="uq_passkey_public_id"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_person_id", "passkey", ["person_id"])
    op.create_table(
        "spent_challenge",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_challenge"),
    )
    op.create_index("ix_spent_challenge_at", "spent_challenge", ["at"])


def _make_recovery_codes() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_digest", sa.String(64), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name="fk_recovery_code_person_id_person"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
    )
    op.create_index("ix_recovery_code_person_id", "recovery_code", ["person_id", "code_digest"])
