"""Subscriptions, the terms by which they are matched, reading hours, and trips."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

AT_ONCE, DAILY, WEEKLY = "at_once", "daily", "weekly"
"""How often a wish is met: with each report, or in a digest."""

ALL_KINDS = 0xFFFF
"""Every kind of report, those that will come to be, too."""

BY_MAIL = 1

TRIP, SITE = "trip", "site"


_STANDING = text("words <> '' AND ended_at IS NULL")


class Subscription(Base):
    """One wish of one person. It is ended, never edited, so that its history explains itself.

    `kinds` and `channels` are sets of bits, see `subscriptions.policy`. With `words`, a search,
    it asks for what that search finds: it has no terms, and each new edition is held against it.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        Index(
            "ix_subscription_standing",
            "id",
            "public_id",
            sqlite_where=_STANDING,
            postgresql_where=_STANDING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    frequency: Mapped[str] = mapped_column(String(10), default=AT_ONCE)
    kinds: Mapped[int] = mapped_column(default=ALL_KINDS)
    channels: Mapped[int] = mapped_column(default=BY_MAIL)
    min_rank: Mapped[int] = mapped_column(default=1)
    words: Mapped[str] = mapped_column(String(400), default="")
    trip_id: Mapped[int | None] = mapped_column(ForeignKey("trip.id"), index=True)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(String(40))

    terms: Mapped[list[SubscriptionTerm]] = relationship(
        order_by="SubscriptionTerm.place", lazy="selectin"
    )
    trip: Mapped[Trip | None] = relationship(lazy="joined")


class SubscriptionTerm(Base):
    """One place x topic of a living subscription.

    A place is the ISO code of a country, `region:<code>`, `council:<id>`, or `*` for any; a
    topic is its slug, or `*`. Matching reads this table alone, through an index that covers the
    question; the terms of a subscription that has ended, or whose trip has not begun, are taken
    out of it by `open`. `pace` is 0 for at once, 1 for daily, 2 for weekly.
    """

    __tablename__ = "subscription_term"
    __table_args__ = (
        Index(
            "ix_subscription_term_match",
            "open",
            "place",
            "topic",
            "min_rank",
            "kinds",
            "pace",
            "channels",
            "person_id",
            "subscription_id",
        ),
    )

    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    place: Mapped[str] = mapped_column(String(20), primary_key=True)
    topic: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int]
    min_rank: Mapped[int]
    kinds: Mapped[int] = mapped_column(default=ALL_KINDS)
    pace: Mapped[int] = mapped_column(default=0)
    channels: Mapped[int] = mapped_column(default=BY_MAIL)
    open: Mapped[bool] = mapped_column(default=True)


class ReadingHours(Base):
    """When somebody reads: the hour of their digests and their quiet hours, by their own clock.

    `quiet_from` and `quiet_until` are minutes after midnight; `next_daily_at` and
    `next_weekly_at` are when the next digest is due, in UTC. `digest_weekday` is 0 on Mondays.
    """

    __tablename__ = "reading_hours"
    __table_args__ = (
        Index("ix_reading_hours_next_daily_at", "next_daily_at"),
        Index("ix_reading_hours_next_weekly_at", "next_weekly_at"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    digest_hour: Mapped[int] = mapped_column(default=7)
    digest_weekday: Mapped[int] = mapped_column(default=0)
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    next_daily_at: Mapped[datetime | None]
    next_weekly_at: Mapped[datetime | None]


class Trip(Base):
    """Where somebody will be, and when; or a site that an organization has for good.

    `places` is a list of `{"country": ISO code, "place": words}`. Some time after its end it is
    forgotten: places and name are emptied, the zone is UTC, and it lasts from the moment at
    which it was noted to that same moment.
    """

    __tablename__ = "trip"
    __table_args__ = (
        Index("ix_trip_person_id", "person_id", "ends_at"),
        Index("ix_trip_organization_id", "organization_id"),
        Index("ix_trip_ends_at", "forgotten_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    kind: Mapped[str] = mapped_column(String(10), default=TRIP)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    places: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]
