"""Reports of every kind for tests of what readers get, published through the real actions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from osac_share.reports import actions
from osac_share.reports.models import ACTIVE, COUNCIL, HOLDS, LIFTED, Contents, Place
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report, Section

CITIES = ("Tijuana", "Monterrey", "Guadalajara", "Puerto Vallarta")


def cities(*lifted: str, among: Iterable[str] = CITIES) -> list[Place]:
    """Return cities of Mexico, some of them lifted."""
    return [Place("MX", city, LIFTED if city in lifted else ACTIVE) for city in among]


def chapters(kind: str, words: str = "as usual", **ratings: str) -> list[Section]:
    """Return the sections of a kind, each saying `words`; some rated, by their heading."""
    parts: list[Section] = []
    for section in taxonomy.kind(kind).sections:
        part: Section = {"heading": section.heading, "body": f"{section.heading}: {words}."}
        if rating := ratings.get(section.heading.partition(" ")[0].lower()):
            part["rating"] = rating
        parts.append(part)
    return parts


def publish(
    session: Session,
    council: Council,
    *,
    by: Actor,
    at: datetime,
    kind: str = "alert",
    origin: str = COUNCIL,
    is_exercise: bool = False,
    **said: Any,  # noqa: ANN401 -- any field of `Contents`.
) -> Report:
    """Return a new report of some kind; what is not said is made up."""
    report, draft = actions.begin(
        session, kind=kind, council=council, by=by, at=at, origin=origin, is_exercise=is_exercise
    )
    contents = Contents(
        title="Shelter in place",
        sections=chapters(kind),
        severity="security",
        marking="CLEAR",
        places=[Place("MX", "Tijuana")],
        alert_kind="security" if kind == "alert" else None,
        expires_at=_usual_end(kind, at),
        narrowed_because="It concerns one site.",
    )
    actions.revise(session, report, draft, replace(contents, **said), by=by, at=at)
    actions.publish(session, report, draft, by=by, at=at)
    return report


def _usual_end(kind: str, at: datetime) -> datetime | None:
    term = taxonomy.kind(kind).expiry
    return at + timedelta(days=term.default_days) if term and term.required else None


def go_on(
    session: Session,
    report: Report,
    *,
    by: Actor,
    at: datetime,
    outcome: str = HOLDS,
    **said: Any,  # noqa: ANN401 -- any field of `Contents`.
) -> Edition:
    """Publish the next edition: an update, a correction, or the end."""
    session.refresh(report)
    draft = actions.begin_update(session, report, by=by, at=at, outcome=outcome)
    contents = replace(Contents.of(draft), change_note="Something changed.")
    actions.revise(session, report, draft, replace(contents, **said), by=by, at=at)
    actions.publish(session, report, draft, by=by, at=at)
    return draft
