"""Fixtures: two councils and the people whose sight and powers differ.

Amara chairs Kenya's council, Ben is its private co-chair, Sade its secretary and Dora a plain
member. Chidi chairs Nigeria's council. Gus is an analyst of the programme. Sven is a member who
was suspended. Eve is a stranger: she has no account, and so is not in the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.actions import renew_clearance
from osac_share.councils.models import Council
from osac_share.councils.policy import (
    ANALYST,
    CHAIR,
    COCHAIR,
    MEMBER,
    NOBODY,
    SECRETARY,
    Actor,
)
from osac_share.kernel.db import transaction
from tests.support.factories import (
    PASSPHRASE,
    actor_of,
    make_council,
    make_organization,
    make_person,
)
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    SignIn = Callable[[Person | None], Visitor]


NAMES = ("amara", "ben", "sade", "dora", "chidi", "gus", "sven")


@dataclass(frozen=True)
class Cast:
    """The councils and the people of one test."""

    kenya: Council
    nigeria: Council
    amara: Person
    ben: Person
    sade: Person
    dora: Person
    chidi: Person
    gus: Person
    sven: Person
    actors: dict[str, Actor]

    @property
    def people(self) -> dict[str, Person | None]:
        """Return everybody by first name, Eve as nobody."""
        return {name: getattr(self, name, None) for name in self.actors}


def settle(session: Session, *, at: datetime) -> Cast:
    """Create the councils and the people; the caller commits."""
    state = make_organization(session, "Department of Examples", type_="government")
    freight = make_organization(session)
    kenya = make_council(session, countries=("KE",), at=at)
    nigeria = make_council(session, "nigeria", countries=("NG",), time_zone="Africa/Lagos", at=at)
    people = {
        "amara": make_person(
            session, "Amara Chair", organization=state, seats=[(kenya, CHAIR)], at=at
        ),
        "ben": make_person(
            session, "Ben Cochair", organization=freight, seats=[(kenya, COCHAIR)], at=at
        ),
        "sade": make_person(
            session, "Sade Secretary", organization=freight, seats=[(kenya, SECRETARY)], at=at
        ),
        "dora": make_person(
            session, "Dora Member", organization=freight, seats=[(kenya, MEMBER)], at=at
        ),
        "chidi": make_person(
            session, "Chidi Chair", organization=state, seats=[(nigeria, CHAIR)], at=at
        ),
        "gus": make_person(
            session, "Gus Analyst", organization=state, staff_roles=[ANALYST], at=at
        ),
        "sven": make_person(
            session, "Sven Suspended", organization=freight, seats=[(kenya, MEMBER)], at=at
        ),
    }
    people["sven"].suspended_at = at
    session.flush()
    renew_clearance(session, people["sven"].id, at=at)
    actors = {name: actor_of(session, person, at=at) for name, person in people.items()}
    return Cast(kenya, nigeria, **people, actors=actors | {"eve": NOBODY})


def recall(session: Session, *, at: datetime) -> Cast | None:
    """Return the cast of a database in which it was settled; None when it was not."""
    councils = {one.slug: one for one in session.scalars(select(Council))}
    if not councils:
        return None
    found = {one.name.split(maxsplit=1)[0].lower(): one for one in session.scalars(select(Person))}
    people = {name: found[name] for name in NAMES}
    actors = {name: actor_of(session, person, at=at) for name, person in people.items()}
    return Cast(councils["kenya"], councils["nigeria"], **people, actors=actors | {"eve": NOBODY})


@pytest.fixture
def cast(session: Session, at: datetime) -> Cast:
    """Return the cast, committed; `database_url` may have begun with it."""
    with transaction(session):
        return recall(session, at=at) or settle(session, at=at)


@pytest.fixture
def signed_in(app: Flask) -> SignIn:
    """Return a way to sit down as somebody: each in a browser of their own."""

    def sit_down(person: Person | None) -> Visitor:
        visitor = Visitor(app.test_client())
        if person is not None:
            assert visitor.sign_in(person.email, PASSPHRASE).status == 303
        return visitor

    return sit_down
