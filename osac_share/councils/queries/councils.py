"""Councils, who holds their seats, and the terms of office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from osac_share.accounts.models import Person
from osac_share.councils.models import Council, CouncilCountry, Seat
from osac_share.councils.policy import PUBLISHING
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


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


def get_council(session: Session, slug: str, *, to_change: bool = False) -> Council:
    """Return a council by its slug, locked against others who would change it if asked to.

    Raises:
        NotFound: there is none.

    """
    question = select(Council).where(Council.slug == slug)
    if to_change:
        question = question.with_for_update(of=Council).execution_options(populate_existing=True)
    council = session.scalar(question)
    if council is None:
        raise NotFound
    return council


def find_council(
    session: Session, council_id: object, *, to_change: bool = False
) -> Council | None:
    """Return the council with this id, locked if asked to, or None for what is no id of one."""
    if not isinstance(council_id, int):
        return None
    return session.get(
        Council, council_id, populate_existing=to_change, with_for_update=to_change or None
    )


def is_slug_free(session: Session, slug: str) -> bool:
    """Tell whether no council has this address yet."""
    return session.scalar(select(Council.id).where(Council.slug == slug)) is None


def holders(
    session: Session, council_id: int, kinds: Collection[str], *, at: datetime
) -> Sequence[tuple[Seat, Person]]:
    """Return who holds these seats of a council at `at`; nobody is sent to a suspended person."""
    question = (
        select(Seat, Person)
        .join(Person, Seat.person_id == Person.id)
        .where(Seat.council_id == council_id, Seat.kind.in_(kinds), Seat.started_at <= at)
        .where(_has_not_ended(at), Person.suspended_at.is_(None))
        .order_by(Seat.kind, Person.name)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def leaders(session: Session, *, at: datetime) -> Mapping[int, Sequence[tuple[Seat, Person]]]:
    """Return who leads each council at `at`, by the council's id."""
    question = (
        select(Seat, Person)
        .join(Person, Seat.person_id == Person.id)
        .where(Seat.kind.in_(PUBLISHING), Seat.started_at <= at, _has_not_ended(at))
        .order_by(Seat.kind.desc(), Person.name)
    )
    found: dict[int, list[tuple[Seat, Person]]] = {}
    for seat, person in session.execute(question):
        found.setdefault(seat.council_id, []).append((seat, person))
    return found


def terms(
    session: Session, council_id: int, kinds: Collection[str], *, at: datetime
) -> Sequence[tuple[Seat, Person]]:
    """Return the seats of these kinds that have not ended at `at`, those of later terms too."""
    question = (
        select(Seat, Person)
        .join(Person, Seat.person_id == Person.id)
        .where(Seat.council_id == council_id, Seat.kind.in_(kinds), _has_not_ended(at))
        .order_by(Seat.kind, Seat.started_at, Person.name)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def get_seat(session: Session, council: Council, seat_id: int) -> Seat:
    """Return a seat of this council, locked.

    Raises:
        NotFound: the council has no such seat.

    """
    question = (
        select(Seat)
        .where(Seat.id == seat_id, Seat.council_id == council.id)
        .with_for_update(of=Seat)
        .execution_options(populate_existing=True)
    )
    seat = session.scalar(question)
    if seat is None:
        raise NotFound
    return seat


def turned_seats(session: Session, *, at: datetime) -> Sequence[Seat]:
    """Return seats that began or ended to count by `at` unnoticed, each locked."""
    question = (
        select(Seat)
        .where(Seat.turns_at <= at)
        .order_by(Seat.id)
        .with_for_update(of=Seat, skip_locked=True)
        .options(joinedload(Seat.council))
        .execution_options(populate_existing=True)
    )
    return session.scalars(question).all()


def _has_not_ended(at: datetime) -> ColumnElement[bool]:
    return or_(Seat.ended_at.is_(None), Seat.ended_at > at)
