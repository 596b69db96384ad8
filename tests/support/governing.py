"""Two administrators, and what they propose to one another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share import acts
from osac_share.audit.models import AuditEntry
from osac_share.councils import actions as councils
from osac_share.councils.actions import Term
from osac_share.councils.policy import ADMIN, CHAIR
from osac_share.councils.queries import actor_of
from osac_share.kernel.db import transaction
from osac_share.letters.models import Letter
from tests.support.factories import make_organization, make_person

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization, Person
    from osac_share.councils.policy import Actor
    from osac_share.proposals.models import Proposal
    from tests.support.cast import Cast


@dataclass(frozen=True)
class Government:
    """Ada and Abe administer; Nia is an officer who is to follow Amara in Kenya."""

    session: Session
    at: datetime
    cast: Cast
    ada: Person
    abe: Person
    nia: Person
    office: Organization

    def actor(self, person: Person) -> Actor:
        """Return a person as one who acts now."""
        return actor_of(self.session, person.id, at=self.at)

    def term(self, **changes: object) -> Term:
        """Return Nia's term as chair of Kenya's council from now on, with `changes`."""
        said = {
            "council_id": self.cast.kenya.id,
            "person_id": self.nia.id,
            "kind": CHAIR,
            "starts": self.at,
        }
        return Term(**(said | changes))  # type: ignore[arg-type]

    def propose(self, **changes: object) -> Proposal:
        """Let Ada propose that term; it is committed."""
        with transaction(self.session):
            by, term = self.actor(self.ada), self.term(**changes)
            return councils.propose_term(self.session, term, by=by, at=self.at)

    def second(
        self, proposal: Proposal, person: Person, *, after: timedelta = timedelta()
    ) -> Proposal:
        """Let somebody second a proposal; it is committed."""
        with transaction(self.session):
            by = self.actor(person)
            return acts.second(self.session, proposal.public_id, by=by, at=self.at + after)

    def record(self, noun: str) -> list[str]:
        """Return the acts on these in the record, in their order."""
        found = select(AuditEntry.action).where(AuditEntry.action.startswith(f"{noun}."))
        return list(self.session.scalars(found.order_by(AuditEntry.id)))

    def letters(self, purpose: str) -> list[str]:
        """Return the addresses to which letters of this purpose went, in order of the alphabet."""
        return sorted(self.session.scalars(select(Letter.address).where(Letter.purpose == purpose)))


@pytest.fixture
def government(session: Session, cast: Cast, at: datetime) -> Government:
    """Return the cast with two administrators and an officer to come, committed."""
    with transaction(session):
        office = make_organization(session, "Office of Examples", type_="government")
        ada = make_person(session, "Ada Admin", organization=office, staff_roles=[ADMIN], at=at)
        abe = make_person(session, "Abe Admin", organization=office, staff_roles=[ADMIN], at=at)
        nia = make_person(session, "Nia Newcomer", organization=office, at=at)
    return Government(session, at, cast, ada, abe, nia, office)
