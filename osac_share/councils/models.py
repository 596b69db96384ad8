"""Councils, the countries they cover, their seats, and the posts they work with."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.kernel.db import Base


class Council(Base):
    """A country council: one country, several, a city, or a committee."""

    __tablename__ = "council"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20), default="country")
    status: Mapped[str] = mapped_column(String(20), default="active")
    about: Mapped[str] = mapped_column(String(1000), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")

    countries: Mapped[list[CouncilCountry]] = relationship(
        back_populates="council", order_by="CouncilCountry.country", lazy="selectin"
    )


class CouncilCountry(Base):
    """A council covers this country, or a part of it."""

    __tablename__ = "council_country"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True, index=True)

    council: Mapped[Council] = relationship(back_populates="countries")


class Seat(Base):
    """A person holds a seat on a council for a term. Regional Security Officers rotate."""

    __tablename__ = "seat"
    __table_args__ = (
        UniqueConstraint("council_id", "person_id", "kind", "started_at"),
        Index("ix_seat_person_id", "person_id", "ended_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    council: Mapped[Council] = relationship()


class Clearance(Base):
    """One token that a person meets, kept so that matching is one set-based statement.

    A copy made by `policy.clearance_of`, renewed in the transaction of every change of
    standing; what is shown or sent is decided on the standing itself.
    """

    __tablename__ = "clearance"

    token: Mapped[str] = mapped_column(String(60), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)


class Post(Base):
    """An embassy, consulate or other post, and how to reach it day and night."""

    __tablename__ = "post"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120), unique=True)
    city: Mapped[str] = mapped_column(String(80))
    country: Mapped[str] = mapped_column(String(2), index=True)
    address: Mapped[str] = mapped_column(String(300), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    after_hours_phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    departure_status: Mapped[str] = mapped_column(String(30), default="normal")
    verified_on: Mapped[date | None]
