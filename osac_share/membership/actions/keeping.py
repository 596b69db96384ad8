"""What the staff does with the accounts of an organization's people. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.accounts import actions as accounts
from osac_share.accounts.actions import ending
from osac_share.audit.actions import record
from osac_share.councils.actions import renew_clearance
from osac_share.councils.policy import GROUPS
from osac_share.councils.queries import standing_of
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.membership.actions.belonging import end_memberships, note
from osac_share.membership.policy import may_administer
from osac_share.tokens import actions as tokens
from osac_share.tokens.models import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization, Person
    from osac_share.councils.policy import Actor


def suspend_account(
    session: Session, person: Person, *, because: str, by: Actor, at: datetime
) -> None:
    """Let somebody sign in no longer; sessions and tokens end, and nothing is sent to them.

    Raises:
        NotAllowed: this person is not of the staff, or the other is above them.
        RuleBroken: it is so already, or no reason is given.

    """
    _require(session, person, because, by, at)
    ending.suspend(session, person, by=by.name_in_record, at=at, because=because)
    tokens.revoke_all(session, person.id, because=ACCOUNT, by=by.name_in_record, at=at)
    session.flush()
    renew_clearance(session, person.id, at=at)


def restore_account(
    session: Session, person: Person, *, because: str, by: Actor, at: datetime
) -> None:
    """Let somebody sign in again.

    Raises:
        NotAllowed: this person is not of the staff, or the other is above them.
        RuleBroken: the account is not suspended, or no reason is given.

    """
    _require(session, person, because, by, at)
    ending.restore(session, person, by=by.name_in_record, at=at, because=because)
    session.flush()
    renew_clearance(session, person.id, at=at)


def end_sessions(
    session: Session, person: Person, *, because: str, by: Actor, at: datetime
) -> None:
    """End somebody's sessions on every device, and tell them.

    Raises:
        NotAllowed: this person is not of the staff, or the other is above them.
        RuleBroken: no reason is given.

    """
    _require(session, person, because, by, at)
    ending.end_sessions(session, person, by=by.name_in_record, at=at, because=because)


def clear_factors(
    session: Session, person: Person, *, because: str, by: Actor, at: datetime
) -> None:
    """Take all second factors from somebody who lost them, and tell them.

    Raises:
        NotAllowed: this person is not of the staff, or the other is above them.
        RuleBroken: no reason is given.

    """
    _require(session, person, because, by, at)
    accounts.clear_factors(session, person, by=by.name_in_record, at=at, because=because)


def set_groups(
    session: Session,
    person: Person,
    groups: Collection[str],
    *,
    because: str,
    by: Actor,
    at: datetime,
) -> None:
    """Say in which circles of government people somebody is: exactly these.

    Raises:
        NotAllowed: this person is not of the staff, or the other is above them.
        RuleBroken: no reason is given, or it is somebody who does not represent the Government.

    """
    _require(session, person, because, by, at)
    chosen = [group for group in GROUPS if group in groups]
    standing = standing_of(session, person.id, at=at)
    if chosen and standing.organization_type != "government":
        raise RuleBroken("Only people of the U.S. Government are in these groups.")
    before, person.groups = person.groups, chosen
    session.flush()
    renew_clearance(session, person.id, at=at)
    record(
        session,
        "account.groups",
        by=by.name_in_record,
        at=at,
        object_kind="person",
        object_id=person.public_id,
        before=before,
        after=chosen,
        because=because,
    )


def remove(
    session: Session,
    organization: Organization,
    person: Person,
    *,
    because: str,
    by: Actor,
    at: datetime,
) -> None:
    """End what somebody is to an organization, in the place of its point of contact.

    Raises:
        NotAllowed: this person is not of the staff, or the other is above them.
        RuleBroken: no reason is given.

    """
    _require(session, person, because, by, at)
    end_memberships(session, person.id, at=at, within=organization.id, by=by)
    told = {"person": person.public_id, "because": because}
    note(session, "end", organization, by=by.name_in_record, at=at, **told)


def _require(session: Session, person: Person, because: str, by: Actor, at: datetime) -> None:
    if not may_administer(by.standing, standing_of(session, person.id, at=at)):
        raise NotAllowed("You do not decide about this account.")
    if not because.strip():
        raise RuleBroken("Say why, for the record.")
