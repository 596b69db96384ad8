"""Councils, seats, standings and posts."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, or_, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import SIGNED_IN, SignedIn, membership_at
from osac_share.councils.models import Clearance, Council, CouncilCountry, Post, Seat
from osac_share.councils.policy import Standing
from osac_share.kernel.errors import NotFound
from osac_share.kernel.ids import digest
from osac_share.kernel.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
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


def _held(at: str) -> ColumnElement[bool]:
    moment = bindparam(at, type_=_SEAT.started_at.type)
    return and_(_SEAT.started_at <= moment, or_(_SEAT.ended_at.is_(None), _SEAT.ended_at > moment))


_SEAT = Seat.__table__.c
_SEATED = Prepared(
    SIGNED_IN.add_columns(_SEAT.council_id, _SEAT.kind).outerjoin(
        Seat.__table__, and_(_SEAT.person_id == Person.__table__.c.id, _held("at"))
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
    held = held.where(Seat.person_id.in_(person_ids), _held("at"))
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
        )
        .outerjoin(Membership, membership_at(at))
        .outerjoin(
            Organization,
            and_(Membership.organization_id == Organization.id, Organization.status == "active"),
        )
        .where(Person.id.in_(person_ids))
        .order_by(Membership.id)
    )
    # Of several memberships the newest counts: it is read last.
    return {
        row[0]: Standing(
            person_id=row[0],
            active=row[1] is None,
            staff_roles=frozenset(row[2]),
            groups=frozenset(row[3]),
            organization_id=row[4],
            organization_type=row[5],
            organization_sector=row[6],
            seats=frozenset(seats[row[0]]),
        )
        for row in session.execute(people)
    }


def clearance_rows(session: Session, person_id: int) -> frozenset[str]:
    """Return the kept copy of a person's clearance."""
    return frozenset(
        session.scalars(select(Clearance.token).where(Clearance.person_id == person_id))
    )


def all_councils(session: Session) -> Sequence[Council]:
    """Return every council by name, its countries loaded."""
    return session.scalars(select(Council).order_by(Council.name)).all()


def councils_for(session: Session, country: str) -> Sequence[Council]:
    """Return the councils that cover a country."""
    question = (
        select(Council)
        .join(CouncilCountry)
        .where(CouncilCountry.country == country)
        .order_by(Council.name)
    )
    return session.scalars(question).all()


def councils_by_id(session: Session, ids: Collection[int]) -> Sequence[Council]:
    """Return these councils by name."""
    return session.scalars(select(Council).where(Council.id.in_(ids)).order_by(Council.name)).all()


def get_council(session: Session, slug: str) -> Council:
    """Return a council by its slug.

    Raises:
        NotFound: there is none.

    """
    council = session.scalar(select(Council).where(Council.slug == slug))
    if council is None:
        raise NotFound
    return council


def holders(
    session: Session, council_id: int, kinds: Collection[str], *, at: datetime
) -> Sequence[tuple[Seat, Person]]:
    """Return who holds these seats of a council at `at`; nobody is sent to a suspended person."""
    question = (
        select(Seat, Person)
        .join(Person, Seat.person_id == Person.id)
        .where(Seat.council_id == council_id, Seat.kind.in_(kinds), Seat.started_at <= at)
        .where((Seat.ended_at.is_(None)) | (Seat.ended_at > at))
        .where(Person.suspended_at.is_(None))
        .order_by(Seat.kind, Person.name)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def posts_in(session: Session, country: str) -> Sequence[Post]:
    """Return the posts in a country, embassies first."""
    question = select(Post).where(Post.country == country).order_by(Post.kind.desc(), Post.city)
    return sorted(session.scalars(question), key=lambda post: (post.kind != "embassy", post.city))
