"""Subscriptions, and the terms by which they are matched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id


class Subscription(Base):
    """One wish of one person. It is ended, never edited, so that its history explains itself."""

    __tablename__ = "subscription"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20), default="mail")
    min_rank: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(String(40))

    terms: Mapped[list[SubscriptionTerm]] = relationship(
        order_by="SubscriptionTerm.country", lazy="selectin"
    )


class SubscriptionTerm(Base):
    """One country x topic of a living subscription, `*` for any.

    Matching reads this table alone, through an index that covers the question; the terms of
    an ended subscription are taken out of it by `open` turning false.
    """

    __tablename__ = "subscription_term"
    __table_args__ = (
        Index(
            "ix_subscription_term_match",
            "open",
            "country",
            "topic",
            "min_rank",
            "person_id",
            "subscription_id",
        ),
    )

    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int]
    min_rank: Mapped[int]
    open: Mapped[bool] = mapped_column(default=True)
