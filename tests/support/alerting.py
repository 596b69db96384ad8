"""A small council with a chair and subscribers, for tests of what follows a publication."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.actions import HASHER, join_organization
from osac_share.accounts.models import Organization, Person
from osac_share.councils import actions as councils
from osac_share.councils.policy import CHAIR, Actor, clearance_of
from osac_share.councils.queries import standing_of
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.reports import actions as reports
from osac_share.reports.models import HOLDS, LIFTED, Contents
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from tests.support.factories import NARROWED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.reports.models import Edition, Report
    from osac_share.subscriptions.models import Subscription

TITLE = "Demonstration near the central market"
SECTIONS = {
    "Location": "Nairobi, the **central market** and the streets around it.",
    "Event": "A march is expected from noon.\n\n- Roads are closed\n- Police are present",
    "Actions to take": "- Avoid the area.\n- Monitor local media.",
    "Assistance": "Call the duty officer, see [the numbers](https://example.org/numbers).",
}


@dataclass
class Alert:
    """What an alert of these tests says, unless a test says otherwise."""

    title: str = TITLE
    severity: str = "security"
    marking: str = "GREEN"
    places: Sequence[tuple[str, str]] = (("KE", "Nairobi"), ("UG", ""))
    topics: Sequence[str] = ("civil-unrest",)
    addressees: Sequence[str] = ()
    lasts: timedelta | None = timedelta(days=7)
    sections: dict[str, str] = field(default_factory=SECTIONS.copy)


class Newsroom:
    """The council of one test, in its database."""

    def __init__(self, session: Session, at: datetime) -> None:
        """Found the council and seat its chair; the caller commits."""
        self.session = session
        self.at = at
        self.organization = Organization(name="Example Freight", type="company", sector="other")
        session.add(self.organization)
        self.council: Council = councils.create(
            session,
            slug="nairobi",
            name="Nairobi",
            countries=["KE"],
            at=at,
            time_zone="Africa/Nairobi",
        )
        chair = self.member("chair@example.org")
        councils.seat(session, self.council, chair.id, CHAIR, at=at)
        self.chair = self.actor(chair)

    def member(self, email: str) -> Person:
        """Return a new member of the organization, who cannot sign in."""
        person = Person(email=email, name=email, password_hash="", created_at=self.at)
        self.session.add(person)
        self.session.flush()
        self.join(person)
        councils.renew_clearance(self.session, person.id, at=self.at)
        return person

    def join(self, person: Person) -> None:
        """Let a person represent the organization."""
        join_organization(self.session, person, self.organization, at=self.at)

    def let_in(self, email: str, passphrase: str) -> None:
        """Let a member sign in with a passphrase."""
        person = self.session.scalars(select(Person).where(Person.email == email)).one()
        person.password_hash = HASHER.hash(passphrase)
        self.session.flush()

    def actor(self, person: Person) -> Actor:
        """Return a person as one who acts now."""
        standing = standing_of(self.session, person.id, at=self.at)
        return Actor(standing, clearance_of(standing), person.name, person.email)

    def subscriber(
        self,
        email: str,
        *,
        countries: Sequence[str] = ("KE",),
        topics: Sequence[str] = (),
        min_severity: str = "routine",
    ) -> Subscription:
        """Return the subscription of a new member."""
        return subscribe(
            self.session,
            Wish(places=countries, topics=topics, min_severity=min_severity),
            by=self.actor(self.member(email)),
            at=self.at,
        )

    def renew(self, person_id: int) -> None:
        """Write a person's clearance anew after a change of standing."""
        councils.renew_clearance(self.session, person_id, at=self.at)

    def next_edition(self, report: Report, *, marking: str) -> Edition:
        """Return the draft of an update, its words those of the edition before it."""
        draft = reports.begin_update(self.session, report, by=self.chair, at=self.at)
        draft.marking, draft.change_note = marking, "The march has moved."
        draft.narrowed_because = NARROWED
        self.session.flush()
        return draft

    def update(
        self,
        report: Report,
        *,
        outcome: str = HOLDS,
        marking: str | None = None,
        lift: str = "",
        event: str = "",
    ) -> Edition:
        """Publish an update, or the end of a report, with some country lifted, some words new."""
        draft = reports.begin_update(
            self.session, report, by=self.chair, at=self.at, outcome=outcome
        )
        draft.change_note, draft.narrowed_because = "Uganda is quiet again.", NARROWED
        draft.marking = marking or draft.marking
        if event:
            draft.sections = [
                {**one, "body": event} if one["heading"] == "Event" else one
                for one in draft.sections
            ]
        for place in draft.places:
            if place.country == lift:
                place.status = LIFTED
        self.session.flush()
        self.release(draft)
        return draft

    def draft(self, alert: Alert | None = None) -> Edition:
        """Return a draft of an alert."""
        alert = alert or Alert()
        report, draft = reports.begin(
            self.session, kind="alert", council=self.council, by=self.chair, at=self.at
        )
        contents = Contents(
            title=alert.title,
            sections=[{"heading": one, "body": body} for one, body in alert.sections.items()],
            severity=alert.severity,
            marking=alert.marking,
            addressees=alert.addressees,
            places=alert.places,
            topics=alert.topics,
            alert_kind="demonstration",
            expires_at=self.at + alert.lasts if alert.lasts else None,
            narrowed_because=NARROWED,
        )
        reports.revise(self.session, report, draft, contents, by=self.chair, at=self.at)
        return draft

    def publish(self, alert: Alert | None = None) -> Edition:
        """Publish an alert as the chair does."""
        draft = self.draft(alert)
        self.release(draft)
        return draft

    def release(self, draft: Edition) -> None:
        """Publish a draft as the chair does."""
        reports.publish(self.session, draft.report, draft, by=self.chair, at=self.at)


def publish_to(newsroom: Newsroom, *addresses: str, alert: Alert | None = None) -> None:
    """Publish an alert to these new subscribers, in one transaction."""
    with transaction(newsroom.session):
        for address in addresses:
            newsroom.subscriber(address)
        newsroom.publish(alert)


def states(newsroom: Newsroom) -> dict[str, str]:
    """Return the state of each person's delivery, by address, as the database has it now."""
    newsroom.session.rollback()
    question = select(Person.email, Delivery.state).join(Delivery, Delivery.person_id == Person.id)
    return {row.email: row.state for row in newsroom.session.execute(question)}


def reasons(newsroom: Newsroom) -> set[str | None]:
    """Return the reasons that the ledger gives, as the database has them now."""
    newsroom.session.rollback()
    return set(newsroom.session.scalars(select(Delivery.reason)))
