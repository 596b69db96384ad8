"""Following an invitation, or not; handing over as point of contact. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel.errors import RuleBroken
from osac_share.membership import queries
from osac_share.membership.actions.belonging import begin, end_memberships, hand_over
from osac_share.membership.actions.sending import (
    GONE,
    ask_account,
    begin_invitation,
    note_invitation,
    require_contact,
    require_living,
)
from osac_share.membership.models import CONTACT, SENT, TAKEN, TURNED_DOWN
from osac_share.membership.policy import ACTIVE, Invitee

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization, Person
    from osac_share.councils.policy import Actor
    from osac_share.membership.models import Invitation


def offer_contact(
    session: Session, organization: Organization, person: Person, *, by: Actor, at: datetime
) -> Invitation:
    """Offer a colleague to take over as the point of contact; until they accept, nothing changes.

    Raises:
        NotAllowed: this person is not the contact themselves.
        RuleBroken: it was offered to somebody already, or the colleague cannot take it.

    """
    require_contact(session, organization, by)
    membership = queries.find_membership(session, person.id, at=at)
    if membership is None or membership.suspended_at or person.suspended_at:
        raise RuleBroken("Only somebody in good order can take over.")
    if membership.is_contact:
        raise RuleBroken("They are the point of contact already.")
    waiting = queries.living_invitations(session, organization.id)
    if any(one.kind == CONTACT and one.link_id is None for one in waiting):
        raise RuleBroken("It is offered to somebody already. Withdraw that offer first.")
    invitee = Invitee(person.name, person.email)
    invitation = begin_invitation(session, organization, invitee, kind=CONTACT, by=by, at=at)
    ask_account(session, invitation, person, by=by, at=at)
    return invitation


def take(session: Session, invitation: Invitation, person: Person, *, at: datetime) -> None:
    """Accept: from now on this account represents the organization, and no other.

    Who takes over as the point of contact relieves whoever was it before.

    Raises:
        RuleBroken: it is settled, has run out, or the organization is not in good order.

    """
    organization = invitation.organization
    if invitation.state != SENT or at >= invitation.expires_at:
        raise RuleBroken(GONE)
    membership = queries.find_membership(session, person.id, at=at)
    if membership is None or membership.organization_id != organization.id:
        if organization.status != ACTIVE:
            raise RuleBroken("This organization is not in good order at the moment.")
        end_memberships(session, person.id, at=at)
        membership = begin(session, person, organization, at=at)
    if membership.suspended_at is not None:
        raise RuleBroken("Your point of contact has suspended you.")
    if invitation.kind == CONTACT:
        hand_over(session, organization, membership, at=at)
    invitation.settle(TAKEN, by=person.id, at=at)
    act = "take_over" if invitation.kind == CONTACT else "join"
    note_invitation(session, act, invitation, by=(person.id, person.name), at=at)
    session.flush()


def turn_down(session: Session, invitation: Invitation, person: Person, *, at: datetime) -> None:
    """Decline an invitation.

    Raises:
        RuleBroken: it is settled.

    """
    require_living(invitation)
    invitation.settle(TURNED_DOWN, by=person.id, at=at)
    note_invitation(session, "turn_down", invitation, by=(person.id, person.name), at=at)
    session.flush()
