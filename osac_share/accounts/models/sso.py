"""By whom else somebody is known."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base


class Identity(Base):
    """A person's account at a provider of single sign-on: its issuer and, there, the subject.

    Nothing else binds it to the person, an address least of all.
    """

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("issuer", "subject"),
        UniqueConstraint("person_id", "issuer"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
