"""Posts and Regional Security Offices: whom members reach abroad, and when that was checked."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id


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


class SecurityOffice(Base):
    """A Regional Security Office: it sits at one post and often covers several countries.

    The mailbox and the telephones are the office's, never an officer's own: people rotate.
    """

    __tablename__ = "security_office"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id"), index=True)
    mailbox: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    after_hours_phone: Mapped[str] = mapped_column(String(40), default="")
    verified_on: Mapped[date | None]

    post: Mapped[Post] = relationship(lazy="joined")
    countries: Mapped[list[OfficeCountry]] = relationship(
        order_by="OfficeCountry.country", lazy="selectin", cascade="all, delete-orphan"
    )


class OfficeCountry(Base):
    """A security office covers this country."""

    __tablename__ = "security_office_country"

    office_id: Mapped[int] = mapped_column(ForeignKey("security_office.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True, index=True)
