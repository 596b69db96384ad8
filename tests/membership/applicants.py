"""Fixtures: an applicant with a mailbox, an administrator, and a member with a contact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from osac_share.accounts.actions import join_organization
from osac_share.councils.actions import renew_clearance
from osac_share.councils.policy import ADMIN, MEMBERS
from osac_share.councils.queries import clearance_rows, standing_of
from osac_share.kernel.db import transaction
from osac_share.letters.models import Letter
from osac_share.letters.policy import link_url
from osac_share.membership import queries
from osac_share.membership.models import Answers
from osac_share.membership.policy import EVERY
from tests.support.factories import actor_of, make_organization, make_person

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization, Person
    from osac_share.councils.policy import Actor
    from osac_share.settings import Settings
    from tests.support.pages import Document, Visitor

FORM: dict[str, Any] = {
    "name": "Acme Wells Inc.",
    "type": "company",
    "sector": "energy-extractives",
    "us_basis": "incorporated",
    "us_basis_words": "Incorporated in Delaware in 1998.",
    "parent": "",
    "website": "https://acme.example.org",
    "domains": "acme.example.org, acme-wells.example.org",
    "countries": "Kenya\nNigeria",
    "abroad": "Drills wells for water.",
    "contact_name": "Ada Acme",
    "contact_title": "Head of security",
    "email": "ada@acme.example.org",
    "contact_phone": "+1 202 555 0199",
}
"""What an applicant types."""


def answers(**said: object) -> Answers:
    """Return answers as the form gives them, some of them said otherwise."""
    lists = {"domains": ["acme.example.org"], "countries": ["KE", "NG"]}
    return Answers(**{**FORM, **lists, **said})


def without_reference(page: Document) -> str:
    """Return what an error page says, but for the number by which its log line is found."""
    return page.text.partition("Error ")[0]


@dataclass(frozen=True)
class Mailbox:
    """The letters that were written, as those who get them see them."""

    session: Session
    settings: Settings

    def letters(self, address: str) -> list[Letter]:
        """Return what was written to an address, oldest first."""
        self.session.rollback()
        found = self.session.query(Letter).filter_by(address=address).order_by(Letter.id)
        return list(found)

    def purposes(self, address: str) -> list[str]:
        """Return what the letters to an address were about, oldest first."""
        return [letter.purpose for letter in self.letters(address)]

    def path(self, address: str, purpose: str) -> str:
        """Return where the link of the latest letter of a purpose leads on the site."""
        letter = [one for one in self.letters(address) if one.purpose == purpose][-1]
        assert letter.link is not None
        return link_url(self.settings.require_secret(), "", letter.link)


@pytest.fixture
def mailbox(session: Session, settings: Settings) -> Mailbox:
    """Return a look at the letters of this test."""
    return Mailbox(session, settings)


@dataclass(frozen=True)
class Members:
    """A member organization with its people, and an administrator of the program."""

    acme: Organization
    cora: Person
    milo: Person
    nell: Person
    adam: Person
    actors: dict[str, Actor]


@pytest.fixture
def members(session: Session, at: datetime, clock: time_machine.Traveller) -> Members:
    """Return Acme with Cora, its contact, Milo and Nell, and Adam of the staff, committed.

    The clock stands at `at`: what the pages do and what tests do happens at one moment.
    """
    with transaction(session):
        return settle(session, at=at)


def settle(session: Session, *, at: datetime) -> Members:
    """Create them; the caller commits."""
    state = make_organization(session, "Program Office", type_="government")
    acme = make_organization(session, "Acme Holdings")
    acme.domains, acme.verified_at, acme.verify_by = ["example.org"], at, at + EVERY
    cora = make_person(session, "Cora Contact", at=at)
    join_organization(session, cora, acme, at=at, is_contact=True)
    renew_clearance(session, cora.id, at=at)
    milo = make_person(session, "Milo Member", organization=acme, at=at)
    nell = make_person(session, "Nell Member", organization=acme, at=at)
    adam = make_person(session, "Adam Admin", organization=state, staff_roles=[ADMIN], at=at)
    people = {"cora": cora, "milo": milo, "nell": nell, "adam": adam}
    actors = {name: actor_of(session, person, at=at) for name, person in people.items()}
    return Members(acme=acme, **people, actors=actors)


def invite(visitor: Visitor, name: str, email: str) -> int:
    """Invite somebody on the console, and return the status of the answer."""
    values: dict[str, Any] = {"invite-name": name, "invite-email": email}
    return visitor.submit("/organization", to="/organization/invite", **values).status


def states(session: Session, members: Members, at: datetime) -> dict[str, str]:
    """Return how each of Acme's people stands, by name."""
    session.rollback()
    people = queries.colleagues(session, members.acme.id, at=at)
    return {one.person.name: one.state for one in people}


def is_member(session: Session, person: Person, at: datetime) -> bool:
    """Tell whether a person sees what members see; the kept copy and the standing must agree."""
    session.rollback()
    kept = MEMBERS in clearance_rows(session, person.id)
    standing = standing_of(session, person.id, at=at)
    assert kept == (standing.active and standing.organization_id is not None)
    return kept
