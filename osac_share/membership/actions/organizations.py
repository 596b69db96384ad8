"""What is kept of a member organization, and whether it is in good order. Nothing commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from osac_share.councils.actions import renew_clearance
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.letters import actions as letters
from osac_share.membership import queries
from osac_share.membership.actions.belonging import note
from osac_share.membership.actions.sending import require_contact
from osac_share.membership.policy import ACTIVE, LAPSED, SUSPENDED, may_vet

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.policy import Actor

STAFF_ONLY = "The program's administrators look after organizations."


@dataclass(frozen=True, slots=True)
class Profile:
    """What a point of contact keeps up to date themselves."""

    website: str
    parent: str
    countries: list[str]


@dataclass(frozen=True, slots=True)
class Classification:
    """What only the staff changes, because sight or trust hangs on it."""

    name: str
    type: str
    sector: str
    domains: list[str]


def revise(
    session: Session, organization: Organization, profile: Profile, *, by: Actor, at: datetime
) -> None:
    """Change what a point of contact may change.

    Raises:
        NotAllowed: this person is not the organization's point of contact.

    """
    require_contact(session, organization, by)
    _write(session, organization, asdict(profile), by=by, at=at)


def reclassify(
    session: Session,
    organization: Organization,
    classification: Classification,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Change name, type, sector or domains; what its people may see follows at once.

    Raises:
        NotAllowed: this person is not of the staff.
        RuleBroken: another organization has exactly this name.

    """
    _require_staff(by)
    namesake = queries.find_organization_named(session, classification.name)
    if namesake is not None and namesake is not organization:
        raise RuleBroken("Another organization has exactly this name.")
    if _write(session, organization, asdict(classification), by=by, at=at):
        renew_all(session, organization, at=at)


def close(
    session: Session, organization: Organization, *, because: str, by: Actor, at: datetime
) -> None:
    """Let an organization's people see no more than strangers do, from now on.

    Raises:
        NotAllowed: this person is not of the staff, or would suspend their own organization.
        RuleBroken: it is so already, or no reason is given.

    """
    _require_staff(by)
    if by.standing.organization_id == organization.id:
        raise NotAllowed("Nobody suspends their own organization.")
    if organization.status == SUSPENDED:
        raise RuleBroken("It is suspended already.")
    if not because.strip():
        raise RuleBroken("Say why: its point of contact reads it.")
    organization.status = SUSPENDED
    renew_all(session, organization, at=at)
    for contact in queries.contacts_of(session, organization.id, at=at):
        letters.write(
            session,
            "organization_suspended",
            to=contact.email,
            at=at,
            person_id=contact.id,
            organization=organization.name,
            reason=because,
        )
    note(session, "close", organization, by=by.name_in_record, at=at, because=because)


def reopen(
    session: Session, organization: Organization, *, because: str, by: Actor, at: datetime
) -> None:
    """Put a suspended organization in good order again. A lapsed one is verified instead.

    Raises:
        NotAllowed: this person is not of the staff.
        RuleBroken: it is not suspended, or no reason is given.

    """
    _require_staff(by)
    if organization.status != SUSPENDED:
        raise RuleBroken("It is not suspended.")
    if not because.strip():
        raise RuleBroken("Say why, for the record.")
    is_overdue = organization.verify_by is not None and organization.verify_by <= at
    organization.status = LAPSED if is_overdue else ACTIVE
    renew_all(session, organization, at=at)
    note(session, "reopen", organization, by=by.name_in_record, at=at, because=because)


def renew_all(session: Session, organization: Organization, *, at: datetime) -> None:
    """Write anew what everybody who represents an organization may see."""
    session.flush()
    for person_id in queries.people_ids(session, organization.id, at=at):
        renew_clearance(session, person_id, at=at)


def _write(
    session: Session,
    organization: Organization,
    values: dict[str, object],
    *,
    by: Actor,
    at: datetime,
) -> bool:
    changed = {name for name, value in values.items() if getattr(organization, name) != value}
    if not changed:
        return False
    for name in changed:
        setattr(organization, name, values[name])
    session.flush()
    note(session, "revise", organization, by=by.name_in_record, at=at, changed=sorted(changed))
    return True


def _require_staff(by: Actor) -> None:
    if not may_vet(by.standing):
        raise NotAllowed(STAFF_ONLY)
