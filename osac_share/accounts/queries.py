"""Who is who."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, or_, select

from osac_share.accounts.models import Membership, Organization, Person, UserSession
from osac_share.accounts.policy import canonical_email
from osac_share.kernel.errors import NotFound
from osac_share.kernel.ids import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import BindParameter, ColumnElement
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What the gate knows of a request's person, read in one query."""

    session_id: int
    person_id: int
    public_id: str
    name: str
    email: str
    time_zone: str
    staff_roles: frozenset[str]
    organization_id: int | None
    organization_name: str | None
    organization_type: str | None
    seen_at: datetime


def membership_at(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that joins a person to the memberships they hold at `at`."""
    return and_(
        Membership.person_id == Person.id,
        Membership.started_at <= at,
        or_(Membership.ended_at.is_(None), Membership.ended_at > at),
    )


def find_person_by_email(session: Session, email: str) -> Person | None:
    """Return the person with this address in any spelling, or None."""
    return session.scalar(select(Person).where(Person.email == canonical_email(email)))


def get_person(session: Session, person_id: int) -> Person:
    """Return a person by id.

    Raises:
        NotFound: there is nobody with that id.

    """
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person


def find_signed_in(
    session: Session, secret: str, *, at: datetime, idle: timedelta, longest: timedelta
) -> SignedIn | None:
    """Return whose living session this secret opens, or None.

    A session is dead when it was ended, idle for too long or has reached its longest age,
    or when its person is suspended: that takes effect on the very next request.
    """
    row = session.execute(
        _SIGNED_IN,
        {"digest": digest(secret), "at": at, "seen": at - idle, "begun": at - longest},
    ).first()
    if row is None:
        return None
    return SignedIn(*row[:6], frozenset(row[6]), *row[7:])


# Asked on every request of everybody who is signed in, and so put together only once.
_SIGNED_IN = (
    select(
        UserSession.id,
        Person.id,
        Person.public_id,
        Person.name,
        Person.email,
        Person.time_zone,
        Person.staff_roles,
        Organization.id,
        Organization.name,
        Organization.type,
        UserSession.seen_at,
    )
    .join(Person, UserSession.person_id == Person.id)
    .outerjoin(Membership, membership_at(bindparam("at")))
    .outerjoin(
        Organization,
        and_(Membership.organization_id == Organization.id, Organization.status == "active"),
    )
    .where(UserSession.token_digest == bindparam("digest"), UserSession.ended_at.is_(None))
    .where(UserSession.seen_at > bindparam("seen"), UserSession.started_at > bindparam("begun"))
    .where(Person.suspended_at.is_(None))
    .order_by(Membership.id.desc())
    .limit(1)
)


def organizations(session: Session) -> Sequence[Organization]:
    """Return all organizations by name."""
    return session.scalars(select(Organization).order_by(Organization.name)).all()
