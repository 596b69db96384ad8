"""Who represents an organization, from when until when. None of these commits.

Every change of it changes what somebody may see, in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.accounts.actions import end_weak_sessions, join_organization
from osac_share.audit.actions import record
from osac_share.councils.actions import end_seats_of, renew_clearance
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.letters import actions as letters
from osac_share.membership import queries
from osac_share.membership.policy import may_end_for

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Membership, Organization, Person
    from osac_share.councils.policy import Actor, Standing

LEFT = "no longer represents the organization"


def begin(
    session: Session,
    person: Person,
    organization: Organization,
    *,
    at: datetime,
    is_contact: bool = False,
) -> Membership:
    """Let somebody represent an organization from now on."""
    membership = join_organization(session, person, organization, at=at, is_contact=is_contact)
    renew_clearance(session, person.id, at=at)
    if is_contact:
        end_weak_sessions(session, person.id, at=at)
    return membership


def hand_over(
    session: Session, organization: Organization, membership: Membership, *, at: datetime
) -> None:
    """Make somebody the organization's point of contact, and nobody else any more."""
    for former in queries.contact_memberships(session, organization.id, at=at):
        former.is_contact = False
    membership.is_contact = True
    session.flush()
    end_weak_sessions(session, membership.person_id, at=at)


def suspend(
    session: Session,
    organization: Organization,
    membership: Membership,
    target: Standing,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let somebody represent the organization no longer, until they are restored.

    Args:
        session: the session of the act.
        organization: whose point of contact acts.
        membership: what the person is to it, locked.
        target: where that person stands.
        by: the point of contact.
        at: when, in UTC.

    Raises:
        NotAllowed: this is not the contact, or somebody above them.
        RuleBroken: it is so already.

    """
    _require(session, organization, target, by)
    if membership.suspended_at is not None:
        raise RuleBroken("They are suspended already.")
    membership.suspended_at = at
    _settle(session, "suspend", organization, membership, by=by, at=at)
    _tell(session, organization, membership, "suspended", at=at)


def restore(
    session: Session,
    organization: Organization,
    membership: Membership,
    target: Standing,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Let somebody represent the organization again.

    Raises:
        NotAllowed: this is not the contact, or somebody above them.
        RuleBroken: they are not suspended.

    """
    _require(session, organization, target, by)
    if membership.suspended_at is None:
        raise RuleBroken("They are not suspended.")
    membership.suspended_at = None
    _settle(session, "restore", organization, membership, by=by, at=at)


def end(
    session: Session,
    organization: Organization,
    membership: Membership,
    target: Standing,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """End what somebody is to the organization: they have left.

    They keep their account, what they subscribed to and what they wrote, and can be invited
    by whoever they work for next; the seats that they held for the organization end.

    Raises:
        NotAllowed: this is not the contact, or somebody above them.

    """
    _require(session, organization, target, by)
    _tell(session, organization, membership, "ended", at=at)
    end_memberships(session, membership.person_id, at=at, within=organization.id, by=by)
    detail = {"person": membership.person.public_id}
    note(session, "end", organization, by=by.name_in_record, at=at, **detail)


def end_memberships(
    session: Session,
    person_id: int,
    *,
    at: datetime,
    within: int | None = None,
    by: Actor | None = None,
) -> None:
    """End what a person is to organizations, or to the one with the id `within`."""
    ended = queries.memberships_of(session, person_id, at=at, within=within)
    for membership in ended:
        membership.ended_at, membership.is_contact = at, False
    session.flush()
    if ended:
        end_seats_of(session, person_id, at=at, by=by, because=LEFT)
    renew_clearance(session, person_id, at=at)


def _require(session: Session, organization: Organization, target: Standing, by: Actor) -> None:
    if not queries.speaks_for(session, by.id, organization.id):
        raise NotAllowed("Only the organization's point of contact can do this.")
    if not may_end_for(by.standing, target):
        raise NotAllowed("Program staff decide about this person.")


def _settle(
    session: Session,
    act: str,
    organization: Organization,
    membership: Membership,
    *,
    by: Actor,
    at: datetime,
) -> None:
    session.flush()
    renew_clearance(session, membership.person_id, at=at)
    detail = {"person": membership.person.public_id}
    note(session, act, organization, by=by.name_in_record, at=at, **detail)


def _tell(
    session: Session,
    organization: Organization,
    membership: Membership,
    became: str,
    *,
    at: datetime,
) -> None:
    letters.write(
        session,
        "membership",
        to=membership.person.email,
        at=at,
        person_id=membership.person_id,
        organization=organization.name,
        became=became,
    )


def note(
    session: Session,
    act: str,
    organization: Organization,
    *,
    by: tuple[int | None, str],
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Record what was done with an organization or its people."""
    record(
        session,
        f"organization.{act}",
        by=by,
        at=at,
        object_kind="organization",
        object_id=organization.public_id,
        **detail,
    )
