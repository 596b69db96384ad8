"""The people of an organization, and those who are asked to join it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import membership_at
from osac_share.kernel.errors import NotFound
from osac_share.kernel.leases import FAILED
from osac_share.letters.models import Letter, Link
from osac_share.membership.models import LIVING, SENT, TO_CONFIRM, Invitation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

ACTIVE = "active"
INVITED = "invited"
BOUNCED = "bounced"
SUSPENDED = "suspended"

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who represents an organization, and how that stands.

    Attributes:
        person: who.
        membership: what they are to the organization.
        invitation: the letter that they have not followed yet, if that is so.
        bounced: the last letter to them came back.

    """

    person: Person
    membership: Membership
    invitation: Invitation | None
    bounced: bool

    @property
    def state(self) -> str:
        """Return how it stands, by code."""
        if self.membership.suspended_at is not None or self.person.suspended_at is not None:
            return SUSPENDED
        if self.bounced:
            return BOUNCED
        return INVITED if self.invitation is not None else ACTIVE


def colleagues(session: Session, organization_id: int, *, at: datetime) -> Sequence[Colleague]:
    """Return all who represent an organization at `at`, by name, contacts first."""
    question = (
        select(Person, Membership)
        .join(Membership, membership_at(at))
        .where(Membership.organization_id == organization_id)
        .order_by(Membership.is_contact.desc(), Person.name, Person.id)
    )
    rows = session.execute(question).all()
    ids = [person.id for person, _membership in rows]
    unopened = {
        one.person_id: one
        for one in living_invitations(session, organization_id)
        if one.link_id is not None
    }
    failed = _bounced(session, ids)
    return [
        Colleague(person, membership, unopened.get(person.id), person.id in failed)
        for person, membership in rows
    ]


def _bounced(session: Session, person_ids: Sequence[int]) -> frozenset[int]:
    newest = (
        select(func.max(Letter.id))
        .where(Letter.person_id.in_(person_ids))
        .group_by(Letter.person_id)
    )
    failed = select(Letter.person_id).where(Letter.id.in_(newest), Letter.state == FAILED)
    return frozenset(one for one in session.scalars(failed) if one is not None)


def get_colleague(
    session: Session,
    organization_id: int,
    public_id: str,
    *,
    at: datetime,
    to_change: bool = False,
) -> tuple[Person, Membership]:
    """Return somebody who represents this organization; `to_change` locks what they are to it.

    Raises:
        NotFound: nobody of that id does.

    """
    question = (
        select(Person, Membership)
        .join(Membership, membership_at(at))
        .where(Membership.organization_id == organization_id, Person.public_id == public_id)
        .order_by(Membership.id.desc())
        .limit(1)
    )
    if to_change:
        question = question.with_for_update(of=Membership)
        question = question.execution_options(populate_existing=True)
    row = session.execute(question).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def memberships_of(
    session: Session, person_id: int, *, at: datetime, within: int | None = None
) -> Sequence[Membership]:
    """Return what a person is to organizations at `at`, or to the one of this id, each locked."""
    question = select(Membership).join(Person, membership_at(at)).where(Person.id == person_id)
    if within is not None:
        question = question.where(Membership.organization_id == within)
    return session.scalars(question.with_for_update(of=Membership)).all()


def contact_memberships(
    session: Session, organization_id: int, *, at: datetime
) -> Sequence[Membership]:
    """Return what an organization's points of contact are to it, each locked."""
    question = (
        select(Membership)
        .join(Person, membership_at(at))
        .where(Membership.organization_id == organization_id, Membership.is_contact)
        .with_for_update(of=Membership)
    )
    return session.scalars(question).all()


def represents(session: Session, person_id: int, organization_id: int, *, at: datetime) -> bool:
    """Tell whether a person represents an organization at `at`, suspended or not."""
    question = (
        select(Membership.id)
        .join(Person, membership_at(at))
        .where(Person.id == person_id, Membership.organization_id == organization_id)
    )
    return session.scalar(question.limit(1)) is not None


def speaks_for(session: Session, person_id: int | None, organization_id: int) -> bool:
    """Tell whether a person is the point of contact of an organization."""
    question = select(Membership.id).where(
        Membership.person_id == person_id,
        Membership.organization_id == organization_id,
        Membership.is_contact,
        Membership.ended_at.is_(None),
        Membership.suspended_at.is_(None),
    )
    return session.scalar(question.limit(1)) is not None


def is_asked(session: Session, person_id: int, organization_id: int) -> bool:
    """Tell whether somebody has an invitation of this organization that they did not follow."""
    living = living_invitations(session, organization_id)
    return any(one.person_id == person_id for one in living)


def living_invitations(session: Session, organization_id: int) -> Sequence[Invitation]:
    """Return the invitations of an organization that nobody has followed yet, oldest first."""
    question = (
        select(Invitation)
        .outerjoin(Link, Invitation.link_id == Link.id)
        .where(Invitation.organization_id == organization_id, Invitation.state.in_(LIVING))
        .where(Link.used_at.is_(None))
        .order_by(Invitation.id)
    )
    return session.scalars(question).all()


def waiting_invitations(session: Session, organization_id: int) -> Sequence[Invitation]:
    """Return invitations of those who do not represent the organization yet, oldest first."""
    living = living_invitations(session, organization_id)
    return [one for one in living if one.link_id is None]


def find_living_invitation(session: Session, organization_id: int, email: str) -> Invitation | None:
    """Return the invitation of this address that is not settled, locked, or None."""
    question = select(Invitation).where(
        Invitation.organization_id == organization_id,
        Invitation.email == email,
        Invitation.state.in_(LIVING),
    )
    return session.scalar(_locked(question).limit(1))


def get_invitation(session: Session, organization_id: int, public_id: str) -> Invitation:
    """Return an invitation of an organization, locked.

    Raises:
        NotFound: the organization has none of that id.

    """
    question = select(Invitation).where(
        Invitation.organization_id == organization_id, Invitation.public_id == public_id
    )
    return _one(session, _locked(question))


def get_own_invitation(
    session: Session, public_id: str, person_id: int | None, *, to_change: bool = False
) -> Invitation:
    """Return an invitation to this person; `to_change` locks it.

    Raises:
        NotFound: they have none of that id.

    """
    question = (
        select(Invitation)
        .options(joinedload(Invitation.organization))
        .where(Invitation.public_id == public_id, Invitation.person_id == person_id)
    )
    return _one(session, _locked(question) if to_change else question)


def own_invitations(session: Session, person_id: int | None) -> Sequence[Invitation]:
    """Return what somebody who has an account is asked to join or to take over, oldest first."""
    question = (
        select(Invitation)
        .join(Organization)
        .options(joinedload(Invitation.organization))
        .where(Invitation.person_id == person_id, Invitation.state == SENT)
        .where(Invitation.link_id.is_(None))
        .order_by(Invitation.id)
    )
    return session.scalars(question).all()


def invitations_to_confirm(session: Session) -> Sequence[Invitation]:
    """Return invitations to addresses outside of their organization's domains, oldest first."""
    question = (
        select(Invitation)
        .options(joinedload(Invitation.organization))
        .where(Invitation.state == TO_CONFIRM)
        .order_by(Invitation.id)
    )
    return session.scalars(question).all()


def count_invited_lately(session: Session, organization_id: int, *, at: datetime) -> int:
    """Return how many people an organization has invited within a day."""
    question = select(func.count()).select_from(Invitation)
    question = question.where(
        Invitation.organization_id == organization_id, Invitation.created_at > at - A_DAY
    )
    return session.scalar(question) or 0


def _locked(question: Select[Invitation]) -> Select[Invitation]:
    locked = question.with_for_update(of=Invitation)
    return locked.execution_options(populate_existing=True)


def _one(session: Session, question: Select[Invitation]) -> Invitation:
    invitation = session.scalar(question)
    if invitation is None:
        raise NotFound
    return invitation
