"""The ledger of delivery."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base

WAITING = "waiting"
SENDING = "sending"
ACCEPTED = "accepted"
FAILED = "failed"
SKIPPED = "skipped"

TO_READ = "read"
"""The purpose of mail to readers; other purposes are told to those who do the council's work."""


class Delivery(Base):
    """One edition, one person, one channel, one purpose: the row is unique, so nobody hears twice.

    `subscription_id` is the reason why a reader is told; those whose office it is to look at a
    draft, or to extend what is about to expire, are told without one. `fence` rises with each
    claim; a sender that stalled past its lease cannot write its late result.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id", "channel", "purpose"),
        Index("ix_delivery_due", "state", "urgency", "available_at"),
        Index("ix_delivery_person_id", "person_id", "edition_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(40), default=TO_READ)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"))
    state: Mapped[str] = mapped_column(String(20))
    urgency: Mapped[int]
    matched_at: Mapped[datetime]
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(200))


class DeliveryAttempt(Base):
    """One try to hand a delivery over, with the remote's answer."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    at: Mapped[datetime]
    accepted: Mapped[bool]
    code: Mapped[int]
    answer: Mapped[str] = mapped_column(String(300))
