"""A council's people: its members' list, and who asks to be on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import membership_at
from osac_share.councils.models import Council, JoinRequest, Member, Seat
from osac_share.councils.models.joining import WAITING
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

MOST = 5000
"""How many seats of one council are listed; the largest has some hundred."""


def members(session: Session, council_id: int, *, at: datetime) -> Sequence[Member]:
    """Return who sits on a council at `at`, by name, each seat a line of its own."""
    question = (
        select(Seat, Person, Organization)
        .join(Person, Seat.person_id == Person.id)
        .outerjoin(Membership, membership_at(at))
        .outerjoin(Organization, Membership.organization_id == Organization.id)
        .where(Seat.council_id == council_id, Seat.started_at <= at)
        .where(or_(Seat.ended_at.is_(None), Seat.ended_at > at))
        .where(Person.suspended_at.is_(None))
        .order_by(Person.name, Person.id, Seat.started_at, Membership.id)
        .limit(MOST)
    )
    # Of several memberships the newest counts: it is read last.
    lines = {row[0].id: Member(row[0], row[1], row[2]) for row in session.execute(question)}
    return list(lines.values())


def find_seat(
    session: Session, council_id: int, person_id: int, kinds: Collection[str], *, at: datetime
) -> Seat | None:
    """Return a seat of these kinds that a person holds, or is to hold, on a council, or None."""
    question = (
        _to_come(person_id, at).where(Seat.council_id == council_id, Seat.kind.in_(kinds)).limit(1)
    )
    return session.scalar(question)


def seats_to_come(session: Session, person_id: int, *, at: datetime) -> Sequence[Seat]:
    """Return every seat that a person holds at `at`, or is to hold, each locked."""
    locked = _to_come(person_id, at).with_for_update(of=Seat)
    return session.scalars(locked.execution_options(populate_existing=True)).all()


def _to_come(person_id: int, at: datetime) -> Select[Seat]:
    return (
        select(Seat)
        .where(Seat.person_id == person_id, or_(Seat.ended_at.is_(None), Seat.ended_at > at))
        .order_by(Seat.started_at, Seat.id)
    )


def find_own_request(session: Session, council_id: int, person_id: int) -> JoinRequest | None:
    """Return the request of this person that waits for an answer of the council, or None."""
    question = select(JoinRequest).where(
        JoinRequest.council_id == council_id,
        JoinRequest.person_id == person_id,
        JoinRequest.state == WAITING,
    )
    return session.scalar(question)


def waiting_requests(
    session: Session, council_id: int, *, at: datetime
) -> Sequence[tuple[JoinRequest, Organization | None]]:
    """Return who asks to join, the longest waiting first, with the organization of each."""
    question = (
        select(JoinRequest, Organization)
        .join(Person, and_(JoinRequest.person_id == Person.id, Person.suspended_at.is_(None)))
        .outerjoin(Membership, membership_at(at))
        .outerjoin(Organization, Membership.organization_id == Organization.id)
        .where(JoinRequest.council_id == council_id, JoinRequest.state == WAITING)
        .order_by(JoinRequest.asked_at, JoinRequest.id, Membership.id)
    )
    lines = {row[0].id: (row[0], row[1]) for row in session.execute(question)}
    return list(lines.values())


def get_request(session: Session, council: Council, public_id: str) -> JoinRequest:
    """Return a request to this council, locked.

    Raises:
        NotFound: the council has no such request.

    """
    question = (
        select(JoinRequest)
        .where(JoinRequest.public_id == public_id, JoinRequest.council_id == council.id)
        .with_for_update(of=JoinRequest)
        .execution_options(populate_existing=True)
    )
    request = session.scalar(question)
    if request is None:
        raise NotFound
    return request
