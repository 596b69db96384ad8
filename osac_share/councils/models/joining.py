"""Members of the community who ask to sit on a council."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.accounts.models import Person
from osac_share.councils.models.councils import Council
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

WAITING = "waiting"
ACCEPTED = "accepted"
REFUSED = "refused"
TAKEN_BACK = "taken_back"


class JoinRequest(Base):
    """Somebody asks a council to let them in, once at a time, and what became of it."""

    __tablename__ = "join_request"
    __table_args__ = (
        Index("ix_join_request_queue", "council_id", "state"),
        Index(
            "uq_join_request_waiting",
            "council_id",
            "person_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    words: Mapped[str] = mapped_column(String(300), default="")
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20), default=WAITING)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(300), default="")

    council: Mapped[Council] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined")
