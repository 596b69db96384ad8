"""Councils, seats, standings and posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import membership_at
from osac_share.councils.models import Clearance, Council, CouncilCountry, Post, Seat
from osac_share.councils.policy import Standing
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def seats_of(session: Session, person_id: int, *, at: datetime) -> frozenset[tuple[int, str]]:
    """Return the `(council id, kind)` of the seats that a person holds at `at`."""
    rows = session.execute(_SEATS, {"person_id": person_id, "at": at})
    return frozenset((row[0], row[1]) for row in rows)


# Asked on every request of everybody who is signed in, and so put together only once.
_SEATS = select(Seat.council_id, Seat.kind).where(
    Seat.person_id == bindparam("person_id"),
    Seat.started_at <= bindparam("at"),
    (Seat.ended_at.is_(None)) | (Seat.ended_at > bindparam("at")),
)


def standing_of(session: Session, person_id: int, *, at: datetime) -> Standing:
    """Return where a person stands at `at`, freshly read."""
    question = (
        select(Person.suspended_at, Person.staff_roles, Organization.id, Organization.type)
        .outerjoin(Membership, membership_at(at))
        .outerjoin(
            Organization,
            and_(Membership.organization_id == Organization.id, Organization.status == "active"),
        )
        .where(Person.id == person_id)
        .order_by(Membership.id.desc())
        .limit(1)
    )
    row = session.execute(question).first()
    if row is None:
        return Standing()
    suspended_at, staff_roles, organization_id, organization_type = row
    return Standing(
        person_id=person_id,
        organization_id=organization_id,
        organization_type=organization_type,
        active=suspended_at is None,
        staff_roles=frozenset(staff_roles),
        seats=seats_of(session, person_id, at=at),
    )


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
