"""The yearly look over an organization: reminders, the lapse, and the way back. Nothing commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.audit.actions import SYSTEM
from osac_share.councils.queries import standings_of
from osac_share.kernel.errors import RuleBroken
from osac_share.letters import actions as letters
from osac_share.membership import queries
from osac_share.membership.actions.belonging import end, note
from osac_share.membership.actions.organizations import renew_all
from osac_share.membership.actions.sending import require_contact
from osac_share.membership.policy import (
    ACTIVE,
    EVERY,
    LAPSED,
    SUSPENDED,
    may_end_for,
    reminder_due,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.policy import Actor


def remind(session: Session, organization: Organization, *, at: datetime) -> int:
    """Write to the point of contact that the yearly look is due, and return how many letters."""
    if organization.verify_by is None:
        return 0
    days = reminder_due(organization.verify_by, organization.reminded_for, at=at)
    if days is None:
        return 0
    organization.reminded_for = days
    note(session, "remind", organization, by=SYSTEM, at=at, days=days)
    return _write(session, "verification_due", organization, at=at)


def lapse(session: Session, organization: Organization, *, at: datetime) -> None:
    """End what an organization's people may see, because nobody looked over it in time."""
    organization.status, organization.lapsed_at = LAPSED, at
    renew_all(session, organization, at=at)
    _write(session, "organization_lapsed", organization, at=at)
    note(session, "lapse", organization, by=SYSTEM, at=at)


def verify(
    session: Session,
    organization: Organization,
    still_here: Collection[str],
    *,
    by: Actor,
    at: datetime,
) -> int:
    """Confirm an organization for another year, and end what those who left are to it.

    One that had lapsed is in good order again.

    Args:
        session: the session of the act.
        organization: the one that the actor speaks for, locked.
        still_here: the public ids of those who still represent it. Everybody else is ended;
            those about whom a contact does not decide stay as they are.
        by: the point of contact.
        at: when, in UTC.

    Returns:
        How many people were ended.

    Raises:
        NotAllowed: this person is not the organization's point of contact.
        RuleBroken: the staff have suspended it.

    """
    require_contact(session, organization, by)
    if organization.status == SUSPENDED:
        raise RuleBroken("It is suspended. Write to the program's staff.")
    ended = _end_those_who_left(session, organization, still_here, by=by, at=at)
    organization.status, organization.lapsed_at = ACTIVE, None
    organization.verified_at, organization.verify_by = at, at + EVERY
    organization.reminded_for = None
    renew_all(session, organization, at=at)
    note(session, "verify", organization, by=by.name_in_record, at=at, ended=ended)
    return ended


def _end_those_who_left(
    session: Session,
    organization: Organization,
    still_here: Collection[str],
    *,
    by: Actor,
    at: datetime,
) -> int:
    people = queries.colleagues(session, organization.id, at=at)
    standings = standings_of(session, {one.person.id for one in people}, at=at)
    left = [
        one
        for one in people
        if one.person.public_id not in still_here
        and may_end_for(by.standing, standings[one.person.id])
    ]
    for one in left:
        target = standings[one.person.id]
        end(session, organization, one.membership, target, by=by, at=at)
    return len(left)


def _write(session: Session, purpose: str, organization: Organization, *, at: datetime) -> int:
    contacts = queries.contacts_of(session, organization.id, at=at)
    for contact in contacts:
        letters.write(
            session,
            purpose,
            to=contact.email,
            at=at,
            person_id=contact.id,
            organization=organization.name,
            verify_by=organization.verify_by or at,
        )
    return len(contacts)
