"""Furnishing an empty database with the fictional world. Nothing here commits."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.actions import join_organization, open_account
from osac_share.accounts.models import Person
from osac_share.councils import actions as councils
from osac_share.councils.models import Council, Post
from osac_share.councils.policy import CHAIR, Actor, clearance_of
from osac_share.councils.queries import standing_of
from osac_share.demo.documents import archive, cast
from osac_share.demo.governing import govern
from osac_share.demo.members import come_to_the_door, found_organizations
from osac_share.demo.wishing import wish
from osac_share.reports import actions as reports
from osac_share.reports.documents import summary_of
from osac_share.reports.models import ALERT, LIFTED, Contents, Place
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.demo.documents import PersonText, ReportText, UpdateText
    from osac_share.reports.models import Report, Section

NARROW = frozenset({"AMBER", "AMBER_STRICT"})
WHY_NARROW = "It concerns the members in these places only."


def is_empty(session: Session) -> bool:
    """Tell whether nobody lives here yet."""
    return session.scalar(select(Person.id).limit(1)) is None


def furnish(session: Session, *, password: str, at: datetime) -> None:
    """Create the fictional councils, posts, organizations, people and reports.

    Everybody gets the same passphrase. Reports go through the same actions as real ones.
    """
    found = {text.slug: _create_council(session, text.slug, at=at) for text in cast().councils}
    for text in cast().posts:
        session.add(Post(**text.model_dump(), verified_on=at.date()))
    homes = found_organizations(session, at=at)
    chairs: dict[str, Actor] = {}
    contacts: dict[str, Actor] = {}
    people: dict[str, Actor] = {}
    for person in cast().people:
        actor = _settle(session, person, found, homes[person.organization], password, at=at)
        people[person.email] = actor
        chairs |= {slug: actor for slug, kind in person.seats if kind == CHAIR}
        contacts |= {person.organization: actor} if person.is_contact else {}
    come_to_the_door(session, homes, contacts, at=at)
    govern(session, found, people, at=at)
    contact = next(text for text in cast().people if text.is_contact)
    wish(session, people, homes[contact.organization], at)
    for report in sorted(archive().reports, key=lambda text: text.age, reverse=True):
        _publish(session, report, found[report.council], by=chairs[report.council], at=at)


def _create_council(session: Session, slug: str, *, at: datetime) -> Council:
    text = next(text for text in cast().councils if text.slug == slug)
    return councils.create(session, **text.model_dump(), at=at)


def _settle(
    session: Session,
    text: PersonText,
    found: dict[str, Council],
    home: Organization,
    password: str,
    *,
    at: datetime,
) -> Actor:
    person = open_account(
        session,
        email=text.email,
        name=text.name,
        password=password,
        at=at,
        time_zone=text.time_zone,
        staff_roles=text.staff_roles,
    )
    join_organization(session, person, home, at=at, is_contact=text.is_contact)
    for slug, kind in text.seats:
        councils.seat(session, found[slug], person.id, kind, at=at)
    councils.renew_clearance(session, person.id, at=at)
    standing = standing_of(session, person.id, at=at)
    actor = Actor(standing, clearance_of(standing), person.name, person.email)
    for iso2 in text.subscribes:
        subscribe(session, Wish(places=[iso2]), by=actor, at=at)
    return actor


def _publish(
    session: Session, text: ReportText, council: Council, *, by: Actor, at: datetime
) -> None:
    then = at - text.age
    report, draft = reports.begin(
        session, kind=ALERT, council=council, by=by, at=then, is_exercise=text.is_exercise
    )
    reports.revise(session, report, draft, _contents(text, then), by=by, at=then)
    if text.is_handed_in_only:
        reports.submit(session, report, draft, by=by, at=then)
        return
    reports.publish(session, report, draft, by=by, at=then)
    for update in text.updates:
        _update(session, report, update, by=by, at=at)
    if text.withdrawn_because:
        reports.withdraw(session, report, by=by, at=at, because=text.withdrawn_because)


def _contents(text: ReportText, then: datetime) -> Contents:
    headings = [section.heading for section in taxonomy.kind(ALERT).sections]
    sections: list[Section] = [
        {"heading": heading, "body": body}
        for heading, body in zip(headings, text.bodies, strict=True)
    ]
    return Contents(
        title=text.title,
        summary=summary_of(sections),
        sections=sections,
        severity=text.severity,
        marking=text.marking,
        places=[place for line in text.places for place in taxonomy.located(line)],
        topics=text.topics,
        alert_kind=text.alert_kind,
        expires_at=then + text.term,
        narrowed_because=WHY_NARROW if text.marking in NARROW else "",
    )


def _update(session: Session, report: Report, text: UpdateText, *, by: Actor, at: datetime) -> None:
    then = at - text.age
    draft = reports.begin_update(session, report, by=by, at=then, outcome=text.outcome)
    before = Contents.of(draft)
    changed = {"Event": text.event, "Actions to take": text.actions}
    sections: list[Section] = [
        {"heading": one["heading"], "body": changed.get(one["heading"]) or one["body"]}
        for one in before.sections
    ]
    places = [
        Place(place[0], place[1], LIFTED) if place[1] in text.lifted else place
        for place in before.places
    ]
    contents = replace(before, sections=sections, places=places, change_note=text.change_note)
    reports.revise(session, report, draft, contents, by=by, at=then)
    reports.publish(session, report, draft, by=by, at=then)
