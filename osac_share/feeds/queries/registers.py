"""Registers: what holds in each country, complete and never cut off (RFC 5005, section 2)."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, func, select

from osac_share.audit.models import AuditEntry
from osac_share.councils.queries import all_offices, all_posts
from osac_share.feeds.documents import (
    FORMATS,
    Contacts,
    Feed,
    History,
    contacts_entry,
    entry_for_country,
)
from osac_share.feeds.queries.changes import last_touched
from osac_share.feeds.queries.news import entries_in, issues_of
from osac_share.feeds.queries.scopes import BEFORE_ALL, PUBLIC_SIGHT, uuid_of
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import ACTIVE, PUBLISHED, Edition, EditionPlace, Report
from osac_share.reports.queries import Filters, first_of_each_country, narrowed, visible
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Post, SecurityOffice
    from osac_share.feeds.documents import FeedEntry, Publisher

_CONTACTS = ("post", "security_office")
"""What the record calls posts and security offices."""


class _Found(NamedTuple):
    """What a register holds, and when it last changed."""

    entries: Sequence[FeedEntry]
    updated: datetime


class Register(NamedTuple):
    """A register: its title, what it says of itself, and how it is drawn up."""

    title: str
    subtitle: str
    draw_up: Callable[[Session, Publisher], _Found]


def register_feed(session: Session, name: str, publisher: Publisher) -> Feed:
    """Return a register as everybody may see it: an entry for each country of which it has any.

    Raises:
        NotFound: there is no register of that name.

    """
    if name not in REGISTERS:
        raise NotFound
    register, path = REGISTERS[name], f"registers/{name}"
    found = register.draw_up(session, publisher)
    return Feed(
        uuid=uuid_of(path),
        title=f"{publisher.name}: {register.title}",
        subtitle=register.subtitle,
        author=publisher.name,
        home=f"{publisher.url}/countries",
        addresses={kind: f"{publisher.url}/feeds/{path}.{kind}" for kind in FORMATS},
        updated=found.updated,
        entries=tuple(found.entries),
        history=History("complete"),
    )


def contacts_noted(session: Session) -> tuple[tuple[int, datetime], ...]:
    """Return a value that is another one whenever somebody wrote or tried a contact."""
    kind = AuditEntry.object_kind
    question = select(func.max(AuditEntry.id), func.max(AuditEntry.at))
    newest = question.where(kind.in_(_CONTACTS)).group_by(kind).order_by(kind)
    return tuple((row[0], row[1]) for row in session.execute(newest))


def _advisories(session: Session, publisher: Publisher) -> _Found:
    return _texts(session, "advisory", publisher)


def _country_reports(session: Session, publisher: Publisher) -> _Found:
    return _texts(session, "country_security_report", publisher)


def _texts(session: Session, kind: str, publisher: Publisher) -> _Found:
    of_country = _current_texts(session, kind)
    rows = list({row[1].id: row for row in of_country.values()}.values())
    issues = issues_of(session, [report.id for report, _edition in rows], PUBLIC_SIGHT)
    known = [issues[report.id] for report, _edition in rows]
    entries = entries_in(session, rows, known, publisher, PUBLIC_SIGHT)
    entry_of = {row[1].id: entry for row, entry in zip(rows, entries, strict=True)}
    return _Found(
        [
            entry_for_country(entry_of[edition.id], iso2)
            for iso2, (_report, edition) in of_country.items()
        ],
        last_touched(session, Filters(kinds=(kind,)), PUBLIC_SIGHT) or BEFORE_ALL,
    )


def _current_texts(session: Session, kind: str) -> Mapping[str, tuple[Report, Edition]]:
    """Return the text that holds in each country, by its code, in the order of their names.

    What speaks of a country as a whole comes before what speaks of a part of it, and then the
    newest. Drills hold nowhere.
    """
    whole_first = case((EditionPlace.place == "", 0), else_=1)
    question = narrowed(
        visible(PUBLIC_SIGHT.clearance), Filters(kinds=(kind,), states=(PUBLISHED,))
    ).where(Report.is_exercise.is_(False), Edition.marking.in_(PUBLIC_SIGHT.in_full))
    is_active = EditionPlace.status == ACTIVE
    found = first_of_each_country(session, question, is_active, before=(whole_first,))
    return {iso2: found[iso2] for iso2 in sorted(found, key=_name)}


def _name(iso2: str) -> str:
    return taxonomy.country(iso2).sort_key


def _posts(session: Session, publisher: Publisher) -> _Found:
    noted = _noted(session)
    posts, offices = all_posts(session), all_offices(session)
    countries = {post.country for post in posts} | {
        covered.country for office in offices for covered in office.countries
    }
    entries = []
    for iso2 in sorted(countries, key=_name):
        contacts = Contacts(
            [post for post in posts if post.country == iso2],
            [one for one in offices if iso2 in {covered.country for covered in one.countries}],
        )
        entries.append(
            contacts_entry(
                taxonomy.country(iso2),
                contacts,
                publisher,
                uuid=uuid_of(f"registers/posts/{iso2}"),
                noted=_moments_of(contacts, noted),
            )
        )
    # An office that covers a country no longer leaves its entry, and that is a change, too.
    marks = [entry.updated for entry in entries] + [moments[-1] for moments in noted.values()]
    return _Found(entries, max(marks, default=BEFORE_ALL))


def _moments_of(
    contacts: Contacts, noted: Mapping[tuple[str, str], list[datetime]]
) -> list[datetime]:
    found = [moment for post in contacts.posts for moment in _moments(post, noted)]
    return found + [moment for office in contacts.offices for moment in _moments(office, noted)]


def _noted(session: Session) -> Mapping[tuple[str, str], list[datetime]]:
    """Return when somebody wrote or tried each contact, as the record says."""
    question = (
        select(AuditEntry.object_kind, AuditEntry.object_id, AuditEntry.at)
        .where(AuditEntry.object_kind.in_(_CONTACTS))
        .order_by(AuditEntry.at)
    )
    noted: dict[tuple[str, str], list[datetime]] = {}
    for kind, name, at in session.execute(question):
        noted.setdefault((kind, name), []).append(at)
    return noted


def _moments(
    contact: Post | SecurityOffice, noted: Mapping[tuple[str, str], list[datetime]]
) -> list[datetime]:
    public_id: str | None = getattr(contact, "public_id", None)
    key = ("post", str(contact.id)) if public_id is None else ("security_office", public_id)
    if key in noted:
        return noted[key]
    # It came with the installation: nobody wrote it here.
    day = contact.verified_on
    return [datetime.combine(day, time(), UTC) if day else BEFORE_ALL]


REGISTERS: Mapping[str, Register] = {
    "advisories": Register(
        "Travel Advisories",
        "The current Travel Advisory of each country, all of them.",
        _advisories,
    ),
    "country-reports": Register(
        "Country Security Reports",
        "The current Country Security Report of each country, all of them.",
        _country_reports,
    ),
    "posts": Register(
        "Embassies, consulates and security offices",
        "Whom to reach in each country, by day and by night, all of them.",
        _posts,
    ),
}
