"""People who are asked to represent an organization, or to be its point of contact."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.accounts.models import Organization, Person
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id
from osac_share.letters.models import Link

REPRESENTATIVE = "representative"
CONTACT = "contact"

TO_CONFIRM = "to_confirm"
SENT = "sent"
TAKEN = "taken"
TURNED_DOWN = "turned_down"
REVOKED = "revoked"

LIVING = frozenset({TO_CONFIRM, SENT})
"""The states in which something can still become of an invitation."""


class Invitation(Base):
    """Somebody is asked to represent an organization, or to take over as its contact.

    One whose address is outside of the organization's domains waits until staff confirm it.
    Who has no account gets one, and opens it by the `link` in the letter; who has one accepts
    on a page of theirs, and keeps it with everything in it.
    """

    __tablename__ = "invitation"
    __table_args__ = (
        Index("ix_invitation_organization", "organization_id", "state"),
        Index("ix_invitation_person", "person_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20), default=REPRESENTATIVE)
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(20), default=SENT)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    link: Mapped[Link | None] = relationship()
    organization: Mapped[Organization] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    @property
    def is_living(self) -> bool:
        """Tell whether something can still become of it, its time aside."""
        return self.state in LIVING

    def settle(self, state: str, *, by: int | None, at: datetime) -> None:
        """Note what became of it."""
        self.state, self.settled_by, self.settled_at = state, by, at
