"""Whose session it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, not_, or_, select

from osac_share.accounts.models import Membership, Organization, Person, UserSession

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement


_SESSION, _PERSON = UserSession.__table__.c, Person.__table__.c
_MEMBERSHIP, _ORGANIZATION = Membership.__table__.c, Organization.__table__.c


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
    groups: frozenset[str]
    organization_id: int | None
    organization_name: str | None
    organization_type: str | None
    organization_sector: str | None
    seen_at: datetime
    in_good_order: bool
    """Not, where their organization is not, or has suspended them: then nothing is open."""
    is_contact: bool
    """They speak for their organization, in good order or not: they can bring it back."""

    @classmethod
    def of(cls, row: Sequence[Any]) -> SignedIn:
        """Read the first row of `SIGNED_IN`, whatever else was asked with it."""
        organization_id, (membership_id, is_contact, suspended_at) = row[8], row[13:16]
        in_good_order = membership_id is None or organization_id is not None
        speaks = bool(is_contact) and suspended_at is None
        circles = frozenset(row[6]), frozenset(row[7])
        fields = [*row[:6], *circles, *row[8:13], in_good_order, speaks]
        return cls(*fields)


def membership_at(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Return the condition that joins a person to the memberships they hold at `at`."""
    return and_(
        _MEMBERSHIP.person_id == _PERSON.id,
        _MEMBERSHIP.started_at <= at,
        or_(_MEMBERSHIP.ended_at.is_(None), _MEMBERSHIP.ended_at > at),
    )


def organization_in_good_order() -> ColumnElement[bool]:
    """Return the condition that joins a membership to its organization while that counts.

    It does not while the organization is suspended or has lapsed, or has suspended the person.
    """
    return and_(
        _MEMBERSHIP.organization_id == _ORGANIZATION.id,
        _ORGANIZATION.status == "active",
        _MEMBERSHIP.suspended_at.is_(None),
    )


# Asked on every request of everybody who is signed in: put together only once, and of the
# tables rather than the classes, since nothing of it becomes an object. Whoever sits above
# may add what else they need to know of the person, and spare a question.
SIGNED_IN = (
    select(
        _SESSION.id,
        _PERSON.id,
        _PERSON.public_id,
        _PERSON.name,
        _PERSON.email,
        _PERSON.time_zone,
        _PERSON.staff_roles,
        _PERSON.groups,
        _ORGANIZATION.id,
        _ORGANIZATION.name,
        _ORGANIZATION.type,
        _ORGANIZATION.sector,
        _SESSION.seen_at,
        _MEMBERSHIP.id,
        _MEMBERSHIP.is_contact,
        _MEMBERSHIP.suspended_at,
    )
    .select_from(UserSession.__table__)
    .join(Person.__table__, _SESSION.person_id == _PERSON.id)
    .outerjoin(Membership.__table__, membership_at(bindparam("at")))
    .outerjoin(Organization.__table__, organization_in_good_order())
    .where(_SESSION.token_digest == bindparam("digest"), _SESSION.ended_at.is_(None))
    .where(_SESSION.seen_at > bindparam("seen"), _SESSION.started_at > bindparam("begun"))
    .where(or_(not_(_SESSION.needs_factor), _SESSION.strong_at.is_not(None)))
    .where(_PERSON.suspended_at.is_(None))
    .order_by(_MEMBERSHIP.id.desc())
)
"""Who holds the living session of `digest` at `at`: rows as `SignedIn.of` reads them.

A session is dead when it was ended, idle for too long (seen no later than `seen`) or has
reached its longest age (begun no later than `begun`), or when its person is suspended: that
takes effect on the very next request. While a second factor is still to be shown in it, a
session is nobody's.
"""
