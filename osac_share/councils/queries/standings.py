"""Where people stand: who is signed in, on which seats, and what that lets them see."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import String, and_, bindparam, cast, or_, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import (
    SIGNED_IN,
    SignedIn,
    membership_at,
    organization_in_good_order,
)
from osac_share.councils.models import Clearance, Seat
from osac_share.councils.policy import (
    GUIDING,
    NOBODY,
    Actor,
    Standing,
    clearance_of,
    is_powerful,
)
from osac_share.kernel.ids import digest
from osac_share.kernel.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


def find_signed_in(
    session: Session, secret: str, *, at: datetime, idle: timedelta, longest: timedelta
) -> tuple[SignedIn, frozenset[tuple[int, str]]] | None:
    """Return whose living session this secret opens, and the seats that they hold at `at`.

    Args:
        session: the session of the request.
        secret: what the cookie holds.
        at: the moment of the request.
        idle: how long a session may go unused.
        longest: how old a session may become.

    """
    moments = {"at": at, "seen": at - idle, "begun": at - longest}
    rows = _SEATED.rows(session, digest=digest(secret), **moments)
    if not rows:
        return None
    seats = frozenset((row[-2], row[-1]) for row in rows if row[-1] is not None)
    return SignedIn.of(rows[0]), seats


def held_at(at: str) -> ColumnElement[bool]:
    """Return the condition that a seat is held at the moment that the parameter `at` names."""
    moment = bindparam(at, type_=_SEAT.started_at.type)
    return and_(_SEAT.started_at <= moment, or_(_SEAT.ended_at.is_(None), _SEAT.ended_at > moment))


_SEAT = Seat.__table__.c
_SEATED = Prepared(
    SIGNED_IN.add_columns(_SEAT.council_id, _SEAT.kind).outerjoin(
        Seat.__table__, and_(_SEAT.person_id == Person.__table__.c.id, held_at("at"))
    )
)


def standing_of(session: Session, person_id: int, *, at: datetime) -> Standing:
    """Return where a person stands at `at`, freshly read; nobody stands nowhere."""
    return standings_of(session, {person_id}, at=at).get(person_id, Standing())


def standings_of(
    session: Session, person_ids: Collection[int], *, at: datetime
) -> dict[int, Standing]:
    """Return where these people stand at `at`, freshly read: two questions for all of them."""
    seats: dict[int, set[tuple[int, str]]] = defaultdict(set)
    held = select(Seat.person_id, Seat.council_id, Seat.kind)
    held = held.where(Seat.person_id.in_(person_ids), held_at("at"))
    for person_id, council_id, kind in session.execute(held, {"at": at}):
        seats[person_id].add((council_id, kind))
    people = (
        select(
            Person.id,
            Person.suspended_at,
            Person.staff_roles,
            Person.groups,
            Organization.id,
            Organization.type,
            Organization.sector,
            Membership.id.is_(None),
        )
        .outerjoin(Membership, membership_at(at))
        .outerjoin(Organization, organization_in_good_order())
        .where(Person.id.in_(person_ids))
        .order_by(Membership.id)
    )
    # Of several memberships the newest counts: it is read last.
    return {
        row[0]: Standing(
            person_id=row[0],
            active=row[1] is None and (row[7] or row[4] is not None),
            staff_roles=frozenset(row[2]),
            groups=frozenset(row[3]),
            organization_id=row[4],
            organization_type=row[5],
            organization_sector=row[6],
            seats=frozenset(seats[row[0]]),
        )
        for row in session.execute(people)
    }


def demands_factor(session: Session, person_id: int, *, at: datetime) -> bool:
    """Tell whether what a person holds at `at` demands a second factor of them.

    Those who write for a council, the program's staff, and the points of contact of member
    organizations can do more harm than their own.
    """
    if is_powerful(standing_of(session, person_id, at=at)):
        return True
    speaks_for = select(Membership.id).join(Person, membership_at(at))
    speaks_for = speaks_for.where(Person.id == person_id, Membership.is_contact)
    return session.scalar(speaks_for.limit(1)) is not None


def clearance_rows(session: Session, person_id: int) -> frozenset[str]:
    """Return the kept copy of a person's clearance."""
    return frozenset(
        session.scalars(select(Clearance.token).where(Clearance.person_id == person_id))
    )


def actors(session: Session, person_ids: Collection[int], *, at: datetime) -> Mapping[int, Actor]:
    """Return these people as those who act at `at`, freshly read."""
    standings = standings_of(session, person_ids, at=at)
    question = select(Person).where(Person.id.in_(person_ids))
    return {
        person.id: Actor(
            standings[person.id],
            clearance_of(standings[person.id]),
            name=person.name,
            email=person.email,
            time_zone=person.time_zone,
        )
        for person in session.scalars(question)
    }


def actor_of(session: Session, person_id: int | None, *, at: datetime) -> Actor:
    """Return a person as one who acts at `at`, freshly read; nobody acts as a stranger."""
    if person_id is None:
        return NOBODY
    return actors(session, {person_id}, at=at).get(person_id, NOBODY)


def people_in_office(session: Session, *, at: datetime) -> Mapping[int, Actor]:
    """Return everybody with a staff role or a seat that guides a council at `at`, by id."""
    seated = select(Seat.person_id).where(Seat.kind.in_(GUIDING), held_at("at"))
    with_role = select(Person.id).where(cast(Person.staff_roles, String) != "[]")
    ids = {*session.scalars(seated, {"at": at}), *session.scalars(with_role)}
    found = actors(session, ids, at=at)
    return {person_id: actor for person_id, actor in found.items() if actor.standing.active}
