"""Member organizations, and who may look after one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, func, or_, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import membership_at
from osac_share.audit.models import AuditEntry
from osac_share.kernel.errors import NotFound
from osac_share.membership.policy import ACTIVE, REMIND_DAYS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

HISTORY = 50


@dataclass(frozen=True, slots=True)
class Row:
    """An organization in a list, and how many people represent it."""

    organization: Organization
    people: int


def find_organization_named(session: Session, name: str) -> Organization | None:
    """Return the organization with exactly this name, or None."""
    return session.scalar(select(Organization).where(Organization.name == name))


def get_organization(session: Session, public_id: str, *, to_change: bool = False) -> Organization:
    """Return an organization; `to_change` locks it.

    Raises:
        NotFound: there is none.

    """
    question = select(Organization).where(Organization.public_id == public_id)
    return _one(session, question, to_change=to_change)


def get_own_organization(
    session: Session, person_id: int | None, *, at: datetime, to_change: bool = False
) -> Organization:
    """Return the organization whose point of contact this person is; `to_change` locks it.

    One that has lapsed or is suspended is still theirs: it is they who can bring it back.

    Raises:
        NotFound: they are nobody's contact.

    """
    question = (
        select(Organization)
        .join(Membership, Membership.organization_id == Organization.id)
        .join(Person, membership_at(at))
        .where(Person.id == person_id, Membership.is_contact, Membership.suspended_at.is_(None))
        .order_by(Membership.id.desc())
        .limit(1)
    )
    return _one(session, question, to_change=to_change)


def _one(session: Session, question: Select[Organization], *, to_change: bool) -> Organization:
    if to_change:
        question = question.with_for_update(of=Organization)
        question = question.execution_options(populate_existing=True)
    organization = session.scalar(question)
    if organization is None:
        raise NotFound
    return organization


def find_membership(session: Session, person_id: int | None, *, at: datetime) -> Membership | None:
    """Return what a person is to an organization at `at`, the newest of several, or None."""
    question = (
        select(Membership)
        .join(Person, membership_at(at))
        .where(Person.id == person_id)
        .order_by(Membership.id.desc())
        .limit(1)
    )
    return session.scalar(question)


def organization_rows(
    session: Session,
    *,
    at: datetime,
    words: str = "",
    status: str = "",
    limit: int,
    offset: int = 0,
) -> Sequence[Row]:
    """Return organizations by name whose name or domain holds `words`, of a status if given."""
    people = (
        select(Membership.organization_id, func.count().label("number"))
        .join(Person, membership_at(at))
        .group_by(Membership.organization_id)
        .subquery()
    )
    question = (
        select(Organization, func.coalesce(people.c.number, 0).label("people"))
        .outerjoin(people, people.c.organization_id == Organization.id)
        .order_by(Organization.name)
        .limit(limit)
        .offset(offset)
    )
    rows = session.execute(_narrowed(question, words, status)).all()
    return [Row(row.Organization, row.people) for row in rows]


def count_organizations(session: Session, *, words: str = "", status: str = "") -> int:
    """Return how many organizations such a list has."""
    question = select(func.count()).select_from(Organization)
    number: int | None = session.scalar(_narrowed(question, words, status))
    return number or 0


def _narrowed(question: Any, words: str, status: str) -> Any:  # noqa: ANN401 -- of any columns.
    if words:
        domains = cast(Organization.domains, String)
        question = question.where(
            or_(
                Organization.name.icontains(words, autoescape=True),
                domains.icontains(words, autoescape=True),
            )
        )
    if status:
        question = question.where(Organization.status == status)
    return question


def contacts_of(session: Session, organization_id: int, *, at: datetime) -> Sequence[Person]:
    """Return the points of contact of an organization, suspended accounts left out."""
    question = (
        select(Person)
        .join(Membership, membership_at(at))
        .where(Membership.organization_id == organization_id, Membership.is_contact)
        .where(Membership.suspended_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.name)
    )
    return session.scalars(question).all()


def people_ids(session: Session, organization_id: int, *, at: datetime) -> Sequence[int]:
    """Return the ids of all who represent an organization at `at`."""
    question = (
        select(Person.id)
        .join(Membership, membership_at(at))
        .where(Membership.organization_id == organization_id)
    )
    return session.scalars(question).all()


def due_to_be_reminded(session: Session, *, at: datetime) -> Sequence[Organization]:
    """Return organizations whose contact is to be reminded now, each locked."""
    reached = [
        and_(
            Organization.verify_by <= at + timedelta(days=days),
            or_(Organization.reminded_for.is_(None), Organization.reminded_for > days),
        )
        for days in REMIND_DAYS
    ]
    return _due(session, select(Organization).where(Organization.verify_by > at, or_(*reached)))


def due_to_lapse(session: Session, *, at: datetime) -> Sequence[Organization]:
    """Return organizations in good order that nobody looked over in time, each locked."""
    return _due(session, select(Organization).where(Organization.verify_by <= at))


def _due(session: Session, question: Select[Organization]) -> Sequence[Organization]:
    due = (
        question.where(Organization.status == ACTIVE)
        .order_by(Organization.verify_by, Organization.id)
        .with_for_update(of=Organization, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(due).all()


def history_of(session: Session, organization: Organization) -> Sequence[AuditEntry]:
    """Return what the record says about an organization, the latest first."""
    question = (
        select(AuditEntry)
        .where(AuditEntry.object_kind == "organization")
        .where(AuditEntry.object_id == organization.public_id)
        .order_by(AuditEntry.id.desc())
        .limit(HISTORY)
    )
    return session.scalars(question).all()
