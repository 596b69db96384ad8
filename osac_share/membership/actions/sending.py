"""What every invitation goes through: begun, sent by letter, ended. None of these commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.accounts import actions as accounts
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.letters import actions as letters
from osac_share.membership import queries
from osac_share.membership.actions.belonging import begin, note
from osac_share.membership.models import CONTACT, REPRESENTATIVE, SENT, Invitation

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization, Person
    from osac_share.councils.policy import Actor
    from osac_share.membership.policy import Invitee

LASTS = timedelta(days=14)
GONE = "This invitation was withdrawn, answered or replaced after you opened it."


def begin_invitation(
    session: Session,
    organization: Organization,
    invitee: Invitee,
    *,
    kind: str = REPRESENTATIVE,
    by: Actor,
    at: datetime,
) -> Invitation:
    """Write an invitation down; no letter goes out yet."""
    invitation = Invitation(
        organization=organization,
        kind=kind,
        email=invitee.email,
        name=invitee.name,
        state=SENT,
        created_at=at,
        created_by=by.id,
        expires_at=at + LASTS,
    )
    session.add(invitation)
    session.flush()
    told = {"email": invitee.email, "kind": kind}
    note(session, "invite", organization, by=by.name_in_record, at=at, **told)
    return invitation


def send(session: Session, invitation: Invitation, *, by: Actor, at: datetime) -> None:
    """Send the letter that is right for the address; nobody learns here which it was."""
    invitation.state, invitation.expires_at = SENT, at + LASTS
    person = find_person_by_email(session, invitation.email)
    if person is not None and (person.is_open or person.suspended_at is not None):
        ask_account(session, invitation, person, by=by, at=at)
        return
    end_link(invitation, at)
    person, invitation.link = accounts.invite(
        session,
        email=invitation.email,
        name=invitation.name,
        by=by.name_in_record,
        at=at,
    )
    # What opens an account is open for a shorter time than a question to somebody who has one.
    invitation.person, invitation.expires_at = person, invitation.link.expires_at
    if not queries.represents(session, person.id, invitation.organization_id, at=at):
        is_contact = invitation.kind == CONTACT
        begin(session, person, invitation.organization, at=at, is_contact=is_contact)
    session.flush()


def ask_account(
    session: Session, invitation: Invitation, person: Person, *, by: Actor, at: datetime
) -> None:
    """Ask somebody who has an account; nothing changes before they accept."""
    invitation.person, invitation.link = person, None
    letters.write(
        session,
        "hand_over" if invitation.kind == CONTACT else "joining",
        to=person.email,
        at=at,
        person_id=person.id,
        inviter=by.name,
        organization=invitation.organization.name,
        invitation=invitation.public_id,
        until_when=invitation.expires_at,
    )
    session.flush()


def end_link(invitation: Invitation, at: datetime) -> None:
    """End the link of the letter before, if there was one."""
    if invitation.link is not None and invitation.link.used_at is None:
        invitation.link.ended_at = at


def require_contact(session: Session, organization: Organization, by: Actor) -> None:
    """Let nobody act for an organization but its point of contact.

    Raises:
        NotAllowed: this is somebody else.

    """
    if not queries.speaks_for(session, by.id, organization.id):
        raise NotAllowed("Only the organization's point of contact can do this.")


def require_living(invitation: Invitation) -> None:
    """Let nobody decide about what is settled.

    Raises:
        RuleBroken: it is, or its link was followed.

    """
    followed = invitation.link is not None and invitation.link.used_at is not None
    if not invitation.is_living or followed:
        raise RuleBroken(GONE)


def note_invitation(
    session: Session,
    act: str,
    invitation: Invitation,
    *,
    by: tuple[int | None, str],
    at: datetime,
) -> None:
    """Record what became of an invitation."""
    note(session, act, invitation.organization, by=by, at=at, email=invitation.email)
