"""Asking people to represent an organization. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.membership import queries
from osac_share.membership.actions.belonging import end_memberships
from osac_share.membership.actions.sending import (
    GONE,
    begin_invitation,
    end_link,
    note_invitation,
    require_contact,
    require_living,
    send,
)
from osac_share.membership.models import REPRESENTATIVE, REVOKED, SENT, TO_CONFIRM, Invitation
from osac_share.membership.policy import ACTIVE, MOST_AT_ONCE, Invitee, is_within, may_vet
from osac_share.proposals import actions as proposals

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.policy import Actor
    from osac_share.proposals.models import Proposal

MASS_INVITATION = "mass_invitation"
"""The name of this act in the table of those that need two people."""


def invite(
    session: Session,
    organization: Organization,
    invitees: Sequence[Invitee],
    *,
    by: Actor,
    at: datetime,
) -> Proposal | None:
    """Invite people, or propose to, where they are more than one person may invite in a day.

    An address outside of the organization's domains waits for the staff. Who was invited
    before gets the letter again. The organization is locked.

    Raises:
        NotAllowed: this person is not the organization's point of contact.
        RuleBroken: the organization is not in good order, or somebody is one of its people.

    """
    require_contact(session, organization, by)
    if organization.status != ACTIVE:
        raise RuleBroken("Nobody can be invited while the organization is not in good order.")
    for invitee in invitees:
        _require_newcomer(session, organization, invitee.email, at)
    lately = queries.count_invited_lately(session, organization.id, at=at)
    if len(invitees) + lately > MOST_AT_ONCE:
        about = _about(organization, invitees)
        words = _in_words(organization, invitees)
        return proposals.propose(session, MASS_INVITATION, about=about, words=words, by=by, at=at)
    for invitee in invitees:
        _invite(session, organization, invitee, by=by, at=at)
    return None


def perform_mass_invitation(
    session: Session, about: Mapping[str, Any], *, by: Actor, at: datetime
) -> dict[str, int]:
    """Invite those whom a seconded proposal names, as far as they are not among us meanwhile."""
    organization = queries.get_organization(session, about["organization"], to_change=True)
    require_contact(session, organization, by)
    invited = 0
    for name, email in about["people"]:
        person = find_person_by_email(session, email)
        if person is None or not queries.represents(session, person.id, organization.id, at=at):
            _invite(session, organization, Invitee(name, email), by=by, at=at)
            invited += 1
    return {"invited": invited}


def may_propose_mass_invitation(session: Session, by: Actor, about: Mapping[str, Any]) -> bool:
    """Tell whether this person speaks for the organization that a proposal names."""
    organization = queries.get_organization(session, about["organization"])
    speaks = queries.speaks_for(session, by.id, organization.id)
    return organization.status == ACTIVE and speaks


def may_second_mass_invitation(_session: Session, by: Actor, _about: Mapping[str, Any]) -> bool:
    """Tell whether this person is one of those who look after all organizations."""
    return may_vet(by.standing)


def bring_in(
    session: Session,
    organization: Organization,
    invitee: Invitee,
    *,
    kind: str = REPRESENTATIVE,
    by: Actor,
    at: datetime,
) -> Invitation:
    """Invite somebody whose address needs no further look: the staff vouches for it."""
    invitation = begin_invitation(session, organization, invitee, kind=kind, by=by, at=at)
    send(session, invitation, by=by, at=at)
    return invitation


def resend(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Send an invitation again, with a new link and a new term.

    Raises:
        NotAllowed: this person is not the organization's contact.
        RuleBroken: it is settled, or waits for the staff.

    """
    require_contact(session, invitation.organization, by)
    if invitation.state != SENT:
        raise RuleBroken(GONE)
    send(session, invitation, by=by, at=at)
    note_invitation(session, "invite_again", invitation, by=by.name_in_record, at=at)


def revoke(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Withdraw an invitation; its link is dead, and nobody represents anything by it.

    Raises:
        NotAllowed: this person is neither the organization's contact nor of the staff.
        RuleBroken: it is settled.

    """
    if not may_vet(by.standing):
        require_contact(session, invitation.organization, by)
    require_living(invitation)
    end_link(invitation, at)
    if invitation.link_id is not None and invitation.person_id is not None:
        end_memberships(session, invitation.person_id, at=at, within=invitation.organization_id)
    invitation.settle(REVOKED, by=by.id, at=at)
    note_invitation(session, "revoke", invitation, by=by.name_in_record, at=at)
    session.flush()


def confirm(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Confirm an address outside of the organization's domains: now the letter goes out.

    Raises:
        NotAllowed: this person is not of the staff.
        RuleBroken: it was decided before.

    """
    if not may_vet(by.standing):
        raise NotAllowed("The program's administrators confirm addresses.")
    if invitation.state != TO_CONFIRM:
        raise RuleBroken(GONE)
    send(session, invitation, by=by, at=at)
    note_invitation(session, "confirm", invitation, by=by.name_in_record, at=at)


def _invite(
    session: Session, organization: Organization, invitee: Invitee, *, by: Actor, at: datetime
) -> None:
    known = queries.find_living_invitation(session, organization.id, invitee.email)
    if known is not None and known.state == SENT:
        send(session, known, by=by, at=at)
        return
    if known is not None:
        return
    invitation = begin_invitation(session, organization, invitee, by=by, at=at)
    if is_within(invitee.email, organization.domains):
        send(session, invitation, by=by, at=at)
    else:
        invitation.state = TO_CONFIRM
        session.flush()


def _in_words(organization: Organization, invitees: Sequence[Invitee]) -> str:
    outside = sum(not is_within(one.email, organization.domains) for one in invitees)
    said = f"Invite {len(invitees)} people to represent {organization.name}"
    return f"{said}, {outside} of them with addresses outside of its domains" if outside else said


def _about(organization: Organization, invitees: Sequence[Invitee]) -> dict[str, Any]:
    people = [[invitee.name, invitee.email] for invitee in invitees]
    return {"organization": organization.public_id, "people": people}


def _require_newcomer(
    session: Session, organization: Organization, email: str, at: datetime
) -> None:
    person = find_person_by_email(session, email)
    if person is None or queries.is_asked(session, person.id, organization.id):
        return
    if queries.represents(session, person.id, organization.id, at=at):
        raise RuleBroken(f"{email} is one of your people already.")
