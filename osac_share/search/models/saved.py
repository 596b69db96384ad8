"""Searches that are kept: a person's own, and those that a council recommends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.accounts.models import Person
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

LONGEST_NAME = 80


class SavedSearch(Base):
    """A search that somebody keeps: its words in canonical form, and when they last looked.

    Its alert is no part of it: that is the person's living subscription with the same words.
    """

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("person_id", "words"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    words: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]
    looked_at: Mapped[datetime]


class RecommendedSearch(Base):
    """A search that the chairs of a council recommend to members."""

    __tablename__ = "recommended_search"
    __table_args__ = (UniqueConstraint("council_id", "words"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    words: Mapped[str] = mapped_column(String(400))
    recommended_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    by: Mapped[Person] = relationship()
