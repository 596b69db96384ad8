"""Endpoints: where somebody is reached besides their mailbox, and how that goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

WEBHOOK, CHAT, SMS, BROWSER = "webhook", "chat", "sms", "browser"
"""The kinds of endpoints; the same words name the channels of deliveries."""


class Endpoint(Base):
    """One way to reach one person; of each kind they have one at most.

    `sealed` holds address and keys, encrypted. `after_minutes` is 0 for at once; else an
    emergency comes this way only to whoever has not acknowledged it after so many minutes.
    """

    __tablename__ = "endpoint"
    __table_args__ = (
        Index(
            "uq_endpoint_living",
            "person_id",
            "kind",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[str] = mapped_column(Text)
    min_rank: Mapped[int] = mapped_column(default=1)
    after_minutes: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(String(40))
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    last_tried_at: Mapped[datetime | None]
    last_accepted_at: Mapped[datetime | None]
    last_answer: Mapped[str | None] = mapped_column(String(300))
