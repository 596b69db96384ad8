"""Make room for the stream of changes, and for what programs are told when they ask twice.

Revision: 0014
Follows: 0013
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from osac_share.kernel.db import UtcDateTime
from osac_share.kernel.ids import new_public_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go one step forward; the stream tells of what was published before, too."""
    _create_changes()
    _create_kept_answers()
    _create_messages()
    _let_relays_remember()
    _tell_of_the_past()


def _create_changes() -> None:
    op.create_table(
        "report_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(20), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        _reference("report_change", "report_id", "report"),
        _reference("report_change", "edition_id", "edition"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_report_change_public_id")),
        sa.UniqueConstraint("edition_id", "kind", name=op.f("uq_report_change_edition_id_kind")),
    )
    op.create_index("ix_report_change_report_id", "report_change", ["report_id"])


def _create_kept_answers() -> None:
    op.create_table(
        "kept_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("print", sa.String(64), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        _reference("kept_answer", "token_id", "access_token"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_answer")),
        sa.UniqueConstraint("token_id", "key", name=op.f("uq_kept_answer_token_id_key")),
    )
    op.create_index("ix_kept_answer_at", "kept_answer", ["at"])


def _reference(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name)


def _create_messages() -> None:
    op.create_table(
        "signing_certificate",
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("disowned_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_signing_certificate")),
    )
    signed_by = op.f("fk_cap_message_signed_by_signing_certificate")
    op.create_table(
        "cap_message",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.Integer(), nullable=False),
        sa.Column("identifier", sa.String(60), nullable=False),
        sa.Column("sender", sa.String(200), nullable=False),
        sa.Column("sent", sa.String(25), nullable=False),
        sa.Column("headline", sa.String(160), nullable=False),
        sa.Column("sender_name", sa.String(300), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("signed_by", sa.String(64), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_cap_message_edition_id_edition")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["report.id"], name=op.f("fk_cap_message_report_id_report")
        ),
        sa.ForeignKeyConstraint(["signed_by"], ["signing_certificate.fingerprint"], name=signed_by),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_cap_message")),
        sa.UniqueConstraint("identifier", name=op.f("uq_cap_message_identifier")),
    )
    op.create_index("ix_cap_message_report_id", "cap_message", ["report_id"])
    op.create_index("ix_cap_message_made_at", "cap_message", ["made_at"])


def _let_relays_remember() -> None:
    with op.batch_alter_table("relay_source") as source:
        source.add_column(sa.Column("fetched", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("relayed_item") as item:
        item.add_column(sa.Column("signature", sa.String(300), nullable=False, server_default=""))


_REPORT = sa.table(
    "report",
    *(sa.column(name, sa.Integer()) for name in ("id", "current_edition_id")),
    *(sa.column(name, sa.String()) for name in ("origin", "state")),
    sa.column("changed_at", UtcDateTime()),
)
_EDITION = sa.table(
    "edition",
    *(sa.column(name, sa.Integer()) for name in ("id", "report_id", "number")),
    sa.column("outcome", sa.String()),
    sa.column("published_at", UtcDateTime()),
)
_CHANGE = sa.table(
    "report_change",
    *(sa.column(name, sa.Integer()) for name in ("report_id", "edition_id")),
    *(sa.column(name, sa.String()) for name in ("public_id", "kind")),
    sa.column("at", UtcDateTime()),
)


def _tell_of_the_past() -> None:
    # Of what came in a file only the edition that holds, from the moment when it came.
    both = _REPORT.join(_EDITION, _EDITION.c.report_id == _REPORT.c.id)
    came = _REPORT.c.origin == "import"
    editions = (
        sa.select(
            _REPORT.c.id,
            _EDITION.c.id,
            _EDITION.c.outcome,
            sa.case((came, _REPORT.c.changed_at), else_=_EDITION.c.published_at),
        )
        .select_from(both)
        .where(_EDITION.c.published_at.is_not(None))
        .where(sa.or_(~came, _EDITION.c.id == _REPORT.c.current_edition_id))
        .order_by(_EDITION.c.number)
    )
    ends = sa.select(
        _REPORT.c.id, _REPORT.c.current_edition_id, _REPORT.c.state, _REPORT.c.changed_at
    ).where(_REPORT.c.state == "expired", _REPORT.c.current_edition_id.is_not(None))
    rows = [tuple(row) for question in (editions, ends) for row in op.get_bind().execute(question)]
    op.bulk_insert(_CHANGE, list(_told(sorted(rows, key=lambda row: row[3]))))


def _told(rows: list[tuple[int, int, str, datetime]]) -> Iterator[dict[str, object]]:
    known: set[int] = set()
    for report_id, edition_id, outcome, at in rows:
        if outcome == "withdrawn":
            kind = outcome
        elif outcome in {"all_clear", "cancelled", "expired"}:
            kind = "ended"
        else:
            kind = "updated" if report_id in known else "published"
        known.add(report_id)
        yield {
            "public_id": new_public_id(),
            "report_id": report_id,
            "edition_id": edition_id,
            "kind": kind,
            "at": at,
        }


def downgrade() -> None:
    """Go one step back; programs begin anew."""
    with op.batch_alter_table("relayed_item") as item:
        item.drop_column("signature")
    with op.batch_alter_table("relay_source") as source:
        source.drop_column("fetched")
    op.drop_table("cap_message")
    op.drop_table("signing_certificate")
    op.drop_table("kept_answer")
    op.drop_table("report_change")
