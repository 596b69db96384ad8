"""Who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Organization, Person
from osac_share.accounts.policy import canonical_email
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Sequence

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


def organizations(session: Session) -> Sequence[Organization]:
    """Return all organizations by name."""
    return session.scalars(select(Organization).order_by(Organization.name)).all()
