"""What else there is that is somebody's: sessions, factors, tokens, applications, invitations."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Authenticator, Person, UserSession
from osac_share.channels.models import WEBHOOK, Endpoint
from osac_share.councils.actions import EXPORT_MEMBERS
from osac_share.councils.models import JoinRequest, Seat
from osac_share.kernel.ids import new_public_id
from osac_share.membership.models import WAITING, Application, Invitation
from osac_share.proposals.models import Proposal
from osac_share.search.models.saved import RecommendedSearch, SavedSearch
from osac_share.subscriptions.models import SITE, Trip
from osac_share.tokens.models import AccessToken
from tests.support.matrix.canaries import canary
from tests.support.matrix.people import ABROAD, COMPANY, HOME, RIVAL

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.matrix.people import Population

DAY = timedelta(days=1)
OWNERS = ("member", "member elsewhere", "secretary")
"""Whose belongings the others reach for."""


@dataclass(frozen=True)
class Holding:
    """One such thing: of which kind it is, whose, and the ids that addresses name it by."""

    kind: str
    canary: int
    owner: str = ""
    organization: str = ""
    council: str = ""
    ids: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass
class Keeper:
    """Whoever makes the holdings, counting on from the number that the things came to."""

    session: Session
    population: Population
    at: datetime
    used: int

    def make(self) -> list[Holding]:
        """Make all of them."""
        held = [self._address(name) for name in self.population.actors]
        for name in OWNERS:
            held += [self._session(name), self._factor(name), self._token(name)]
            held += [self._endpoint(name), self._trip(name), self._saved_search(name)]
        for organization in (COMPANY, RIVAL):
            held += [self._organization(organization), self._invitation(organization)]
            held += [self._represents(organization), self._site(organization)]
        for council in (HOME, ABROAD):
            held += [self._list(council), self._request(council), self._seat(council)]
            held += [self._proposal(council), self._recommended_search(council)]
        held.append(self._application())
        self.session.flush()
        return held

    def _mark(self, words: str) -> str:
        self.used += 1
        return canary(self.used, words)

    def _person(self, name: str) -> int:
        found = self.population.accounts[name].person_id
        assert found is not None
        return found

    def _address(self, name: str) -> Holding:
        # Everybody's mail address is a canary; those who are shown it are few.
        who = self.population.accounts[name].who
        return Holding("address", self.population.accounts[name].canary, name, who.organization)

    def _session(self, name: str) -> Holding:
        row = self.session.scalars(
            select(UserSession).where(UserSession.person_id == self._person(name))
        ).one()
        row.user_agent = f"Browser {self._mark('agent')}"
        return Holding("session", self.used, name, ids={"session": row.public_id})

    def _factor(self, name: str) -> Holding:
        row = Authenticator(
            public_id=new_public_id(),
            person_id=self._person(name),
            name=f"Telephone {self._mark('factor')}",
            sealed_secret="",
            last_step=0,
            created_at=self.at,
        )
        self.session.add(row)
        return Holding("factor", self.used, name, ids={"factor": row.public_id})

    def _token(self, name: str) -> Holding:
        row = AccessToken(
            public_id=new_public_id(),
            person_id=self._person(name),
            kind="api",
            label=f"Program {self._mark('label')}",
            feed={},
            scopes=[],
            digest=f"{self.used:064d}",
            last_four="0000",
            networks=[],
            created_at=self.at,
            expires_at=self.at + DAY,
        )
        self.session.add(row)
        return Holding("token", self.used, name, ids={"token": row.public_id})

    def _endpoint(self, name: str) -> Holding:
        row = Endpoint(
            public_id=new_public_id(),
            person_id=self._person(name),
            kind=WEBHOOK,
            label=f"Hook {self._mark('hook')}",
            sealed="",
            created_at=self.at,
            verified_at=self.at,
        )
        self.session.add(row)
        return Holding("endpoint", self.used, name, ids={"endpoint": row.public_id})

    def _trip(self, name: str) -> Holding:
        row = Trip(
            public_id=new_public_id(),
            person_id=self._person(name),
            name=f"Trip {self._mark('trip')}",
            starts_at=self.at + DAY,
            ends_at=self.at + 2 * DAY,
            places=[{"country": "KE", "place": ""}],
            created_at=self.at,
        )
        self.session.add(row)
        return Holding("trip", self.used, name, ids={"trip": row.public_id})

    def _saved_search(self, name: str) -> Holding:
        row = SavedSearch(
            public_id=new_public_id(),
            person_id=self._person(name),
            name=f"Search {self._mark('search')}",
            words=canary(self.used, "words"),
            created_at=self.at,
            looked_at=self.at,
        )
        self.session.add(row)
        return Holding("saved search", self.used, name, ids={"saved search": row.public_id})

    def _recommended_search(self, council: str) -> Holding:
        row = RecommendedSearch(
            public_id=new_public_id(),
            council_id=self.population.councils[council].id,
            name=f"Search {self._mark('search')}",
            words=canary(self.used, "words"),
            recommended_by=self._person("member"),
            created_at=self.at,
        )
        self.session.add(row)
        ids = {"recommended search": row.public_id, "council list": council}
        return Holding("recommended search", self.used, council=council, ids=ids)

    def _site(self, organization: str) -> Holding:
        row = Trip(
            public_id=new_public_id(),
            kind=SITE,
            person_id=self._person("member" if organization == COMPANY else "member elsewhere"),
            organization_id=self.population.organizations[organization].id,
            name=f"Site {self._mark('site')}",
            starts_at=self.at,
            places=[{"country": "KE", "place": ""}],
            created_at=self.at,
        )
        self.session.add(row)
        ids = {"site": row.public_id}
        return Holding("site", self.used, organization=organization, ids=ids)

    def _organization(self, name: str) -> Holding:
        row = self.population.organizations[name]
        row.parent = f"Parent {self._mark('parent')}"
        return Holding(
            "organization", self.used, organization=name, ids={"organization": row.public_id}
        )

    def _invitation(self, organization: str) -> Holding:
        of = self.population.organizations[organization]
        row = Invitation(
            public_id=new_public_id(),
            organization=of,
            email=f"{self._mark('invited')}@example.org",
            name="Somebody Invited",
            created_at=self.at,
            expires_at=self.at + DAY,
        )
        self.session.add(row)
        ids = {"invitation": row.public_id, "organization": of.public_id}
        return Holding("invitation", self.used, organization=organization, ids=ids)

    def _represents(self, organization: str) -> Holding:
        name = "member" if organization == COMPANY else "member elsewhere"
        person = self.session.get_one(Person, self._person(name))
        of = self.population.organizations[organization]
        ids = {"person": person.public_id, "organization": of.public_id}
        return Holding("representative", 0, name, organization, ids=ids)

    def _list(self, council: str) -> Holding:
        return Holding("list", 0, council=council, ids={"council list": council})

    def _request(self, council: str) -> Holding:
        row = JoinRequest(
            public_id=new_public_id(),
            council_id=self.population.councils[council].id,
            person_id=self._person("official"),
            words=f"Please, {self._mark('request')}",
            asked_at=self.at,
        )
        self.session.add(row)
        ids = {"join request": row.public_id, "council list": council}
        return Holding("request", self.used, "official", council=council, ids=ids)

    def _seat(self, council: str) -> Holding:
        name = "member" if council == HOME else "member elsewhere"
        row = self.session.scalars(select(Seat).where(Seat.person_id == self._person(name))).one()
        ids = {"seat": row.id, "council list": council}
        return Holding("seat", 0, name, council=council, ids=ids)

    def _proposal(self, council: str) -> Holding:
        name = "secretary" if council == HOME else "co-chair elsewhere"
        row = Proposal(
            public_id=new_public_id(),
            kind=EXPORT_MEMBERS,
            about={"council": self.population.councils[council].id, "for": self._person(name)},
            words=f"Export the list {self._mark('proposal')}",
            proposed_by=self._person(name),
            proposed_at=self.at,
            expires_at=self.at + DAY,
        )
        self.session.add(row)
        ids = {"proposal": row.public_id}
        return Holding("proposal", self.used, name, council=council, ids=ids)

    def _application(self) -> Holding:
        row = Application(
            public_id=new_public_id(),
            state=WAITING,
            name=f"Applicant {self._mark('applicant')}",
            type="company",
            sector="other",
            us_basis="owned",
            us_basis_words="",
            parent="",
            website="",
            domains=[],
            countries=["KE"],
            abroad="An office.",
            contact_name="Ada Applicant",
            contact_title="",
            contact_phone="",
            email=f"{canary(self.used, 'applicantmail')}@example.org",
            created_at=self.at,
            verified_at=self.at,
        )
        self.session.add(row)
        return Holding("application", self.used, ids={"application": row.public_id})
