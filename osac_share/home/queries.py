"""What the front and country pages put together from the features below."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import bindparam, false, func, select, union

from osac_share.councils.models import CouncilCountry
from osac_share.councils.policy import MEMBERS
from osac_share.councils.queries import councils_by_id
from osac_share.kernel.prepared import Prepared
from osac_share.reports import queries as reports
from osac_share.reports.models import PUBLISHED, Edition, EditionPlace, Report
from osac_share.reports.queries import Filters, meets
from osac_share.subscriptions.models import SubscriptionTerm
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor, Standing

Row = tuple[Report, Edition]

NEWS_KINDS = (
    "alert",
    "evacuation_notice",
    "situation_report",
    "analysis",
    "country_security_report",
    "reward_notice",
    "grant_notice",
    "training_notice",
    "announcement",
)
"""What councils themselves write; relayed country pages are a register, not news."""

STANDING = ("published", "all_clear", "cancelled", "expired")
"""The states of what a country's line may name: what was withdrawn is news of nothing."""

SHOWN = 12

A_COUNTRY = 4
"""How many of the newest reports are looked through for each country at first."""

MOST_ALERTS = 200
"""How many alerts in force are counted; nobody reads on after that."""

A_CODE = 2
"""The length of a place of a wish that is a country; regions and councils are longer."""

OTHER = "other"
"""The chapter of what is filed under none that we know."""


@dataclass(frozen=True, slots=True)
class CountryLine:
    """One of a member's countries in a line: its advisory level and its newest report."""

    iso2: str
    level: int | None
    newest: Row | None


@dataclass(frozen=True, slots=True)
class WhatHolds:
    """What holds now: evacuations before all else, then alerts; drills stand apart."""

    evacuations: Sequence[Row]
    alerts: Sequence[Row]
    exercises: Sequence[Row]

    @property
    def rows(self) -> Sequence[Row]:
        """Return all of it."""
        return (*self.evacuations, *self.alerts, *self.exercises)


def in_force(
    session: Session,
    clearance: AbstractSet[str],
    *,
    at: datetime,
    countries: Collection[str] = (),
) -> WhatHolds:
    """Return what holds at `at`, the gravest and newest first; a drill is no alert."""
    rows = reports.active_alerts(session, clearance, at=at, countries=countries, limit=MOST_ALERTS)
    real = [row for row in rows if not row[0].is_exercise]
    return WhatHolds(
        evacuations=[row for row in real if row[0].kind == "evacuation_notice"],
        alerts=[row for row in real if row[0].kind != "evacuation_notice"],
        exercises=[row for row in rows if row[0].is_exercise],
    )


def own_countries(session: Session, actor: Actor) -> list[str]:
    """Return the countries that matter to this person: subscribed to, or of their councils."""
    if actor.id is None or MEMBERS not in actor.clearance:
        return []
    councils = {council for council, _kind in actor.standing.seats}
    tokens = {f"council_{place}": council for place, council in enumerate(councils)}
    found = _countries(len(councils)).rows(session, person_id=actor.id, **tokens)
    return sorted((row[0] for row in found), key=lambda iso2: taxonomy.country(iso2).sort_key)


_COUNCIL, _TERM = CouncilCountry.__table__.c, SubscriptionTerm.__table__.c


@cache
def _countries(size: int) -> Prepared:
    councils = [
        bindparam(f"council_{place}", type_=_COUNCIL.council_id.type) for place in range(size)
    ]
    return Prepared(
        union(
            select(_COUNCIL.country).where(
                _COUNCIL.council_id.in_(councils) if councils else false()
            ),
            select(_TERM.place).where(
                _TERM.person_id == bindparam("person_id"),
                _TERM.open.is_(True),
                func.length(_TERM.place) == A_CODE,
            ),
        )
    )


def advisory_levels(
    session: Session, clearance: AbstractSet[str], countries: Collection[str] | None = None
) -> Mapping[str, int]:
    """Return the Travel Advisory level (1 to 4) of each country that has a visible one.

    A country whose parts are advised on separately gets the gravest of their levels.
    """
    question = (
        select(EditionPlace.country, func.max(Edition.level))
        .join(Edition, EditionPlace.edition_id == Edition.id)
        .join(Report, Report.current_edition_id == Edition.id)
        .where(Report.kind == "advisory", Edition.level.is_not(None), meets(Edition.id, clearance))
        .group_by(EditionPlace.country)
    )
    if countries is not None:
        question = question.where(EditionPlace.country.in_(countries))
    return {row[0]: row[1] for row in session.execute(question) if row[1] is not None}


def newest_reports(
    session: Session, clearance: AbstractSet[str], *, limit: int = SHOWN
) -> Sequence[Row]:
    """Return the newest of what councils wrote."""
    return reports.listing(session, clearance, Filters(kinds=NEWS_KINDS), limit=limit)


def country_lines(session: Session, actor: Actor, countries: Collection[str]) -> list[CountryLine]:
    """Return a line for each of these countries."""
    levels = advisory_levels(session, actor.clearance, countries)
    rows = reports.listing(
        session,
        actor.clearance,
        Filters(countries=countries, kinds=NEWS_KINDS, states=STANDING),
        limit=A_COUNTRY * len(countries),
    )
    newest: dict[str, Row] = {}
    for row in rows:
        for iso2 in row[1].countries:
            newest.setdefault(iso2, row)
    # A country that others crowd out of the newest has few reports: it is cheap to ask.
    if quiet := [iso2 for iso2 in countries if iso2 not in newest]:
        newest |= _newest_of_each(session, actor.clearance, quiet)
    return [CountryLine(iso2, levels.get(iso2), newest.get(iso2)) for iso2 in countries]


def _newest_of_each(
    session: Session, clearance: AbstractSet[str], countries: Collection[str]
) -> dict[str, Row]:
    question = reports.narrowed(
        reports.visible(clearance), Filters(kinds=NEWS_KINDS, states=STANDING)
    )
    theirs = EditionPlace.country.in_(countries)
    return reports.first_of_each_country(session, question, theirs)


def report_counts(session: Session, clearance: AbstractSet[str]) -> Mapping[str, int]:
    """Return how many visible reports in force each country has."""
    question = (
        select(EditionPlace.country, func.count(func.distinct(Report.id)))
        .join(Report, Report.current_edition_id == EditionPlace.edition_id)
        .where(Report.state == PUBLISHED, meets(EditionPlace.edition_id, clearance))
        .group_by(EditionPlace.country)
    )
    return {row[0]: row[1] for row in session.execute(question)}


def register(session: Session, clearance: AbstractSet[str], country: str) -> dict[str, list[Row]]:
    """Return the relayed country information of a country, by chapter in the chapters' order."""
    filters = Filters(countries=(country,), kinds=("advisory", "country_information"))
    rows = reports.listing(session, clearance, filters, limit=200)
    chapters: dict[str, list[Row]] = {chapter.slug: [] for chapter in taxonomy.chapters()}
    for row in sorted(rows, key=lambda pair: pair[1].title):
        chapters.get(row[0].chapter or OTHER, chapters[OTHER]).append(row)
    return {slug: found for slug, found in chapters.items() if found}


class Office(NamedTuple):
    """A seat that somebody holds: on which council, and what it is called."""

    council: Council
    seat: str


def offices(session: Session, standing: Standing) -> list[Office]:
    """Return the seats of somebody's standing, by council."""
    held = dict.fromkeys(council for council, _kind in standing.seats)
    found = {one.id: one for one in councils_by_id(session, held)}
    named = [
        Office(found[council], taxonomy.seat_kind(kind).label) for council, kind in standing.seats
    ]
    return sorted(named, key=lambda office: (office.council.name, office.seat))
