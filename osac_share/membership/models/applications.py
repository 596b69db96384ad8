"""Organizations that ask to become members, and what is said about it on both sides."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.accounts.models import Organization
from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id
from osac_share.letters.models import Link

UNVERIFIED = "unverified"
WAITING = "waiting"
ASKED = "asked"
ACCEPTED = "accepted"
REFUSED = "refused"
WITHDRAWN = "withdrawn"

STATES = (UNVERIFIED, WAITING, ASKED, ACCEPTED, REFUSED, WITHDRAWN)
OPEN = frozenset({UNVERIFIED, WAITING, ASKED})
"""The states in which something can still become of an application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What an applicant says on the form; the names are those of the columns."""

    name: str
    type: str
    sector: str
    us_basis: str
    us_basis_words: str
    parent: str
    website: str
    domains: list[str]
    countries: list[str]
    abroad: str
    contact_name: str
    contact_title: str
    contact_phone: str
    email: str


class Application(Base):
    """An organization asks to become a member; nobody here vouches for what it says.

    `open_for` is the applicant's address as long as the application is open, so that there
    is only one of them for an address, however often and quickly the form is sent.
    """

    __tablename__ = "application"
    __table_args__ = (Index("ix_application_queue", "state", "verified_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    state: Mapped[str] = mapped_column(String(20), default=UNVERIFIED)
    open_for: Mapped[str | None] = mapped_column(String(254), unique=True)

    name: Mapped[str] = mapped_column(String(200))
    type: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(40))
    us_basis: Mapped[str] = mapped_column(String(20))
    us_basis_words: Mapped[str] = mapped_column(String(500))
    parent: Mapped[str] = mapped_column(String(200))
    website: Mapped[str] = mapped_column(String(300))
    domains: Mapped[list[str]] = mapped_column(JSON)
    countries: Mapped[list[str]] = mapped_column(JSON)
    abroad: Mapped[str] = mapped_column(String(2000))
    contact_name: Mapped[str] = mapped_column(String(120))
    contact_title: Mapped[str] = mapped_column(String(120))
    contact_phone: Mapped[str] = mapped_column(String(40))
    email: Mapped[str] = mapped_column(String(254))

    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    checks: Mapped[list[str]] = mapped_column(JSON, default=list)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(String(1000), default="")
    organization_id: Mapped[int | None] = mapped_column(ForeignKey("organization.id"))

    link: Mapped[Link | None] = relationship()
    organization: Mapped[Organization | None] = relationship()
    messages: Mapped[list[ApplicationMessage]] = relationship(
        back_populates="application", order_by="ApplicationMessage.id"
    )

    @property
    def is_open(self) -> bool:
        """Tell whether something can still become of it."""
        return self.state in OPEN

    def take_answers(self, answers: Answers) -> None:
        """Write down what the form says."""
        for one in fields(answers):
            setattr(self, one.name, getattr(answers, one.name))

    def settle(self, state: str, *, by: int | None, at: datetime, why: str = "") -> None:
        """Note what became of it; without a person, the applicant decided."""
        self.state, self.decided_by, self.decided_at, self.why = state, by, at, why
        self.open_for = None


class ApplicationMessage(Base):
    """A question of the staff about an application, or what the applicant answered."""

    __tablename__ = "application_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(String(4000))

    application: Mapped[Application] = relationship(back_populates="messages")

    @property
    def is_question(self) -> bool:
        """Tell whether the staff wrote it."""
        return self.asked_by is not None
