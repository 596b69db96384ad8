"""What is read of a person whenever somebody acts as them, by a session or by a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, bindparam, or_

from osac_share.accounts.models import Membership, Organization, Person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import BindParameter, ColumnElement, FromClause

_PERSON = Person.__table__.c
_MEMBERSHIP, _ORGANIZATION = Membership.__table__.c, Organization.__table__.c

FACTS = (
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
    _MEMBERSHIP.id,
    _MEMBERSHIP.is_contact,
    _MEMBERSHIP.suspended_at,
)
"""The columns of a question that `about_person` finishes, as `Known.facts` reads them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A person at the moment of a request."""

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
    in_good_order: bool
    """Not, where their organization is not, or has suspended them: then nothing is open."""
    is_contact: bool
    """They speak for their organization, in good order or not: they can bring it back."""

    @staticmethod
    def facts(row: Sequence[Any]) -> dict[str, Any]:
        """Return the fields of a person from the columns `FACTS`."""
        return {
            "person_id": row[0],
            "public_id": row[1],
            "name": row[2],
            "email": row[3],
            "time_zone": row[4],
            "staff_roles": frozenset(row[5]),
            "groups": frozenset(row[6]),
            "organization_id": row[7],
            "organization_name": row[8],
            "organization_type": row[9],
            "organization_sector": row[10],
            "in_good_order": row[11] is None or row[7] is not None,
            "is_contact": bool(row[12]) and row[13] is None,
        }


def about_person(
    question: Select[*tuple[Any, ...]], source: FromClause, person_id: ColumnElement[int]
) -> Select[*tuple[Any, ...]]:
    """Return a question about `source` that also asks who the person in it is at `at`.

    Nobody who is suspended is found. The first row is that of the newest membership.
    """
    return (
        question.select_from(source)
        .join(Person.__table__, person_id == _PERSON.id)
        .outerjoin(Membership.__table__, membership_at(bindparam("at")))
        .outerjoin(Organization.__table__, organization_in_good_order())
        .where(_PERSON.suspended_at.is_(None))
        .order_by(_MEMBERSHIP.id.desc())
    )


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
