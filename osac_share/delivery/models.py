"""The ledger of delivery: what is told to whom, how, what became of it, and who has read it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id
from osac_share.kernel.leases import ACCEPTED, FAILED, SENDING, SKIPPED, WAITING, Leased

__all__ = [
    "ACCEPTED",
    "BOUNCED",
    "BURST",
    "CAP",
    "DAILY",
    "FAILED",
    "HELD",
    "MAIL",
    "QUIET",
    "SENDING",
    "SKIPPED",
    "TO_READ",
    "WAITING",
    "WEEKLY",
    "Acknowledgement",
    "Alarm",
    "Bounce",
    "Delivery",
    "DeliveryAttempt",
    "Digest",
    "Mailbox",
    "PhoneCall",
]

HELD = "held"
"""Kept for a digest; no sender takes it by itself."""

BOUNCED = "bounced"
"""Accepted by a server, and sent back by it or by another one later."""

DAILY, WEEKLY, BURST, CAP, QUIET = "daily", "weekly", "burst", "cap", "quiet"
"""What a delivery is held for: a digest, the end of a burst, room for what was too much for one
day, the end of quiet hours."""

MAIL = "mail"
"""The channel that everybody has; the others are kinds of endpoints."""

TO_READ = "read"
"""The purpose of mail to readers; other purposes are told to those who do the council's work."""


class Delivery(Leased, Base):
    """One edition, one person, one channel, one purpose: the row is unique, so nobody hears twice.

    `subscription_id` is the reason why a reader is told; those whose office it is to look at a
    draft, or to extend what is about to expire, are told without one.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("edition_id", "person_id", "channel", "purpose"),
        Index("ix_delivery_due", "state", "urgency", "available_at"),
        Index("ix_delivery_person_id", "person_id", "edition_id"),
        Index("ix_delivery_held", "held_for", "state", "person_id"),
        Index("ix_delivery_digest_id", "digest_id"),
    )

    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(40), default=TO_READ)
    subscription_id: Mapped[int | None] = mapped_column(ForeignKey("subscription.id"))
    urgency: Mapped[int]
    matched_at: Mapped[datetime]
    held_for: Mapped[str | None] = mapped_column(String(10))
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))


class DeliveryAttempt(Base):
    """One try to hand a delivery over, with the remote's answer."""

    __tablename__ = "delivery_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id"), index=True)
    at: Mapped[datetime]
    accepted: Mapped[bool]
    code: Mapped[int]
    answer: Mapped[str] = mapped_column(String(300))


class Digest(Leased, Base):
    """One message that tells one person of what was held for it.

    `period` names the occasion: `daily/2026-03-02` and `weekly/2026-W10` by the reader's own
    calendar, `burst/<council>/<time>` for what came too fast to be sent one by one, `cap/<time>`
    for what was too much to be sent to one person.
    """

    __tablename__ = "digest"
    __table_args__ = (
        UniqueConstraint("person_id", "period"),
        Index("ix_digest_due", "state", "available_at"),
    )

    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    period: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]


class Acknowledgement(Base):
    """Somebody has said that they received an edition; `via` is the way on which they said it."""

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("edition_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime]
    via: Mapped[str] = mapped_column(String(20))


class Bounce(Base):
    """What a mail system reported after it had accepted a message, or a reader complained of."""

    __tablename__ = "bounce"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"), index=True)
    digest_id: Mapped[int | None] = mapped_column(ForeignKey("digest.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(20))
    words: Mapped[str] = mapped_column(String(300))
    at: Mapped[datetime]


class Mailbox(Base):
    """What is known of a person's mailbox; no mail goes to one that is closed.

    It is that of one address: whoever has another one by now has another mailbox.
    """

    __tablename__ = "mailbox"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(300))


class Alarm(Base):
    """An edition of which nobody has been told in time, although nothing else is being done."""

    __tablename__ = "alarm"
    __table_args__ = (UniqueConstraint("edition_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    kind: Mapped[str] = mapped_column(String(20))
    raised_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(300))


class PhoneCall(Base):
    """Somebody was telephoned about an edition; the last call to a person counts."""

    __tablename__ = "phone_call"
    __table_args__ = (Index("ix_phone_call_edition_id", "edition_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
