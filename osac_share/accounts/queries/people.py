"""Who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, cast, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.policy import canonical_email
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session


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


def suspended_among(session: Session, people: Collection[int]) -> AbstractSet[int]:
    """Return the ids of those of these people who are suspended."""
    if not people:
        return frozenset()
    found = select(Person.id).where(Person.id.in_(people), Person.suspended_at.is_not(None))
    return frozenset(session.scalars(found))


def staff_with(session: Session, role: str) -> Sequence[Person]:
    """Return the staff who have a role and are not suspended, in the order of their ids."""
    # Roles are a list in a column, and staff are few.
    named = select(Person).where(
        Person.suspended_at.is_(None), cast(Person.staff_roles, String).contains(role)
    )
    return [one for one in session.scalars(named.order_by(Person.id)) if role in one.staff_roles]


def words_about(session: Session, person: Person) -> list[str]:
    """Return what anybody knows of somebody: no passphrase of theirs is made of it."""
    represented = session.scalars(
        select(Organization.name)
        .join(Membership, Membership.organization_id == Organization.id)
        .where(Membership.person_id == person.id)
    )
    return [person.name, person.email, *represented]


def organizations(session: Session) -> Sequence[Organization]:
    """Return all organizations by name."""
    return session.scalars(select(Organization).order_by(Organization.name)).all()
