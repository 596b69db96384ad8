"""How people come to have an account, and to represent somebody. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.accounts.actions.hashing import hashed
from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.policy import canonical_email, problem_with
from osac_share.accounts.queries import find_person_by_email
from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session


def open_account(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    at: datetime,
    time_zone: str = "UTC",
    staff_roles: Iterable[str] = (),
) -> Person:
    """Create a person who can sign in.

    Raises:
        RuleBroken: the passphrase will not do, or the address is taken.

    """
    if problem := problem_with(password, about=(name, email)):
        raise RuleBroken(problem)
    if find_person_by_email(session, email) is not None:
        raise RuleBroken("There is already an account with this address.")
    person = Person(
        email=canonical_email(email),
        name=name,
        password_hash=hashed(password),
        time_zone=time_zone,
        staff_roles=sorted(staff_roles),
        created_at=at,
    )
    session.add(person)
    session.flush()
    record_act(
        session,
        "account.open",
        by=SYSTEM,
        at=at,
        object_kind="person",
        object_id=person.public_id,
        staff_roles=person.staff_roles,
    )
    return person


def join_organization(
    session: Session,
    person: Person,
    organization: Organization,
    *,
    at: datetime,
    is_contact: bool = False,
) -> Membership:
    """Let a person represent an organization from `at` on, perhaps as its point of contact."""
    membership = Membership(
        person=person, organization=organization, is_contact=is_contact, started_at=at
    )
    session.add(membership)
    session.flush()
    return membership
