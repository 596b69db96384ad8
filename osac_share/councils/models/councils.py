"""Councils, the countries that they cover, and the posts that they work with."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.councils.models.offices import Post
from osac_share.kernel.db import Base

COMMITTEES = ("regional", "sector")
"""Kinds of council that need not cover any country in particular."""

ACTIVE = "active"
DORMANT = "dormant"
CLOSED = "closed"
STATUSES = (ACTIVE, DORMANT, CLOSED)

BY_REQUEST = "request"
BY_ANYBODY = "open"
JOINING = (BY_REQUEST, BY_ANYBODY)
"""How members of the community come to sit on a council: somebody lets them in, or they do."""

council_post = Table(
    "council_post",
    Base.metadata,
    Column("council_id", ForeignKey("council.id"), primary_key=True),
    Column("post_id", ForeignKey("post.id"), primary_key=True, index=True),
)
"""A council works with these posts."""


class Council(Base):
    """A country council: one country, several, a city, or a committee.

    Its `slug` is its address and stays what it is.
    """

    __tablename__ = "council"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20), default="country")
    status: Mapped[str] = mapped_column(String(20), default=ACTIVE)
    joining: Mapped[str] = mapped_column(String(20), default=BY_REQUEST)
    about: Mapped[str] = mapped_column(String(1000), default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")

    countries: Mapped[list[CouncilCountry]] = relationship(
        back_populates="council",
        order_by="CouncilCountry.country",
        lazy="selectin",
        cascade="all, delete-orphan",
    )
    posts: Mapped[list[Post]] = relationship(secondary=council_post, order_by=Post.name)

    @property
    def is_closed(self) -> bool:
        """Tell whether the council has ended: it is read, and publishes nothing."""
        return self.status == CLOSED


class CouncilCountry(Base):
    """A council covers this country, or a part of it."""

    __tablename__ = "council_country"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True, index=True)

    council: Mapped[Council] = relationship(back_populates="countries")
