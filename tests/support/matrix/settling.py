"""Accounts and sessions for all kinds of people, and what befalls some of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Membership, Person, UserSession
from osac_share.councils.actions import renew_clearance
from osac_share.councils.models import Seat
from osac_share.kernel.ids import digest, new_secret
from osac_share.tokens.actions import Wanted, make
from osac_share.tokens.models import API, FEED
from osac_share.tokens.policy import SCOPES
from tests.support.factories import actor_of, make_council, make_organization, make_person
from tests.support.matrix.canaries import canary
from tests.support.matrix.people import (
    ABROAD,
    COMPANY,
    EVERYBODY,
    HOME,
    LAPSED,
    RIVAL,
    STATE,
    STRANGER,
    Account,
    Population,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from tests.support.matrix.people import Somebody

FIRST_PERSON = 900
"""Where the numbers of people begin, above those of all things."""

EVERY_REPORT = {"path": "reports", "title": "All reports"}
"""The feed that everybody's token is bound to."""

HERE = "127.0.0.1"
"""From where everybody asks."""

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)


def settle(session: Session, *, secret_key: str, at: datetime) -> Population:
    """Create councils, organizations and people, each as they were before anything befell them."""
    long_ago = at - YEAR
    organizations = {
        COMPANY: make_organization(session, "Example Freight", sector="transport-logistics"),
        RIVAL: make_organization(session, "Example Mining", sector="energy-extractives"),
        STATE: make_organization(session, "Department of Examples", type_="government"),
        LAPSED: make_organization(session, "Example Once"),
    }
    councils = {
        HOME: make_council(session, HOME, countries=("KE",), at=long_ago),
        ABROAD: make_council(session, ABROAD, countries=("NG",), at=long_ago),
    }
    accounts = {STRANGER.name: Account(STRANGER, None, "", "", "")}
    for number, who in enumerate(EVERYBODY[1:], start=1):
        seats = [(councils[who.council], who.seat)] if who.seat else []
        person = _open_account(
            session, number, who, organizations.get(who.organization), seats, at=long_ago
        )
        renew_clearance(session, person.id, at=at)
        secret = new_secret()
        session.add(living_session(person.id, secret, at=at))
        api_token, feed_token = _tokens(session, person, secret_key, at=at)
        accounts[who.name] = Account(
            who,
            person.id,
            person.public_id,
            person.email,
            secret,
            FIRST_PERSON + number,
            # Programs are tried by those whose browser is as it should be.
            "" if who.by_mail != who else api_token,
            "" if who.by_mail != who else feed_token,
        )
        _make_contact(session, who, person.id)
    session.flush()
    return Population(accounts, _actors(session, accounts, at=at), councils, organizations)


def _actors(session: Session, accounts: Mapping[str, Account], *, at: datetime) -> dict[str, Actor]:
    return {
        name: actor_of(session, session.get_one(Person, account.person_id), at=at)
        for name, account in accounts.items()
        if account.person_id is not None
    }


def _open_account(
    session: Session,
    number: int,
    who: Somebody,
    organization: Organization | None,
    seats: Sequence[tuple[Council, str]],
    *,
    at: datetime,
) -> Person:
    person = make_person(
        session,
        f"person{number} {who.name.title()}",
        organization=organization,
        staff_roles=[who.role] if who.role else (),
        seats=seats,
        at=at,
    )
    person.groups = [who.circle] if who.circle else []
    person.email = f"{canary(FIRST_PERSON + number, 'email')}@example.org"
    return person


def _tokens(session: Session, person: Person, secret_key: str, *, at: datetime) -> tuple[str, str]:
    by = (person.id, person.name)
    wishes = (
        Wanted(API, "matrix", scopes=tuple(SCOPES), address=HERE),
        Wanted(FEED, "matrix", feed=EVERY_REPORT, address=HERE),
    )
    api, feed = (
        make(session, person.id, wished, secret=secret_key, by=by, at=at)[1] for wished in wishes
    )
    return api, feed


def living_session(person_id: int, secret: str, *, at: datetime) -> UserSession:
    """Return a session in which everything was proven that there is to prove."""
    return UserSession(
        token_digest=digest(secret),
        person_id=person_id,
        started_at=at - HOUR,
        seen_at=at,
        strong_at=at,
        fresh_at=at,
        user_agent="matrix",
        address=HERE,
    )


def befall(session: Session, population: Population, *, at: datetime) -> None:
    """Let happen to each of them what makes them what they are called."""
    for account in population.accounts.values():
        if account.person_id is None or not account.who.befell:
            continue
        person = session.get_one(Person, account.person_id)
        signed_in = session.scalars(
            select(UserSession).where(UserSession.person_id == person.id)
        ).one()
        match account.who.befell:
            case "suspended":
                person.suspended_at = at
            case "seat ended":
                for seat in session.scalars(select(Seat).where(Seat.person_id == person.id)):
                    seat.ended_at = at - HOUR
            case "membership ended":
                for held in session.scalars(
                    select(Membership).where(Membership.person_id == person.id)
                ):
                    held.ended_at = at - HOUR
            case "organization lapsed":
                population.organizations[LAPSED].status = "lapsed"
            case _:
                _spoil(signed_in, account.who.befell, at=at)
        session.flush()
        renew_clearance(session, person.id, at=at)


def _spoil(signed_in: UserSession, befell: str, *, at: datetime) -> None:
    match befell:
        case "session ended":
            signed_in.ended_at = at
        case "session idle":
            signed_in.seen_at = at - timedelta(hours=6)
        case "session old":
            signed_in.started_at = at - timedelta(days=2)
        case "factor not shown":
            signed_in.needs_factor, signed_in.strong_at = True, None


def _make_contact(session: Session, who: Somebody, person_id: int) -> None:
    if who.is_contact:
        for held in session.scalars(select(Membership).where(Membership.person_id == person_id)):
            held.is_contact = True
