"""The rows of the record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base

DONE = "done"
REFUSED = "refused"


class AuditEntry(Base):
    """Who did what to what, when, from where, and what came of it (NIST SP 800-53 AU-3).

    `id` is the entry's place, from 1 without a gap. `digest` is taken over all that it says and
    over `previous`, the digest of the entry before it: to change one, all later ones have to
    change. The database refuses to change or remove what is here.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_object", "object_kind", "object_id"),
        Index("ix_audit_entry_actor_id", "actor_id", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(60))
    outcome: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(45))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))


class AuditMark(Base):
    """How far the record has come in one of its copies.

    `copy` is the setting that names the copy; an empty one stands for the record itself, whose
    length is noted so that it cannot become shorter unseen. Whoever writes a copy holds it by a
    lease.
    """

    __tablename__ = "audit_mark"

    copy: Mapped[str] = mapped_column(String(300), primary_key=True)
    entry_id: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
