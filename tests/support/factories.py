"""Makers of organizations, people, councils and reports, each with sensible contents."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from osac_share.accounts.actions import HASHER, join_organization
from osac_share.accounts.models import Organization, Person
from osac_share.accounts.policy import canonical_email
from osac_share.councils import actions as councils
from osac_share.councils.policy import Actor, clearance_of
from osac_share.councils.queries import standing_of
from osac_share.reports import actions as reports
from osac_share.reports.models import ALERT, Contents, Section
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.reports.models import Edition, Report

PASSPHRASE = "kestrel lagoon amber fjord"
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""The moment at which things are made unless a test says otherwise; the `at` of the clock."""


NARROWED = "The threat is to one site."
"""Why fewer than all members may know, wherever that is so."""


@cache
def _hash() -> str:
    # Hashing is slow on purpose; one hash does for everybody.
    return HASHER.hash(PASSPHRASE)


def sections_saying(words: str) -> list[Section]:
    """Return the four sections of an alert, each of them saying `words`."""
    headings = [section.heading for section in taxonomy.kind(ALERT).sections]
    return [{"heading": heading, "body": f"{heading}: {words}"} for heading in headings]


@dataclass(frozen=True)
class Words:
    """What a made report says and to whom; any of it can be said otherwise."""

    title: str = "Nairobi: march to the parliament"
    summary: str = "A march is expected from noon."
    sections: Sequence[Section] = field(default_factory=lambda: sections_saying("a march at noon"))
    severity: str = "security"
    marking: str = "GREEN"
    addressees: Sequence[str] = ()
    places: Sequence[tuple[str, str]] = (("KE", "Nairobi"),)
    topics: Sequence[str] = ("civil-unrest",)
    alert_kind: str = "demonstration"
    lasts: timedelta | None = timedelta(days=7)
    change_note: str = ""
    is_major: bool = True

    def contents(self, at: datetime) -> Contents:
        """Return these words as those of a draft that is written at `at`."""
        return Contents(
            title=self.title,
            summary=self.summary,
            sections=self.sections,
            severity=self.severity,
            marking=self.marking,
            addressees=self.addressees,
            places=self.places,
            topics=self.topics,
            alert_kind=self.alert_kind,
            expires_at=None if self.lasts is None else at + self.lasts,
            change_note=self.change_note,
            is_major=self.is_major,
            narrowed_because=NARROWED,
        )


def make_organization(
    session: Session,
    name: str = "Example Freight",
    *,
    type_: str = "company",
    sector: str = "other",
    status: str = "active",
) -> Organization:
    """Return a new member organization."""
    organization = Organization(name=name, type=type_, sector=sector, status=status)
    session.add(organization)
    session.flush()
    return organization


def make_person(
    session: Session,
    name: str = "Pat Example",
    *,
    organization: Organization | None = None,
    staff_roles: Iterable[str] = (),
    seats: Iterable[tuple[Council, str]] = (),
    time_zone: str = "UTC",
    at: datetime = MOMENT,
) -> Person:
    """Return a new person who can sign in with `PASSPHRASE`, as `<first name>@example.org`."""
    person = Person(
        email=canonical_email(f"{name.split(maxsplit=1)[0]}@example.org"),
        name=name,
        password_hash=_hash(),
        time_zone=time_zone,
        staff_roles=sorted(staff_roles),
        created_at=at,
    )
    session.add(person)
    session.flush()
    if organization is not None:
        join_organization(session, person, organization, at=at)
    for council, kind in seats:
        councils.seat(session, council, person.id, kind, at=at)
    councils.renew_clearance(session, person.id, at=at)
    return person


def make_council(
    session: Session,
    slug: str = "kenya",
    *,
    name: str = "",
    countries: Iterable[str] = ("KE",),
    time_zone: str = "Africa/Nairobi",
    at: datetime = MOMENT,
) -> Council:
    """Return a new council, called after its slug unless a name is given."""
    return councils.create(
        session,
        slug=slug,
        name=name or slug.title(),
        countries=countries,
        at=at,
        time_zone=time_zone,
    )


def actor_of(session: Session, person: Person, *, at: datetime = MOMENT) -> Actor:
    """Return a person as one who acts at `at`."""
    standing = standing_of(session, person.id, at=at)
    return Actor(standing, clearance_of(standing), person.name, person.email)


def make_draft(
    session: Session,
    council: Council,
    *,
    by: Actor,
    words: Words | None = None,
    at: datetime = MOMENT,
) -> tuple[Report, Edition]:
    """Return a new draft, written through the real actions."""
    words = words or Words()
    report, draft = reports.begin(session, kind=ALERT, council=council, by=by, at=at)
    reports.revise(session, report, draft, words.contents(at), by=by, at=at)
    return report, draft


def make_report(
    session: Session,
    council: Council,
    *,
    by: Actor,
    words: Words | None = None,
    at: datetime = MOMENT,
) -> tuple[Report, Edition]:
    """Return a new report and its edition, published through the real actions."""
    report, draft = make_draft(session, council, by=by, words=words, at=at)
    reports.publish(session, report, draft, by=by, at=at)
    return report, draft


def make_update(
    session: Session,
    report: Report,
    *,
    by: Actor,
    words: Words | None = None,
    at: datetime = MOMENT,
) -> Edition:
    """Return a further edition of a published report, published through the real action."""
    words = words or Words()
    draft = reports.begin_update(session, report, by=by, at=at)
    contents = words.contents(at)
    if not contents.change_note:
        contents = replace(contents, change_note="The march has moved.")
    reports.revise(session, report, draft, contents, by=by, at=at)
    reports.publish(session, report, draft, by=by, at=at)
    return draft
