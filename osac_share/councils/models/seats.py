"""Who sits on councils, and the kept copy of what that lets them see."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.councils.models.councils import Council
from osac_share.kernel.db import Base

if TYPE_CHECKING:
    from osac_share.accounts.models import Organization, Person


class Seat(Base):
    """A person holds a seat on a council for a term. Regional Security Officers rotate.

    `turns_at` is the next moment at which the seat begins or ends to count, None when there is
    none to come: until then the kept clearance of its holder stays right.
    """

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
    turns_at: Mapped[datetime | None] = mapped_column(index=True)

    council: Mapped[Council] = relationship()

    def has_ended_by(self, at: datetime) -> bool:
        """Tell whether the term is over at `at`."""
        return self.ended_at is not None and self.ended_at <= at

    def counts_at(self, at: datetime) -> bool:
        """Tell whether the seat is held at `at`."""
        return self.started_at <= at and not self.has_ended_by(at)


class Member(NamedTuple):
    """One line of a members' list."""

    seat: Seat
    person: Person
    organization: Organization | None


class Clearance(Base):
    """One token that a person meets, kept so that matching is one set-based statement.

    A copy made by `policy.clearance_of`, renewed in the transaction of every change of
    standing; what is shown or sent is decided on the standing itself.
    """

    __tablename__ = "clearance"

    token: Mapped[str] = mapped_column(String(60), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
