"""The kinds of people who ask, and the accounts and sessions that they have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Membership, Person, UserSession
from osac_share.councils.actions import renew_clearance
from osac_share.councils.models import Seat
from osac_share.kernel.ids import digest, new_secret
from osac_share.tokens.actions import Wanted, make
from osac_share.tokens.models import API, FEED
from osac_share.tokens.policy import READ_REPORTS
from tests.support.factories import actor_of, make_council, make_organization, make_person
from tests.support.matrix.canaries import canary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor

HOME, ABROAD = "kenya", "nigeria"
"""The council that the matrix looks from, and another one."""

COMPANY, RIVAL, STATE, LAPSED = "freight", "mining", "state", "lapsed"
"""Two member companies, a department of the government, and a company that is no member now."""

FIRST_PERSON = 900
"""Where the numbers of people begin, above those of all things."""

EVERY_REPORT = {"path": "reports", "title": "All reports"}
"""The feed that everybody's token is bound to."""

HERE = "127.0.0.1"
"""From where everybody asks."""

YEAR = timedelta(days=365)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Somebody:
    """A kind of person, in words that need no look into the program.

    `befell` is what happened to them after they got what stands before it: "suspended", "seat
    ended", "organization lapsed", "membership ended", "session ended", "session idle", "session
    old", "factor not shown", or nothing.
    """

    name: str
    organization: str = ""
    council: str = ""
    seat: str = ""
    role: str = ""
    circle: str = ""
    is_contact: bool = False
    befell: str = ""

    @property
    def is_let_in(self) -> bool:
        """Tell whether the gate knows this person at all."""
        return self.name != "stranger" and self.befell not in {
            *("suspended", "session ended", "session idle", "session old", "factor not shown"),
        }

    @property
    def is_shut_out(self) -> bool:
        """Tell whether this is somebody who is as good as a stranger now."""
        return self.name != "stranger" and not self.is_let_in

    @property
    def by_mail(self) -> Somebody:
        """Return this person as mail finds them, whatever became of their browser."""
        of_browser = {"session ended", "session idle", "session old", "factor not shown"}
        return replace(self, befell="") if self.befell in of_browser else self

    @property
    def is_of_organization(self) -> bool:
        """Tell whether this person speaks for a member organization now."""
        return bool(self.organization) and self.befell not in {
            "organization lapsed",
            "membership ended",
        }

    @property
    def sits(self) -> bool:
        """Tell whether this person holds a seat now."""
        return bool(self.seat) and self.befell != "seat ended"

    @property
    def is_in_good_standing(self) -> bool:
        """Tell whether this person is one of the members, the chairs or the program's staff."""
        return self.is_let_in and bool(self.is_of_organization or self.sits or self.role)


EVERYBODY = (
    Somebody("stranger"),
    Somebody("member of no council", RIVAL),
    Somebody("named member", COMPANY, HOME, "member"),
    Somebody("member", COMPANY, HOME, "member"),
    Somebody("member elsewhere", RIVAL, ABROAD, "member"),
    Somebody("secretary", COMPANY, HOME, "secretary"),
    Somebody("steering", COMPANY, HOME, "steering"),
    Somebody("co-chair", COMPANY, HOME, "cochair_private", circle="law_enforcement"),
    Somebody("co-chair elsewhere", RIVAL, ABROAD, "cochair_private"),
    Somebody("chair", STATE, HOME, "chair_public"),
    Somebody("chair elsewhere", STATE, ABROAD, "chair_public"),
    Somebody("analyst", role="analyst"),
    Somebody("admin", role="admin"),
    Somebody("auditor", role="auditor"),
    Somebody("point of contact", COMPANY, is_contact=True),
    Somebody("official", STATE),
    Somebody("law enforcement", STATE, circle="law_enforcement"),
    Somebody("suspended chair", STATE, HOME, "chair_public", befell="suspended"),
    Somebody("lapsed member", LAPSED, befell="organization lapsed"),
    Somebody("former member", COMPANY, befell="membership ended"),
    Somebody("former secretary", RIVAL, HOME, "secretary", befell="seat ended"),
    Somebody("signed-out chair", STATE, HOME, "chair_public", befell="session ended"),
    Somebody("chair away too long", STATE, HOME, "chair_public", befell="session idle"),
    Somebody("chair since yesterday", STATE, HOME, "chair_public", befell="session old"),
    Somebody("half signed-in chair", STATE, HOME, "chair_public", befell="factor not shown"),
)
"""All kinds of people; the order is that of the report."""

STRANGER = EVERYBODY[0]
NAMED = {who.name: who for who in EVERYBODY}
WRITERS = ("chair", "secretary", "chair elsewhere", "co-chair elsewhere")
"""Those who make what the matrix is about."""


@dataclass(frozen=True)
class Account:
    """What somebody has: their row, their mail address, and the secret in their cookie."""

    who: Somebody
    person_id: int | None
    public_id: str
    email: str
    secret: str
    canary: int = 0
    """The number of the canary that their mail address is."""
    api_token: str = ""
    feed_token: str = ""
    """What programs of theirs read with."""


@dataclass(frozen=True)
class Population:
    """Everybody by name, and those of them who act while the world is furnished."""

    accounts: Mapping[str, Account]
    actors: Mapping[str, Actor]
    councils: Mapping[str, Council]
    organizations: Mapping[str, Organization]


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
    actors = {
        name: actor_of(session, session.get_one(Person, account.person_id), at=at)
        for name, account in accounts.items()
        if account.person_id is not None
    }
    return Population(accounts, actors, councils, organizations)


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
        Wanted(API, "matrix", scopes=[READ_REPORTS], address=HERE),
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
