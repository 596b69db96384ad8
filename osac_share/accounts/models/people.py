"""Member organizations, people, and who represents whom."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from osac_share.kernel.db import Base
from osac_share.kernel.ids import new_public_id


class Organization(Base):
    """A U.S. company, school, faith group or non-profit with interests abroad.

    Membership belongs to the organization; its people come and go. `verify_by` is until when
    its point of contact must look over what is kept of it; without a date it never lapses.
    `reminded_for` is the last of the reminders that went out, in days before that date.
    """

    __tablename__ = "organization"
    __table_args__ = (Index("ix_organization_due", "status", "verify_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    type: Mapped[str] = mapped_column(String(20))
    sector: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(20), default="active")
    website: Mapped[str] = mapped_column(String(300), default="")
    domains: Mapped[list[str]] = mapped_column(JSON, default=list)
    parent: Mapped[str] = mapped_column(String(200), default="")
    us_basis: Mapped[str] = mapped_column(String(20), default="")
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    verified_at: Mapped[datetime | None]
    verify_by: Mapped[datetime | None]
    reminded_for: Mapped[int | None]
    lapsed_at: Mapped[datetime | None]


class Person(Base):
    """Somebody who can sign in.

    `staff_roles` are program-wide roles, not council seats; `groups` are circles of government
    people, law enforcement say, that a report can be for. An account has no passphrase, and is
    not open, until whoever was invited to it has chosen one.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(20), unique=True, default=new_public_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    time_zone: Mapped[str] = mapped_column(String(60), default="UTC")
    staff_roles: Mapped[list[str]] = mapped_column(JSON, default=list)
    groups: Mapped[list[str]] = mapped_column(JSON, default=list)
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(back_populates="person")

    @property
    def is_open(self) -> bool:
        """Tell whether somebody has chosen a passphrase for this account."""
        return bool(self.password_hash)


class Membership(Base):
    """A person represents an organization for a time, perhaps as its point of contact.

    One that is suspended goes on to exist, but opens nothing.
    """

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_person_id", "person_id", "ended_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organization.id"), index=True)
    is_contact: Mapped[bool] = mapped_column(default=False)
    started_at: Mapped[datetime]
    suspended_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(back_populates="memberships")
    organization: Mapped[Organization] = relationship()
