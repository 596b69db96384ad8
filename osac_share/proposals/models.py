"""The rows of proposals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.accounts.models import Person
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id

OPEN = "open"
PERFORMED = "performed"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
EXPIRED = "expired"


class Proposal(Base):
    """One act that waits for a second person, or what became of it.

    `about` says what it would be done to, in ids and codes for the program; `words` say the
    same in a sentence for people. `outcome` is what came of doing it.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index("ix_proposal_due", "state", "expires_at"),
        Index("ix_proposal_proposed_by", "proposed_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    words: Mapped[str] = mapped_column(String(500))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20), default=OPEN)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    why: Mapped[str] = mapped_column(String(500), default="")
    outcome: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    proposer: Mapped[Person] = relationship(foreign_keys=[proposed_by], lazy="joined")
    decider: Mapped[Person | None] = relationship(foreign_keys=[decided_by], lazy="joined")
