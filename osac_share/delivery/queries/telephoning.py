"""Whom to telephone about an edition, in the order of a call sheet, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from osac_share.accounts.models import Membership, Person
from osac_share.accounts.queries import membership_at
from osac_share.channels.models import SMS, Endpoint
from osac_share.channels.policy import unsealed
from osac_share.channels.queries import verified_endpoints
from osac_share.councils.policy import STRANGER, clearance_of, may_see
from osac_share.councils.queries import members, standings_of
from osac_share.delivery.models import Acknowledgement, PhoneCall
from osac_share.delivery.policy.telephoning import Callee, Household
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import EditionAudience

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition

NOBODY_S = "Of no organization"


def call_list(
    session: Session, edition: Edition, council_id: int, *, key: str, at: datetime
) -> list[Household]:
    """Return whom to telephone, organization by organization.

    The points of contact of every organization that sits on the council; of one that has none,
    its people on the council. Nobody is on it who may not see the edition.

    Args:
        session: the session of the request.
        edition: what they are to be told.
        council_id: whose members are called.
        key: the installation's, by which numbers are kept.
        at: now, in UTC.

    """
    groups = _groups(session, council_id, at)
    people = {one.id: one for _, group in groups for one in group}
    seeing = _seeing(session, edition, people, at)
    callees = _callees(session, edition, [people[one] for one in people if one in seeing], key, at)
    households = (
        Household(name, [callees[one.id] for one in group if one.id in callees])
        for name, group in groups
    )
    return [one for one in households if one.people]


def get_callee(
    session: Session, edition: Edition, council_id: int, public_id: str, *, at: datetime
) -> Person:
    """Return somebody who is on the call list of an edition.

    Raises:
        NotFound: they are not on it.

    """
    for household in call_list(session, edition, council_id, key="", at=at):
        for callee in household.people:
            if callee.person.public_id == public_id:
                return callee.person
    raise NotFound


def _groups(
    session: Session, council_id: int, at: datetime
) -> Sequence[tuple[str, Sequence[Person]]]:
    """Return whom to call of each organization, by its name; two may have the same name."""
    names: dict[int, str] = {}
    seated: dict[int, dict[int, Person]] = defaultdict(dict)
    for one in members(session, council_id, at=at):
        organization_id = one.organization.id if one.organization else 0
        names[organization_id] = one.organization.name if one.organization else NOBODY_S
        seated[organization_id][one.person.id] = one.person
    contacts = _contacts(session, names, at)
    return [
        (names[one], contacts.get(one) or list(seated[one].values()))
        for one in sorted(names, key=lambda one: (names[one], one))
    ]


def _contacts(
    session: Session, organization_ids: Collection[int], at: datetime
) -> Mapping[int, list[Person]]:
    question = (
        select(Membership.organization_id, Person)
        .join(Person, membership_at(at))
        .where(Membership.organization_id.in_(organization_ids), Membership.is_contact)
        .where(Membership.suspended_at.is_(None), Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    found: dict[int, list[Person]] = defaultdict(list)
    for organization_id, person in session.execute(question):
        found[organization_id].append(person)
    return found


def _seeing(
    session: Session, edition: Edition, person_ids: Collection[int], at: datetime
) -> AbstractSet[int]:
    audience = frozenset(
        session.scalars(
            select(EditionAudience.token).where(EditionAudience.edition_id == edition.id)
        )
    )
    standings = standings_of(session, set(person_ids), at=at)
    return {
        one for one in person_ids if may_see(clearance_of(standings.get(one, STRANGER)), audience)
    }


def _callees(
    session: Session, edition: Edition, people: Sequence[Person], key: str, at: datetime
) -> Mapping[int, Callee]:
    ids = [one.id for one in people]
    caller = aliased(Person)
    # The last call to each of them is read last, and stands.
    calls = {
        row.person_id: row
        for row in session.execute(
            select(PhoneCall.person_id, PhoneCall.outcome, PhoneCall.at, caller.name)
            .join(caller, PhoneCall.by_id == caller.id)
            .where(PhoneCall.edition_id == edition.id, PhoneCall.person_id.in_(ids))
            .order_by(PhoneCall.id)
        )
    }
    said = select(Acknowledgement.person_id, Acknowledgement.at).where(
        Acknowledgement.edition_id == edition.id, Acknowledgement.person_id.in_(ids)
    )
    acknowledged = {row[0]: row[1] for row in session.execute(said)}
    endpoints = verified_endpoints(session, ids) if key else {}
    found = {}
    for one in people:
        call = calls.get(one.id)
        found[one.id] = Callee(
            person=one,
            number=_number(endpoints.get((one.id, SMS)), key, at),
            outcome=call.outcome if call else None,
            called_at=call.at if call else None,
            called_by=call.name if call else "",
            acknowledged_at=acknowledged.get(one.id),
        )
    return found


def _number(endpoint: Endpoint | None, key: str, at: datetime) -> str:
    contents = None if endpoint is None else unsealed(endpoint, key, at=at)
    return contents.address if contents is not None and contents.on_sheets else ""
