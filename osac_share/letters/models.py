"""Letters, and the links that work once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id
from osac_share.kernel.leases import Leased


class Link(Base):
    """What one address opens, once: its token is computed, so nothing here opens anything."""

    __tablename__ = "link"
    __table_args__ = (Index("ix_link_person_id", "person_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    purpose: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Letter(Leased, Base):
    """One letter and how far it has come; `words` fill its template and hold no secret."""

    __tablename__ = "letter"
    __table_args__ = (Index("ix_letter_due", "state", "available_at"),)

    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    purpose: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))
    created_at: Mapped[datetime]

    link: Mapped[Link | None] = relationship()
