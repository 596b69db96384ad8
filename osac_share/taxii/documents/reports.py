"""A version of a report as a STIX 2.1 `report` object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.exchange.models import ENDED
from osac_share.reports.documents import (
    drill_notice,
    end_notice_of,
    place_name,
    relay_notice,
    shown_title,
    sight_words,
)
from osac_share.reports.models import CLOSING, EXPIRED, LIFTED, PUBLISHED, WITHDRAWN
from osac_share.taxii.documents.naming import marking_ref, moment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from uuid import UUID

    from osac_share.exchange.models import Change
    from osac_share.reports.models import Edition, Report
    from osac_share.taxii.documents.naming import Site, StixObject


@dataclass(frozen=True, slots=True)
class Root:
    """What all versions of a report share: its UUID, and when its first one was published."""

    uuid: UUID
    created: datetime

    @property
    def id(self) -> str:
        """Return the id of the object."""
        return f"report--{self.uuid}"


def modified_at(change: Change, edition: Edition) -> datetime:
    """Return the moment that a change gives to its version of the object.

    An edition has a moment of its own. Whoever runs out of time makes no edition.
    """
    return change.at if _state(change, edition) == EXPIRED else edition.published_at or change.at


def report_object(
    change: Change,
    report: Report,
    edition: Edition,
    root: Root,
    site: Site,
    names: Mapping[str, str],
) -> StixObject:
    """Return what a change made of a report. It says the same whenever it is asked for.

    Args:
        change: what happened.
        report: whose change it is.
        edition: the edition that the change is about.
        root: what all versions of the object share.
        site: who publishes it.
        names: of the councils and organizations that it is addressed to, by their tokens.

    """
    state = _state(change, edition)
    made: StixObject = {
        "type": "report",
        "spec_version": "2.1",
        "id": root.id,
        "created_by_ref": site.identity_id,
        "created": moment(root.created),
        "modified": moment(modified_at(change, edition)),
        "name": shown_title(report, edition),
        "description": "\n\n".join(filter(None, _words(state, report, edition, names))),
        "report_types": ["threat-report"],
        "published": moment(edition.published_at or change.at),
        "object_refs": [site.location_id(iso2) for iso2 in edition.countries] or [site.identity_id],
        "labels": list(_labels(state, report, edition)),
        "external_references": list(_references(report, edition, site)),
        "object_marking_refs": [marking_ref(edition.marking)],
    }
    if state == WITHDRAWN:
        made["revoked"] = True
    return made


def _state(change: Change, edition: Edition) -> str:
    # The report may have gone on since; what is told is what it was then.
    if edition.outcome in CLOSING:
        return edition.outcome
    return EXPIRED if change.kind == ENDED else PUBLISHED


def _words(state: str, report: Report, edition: Edition, names: Mapping[str, str]) -> Iterator[str]:
    council = report.council.name if report.council is not None else None
    yield drill_notice(report)
    yield end_notice_of(state)
    if state == WITHDRAWN:
        yield f"**Why:** {edition.change_note}" if edition.change_note else ""
        return
    yield f"**What changed:** {edition.change_note}" if edition.change_note else ""
    yield f"**Where:** {'; '.join(_places(edition))}" if edition.places else ""
    yield relay_notice(report)
    yield edition.summary
    for section in edition.sections:
        yield f"## {section['heading']}\n\n{section['body']}"
    yield "## Handling"
    yield sight_words(edition.marking, edition.addressees, council, names)


def _places(edition: Edition) -> Iterator[str]:
    for place in edition.places:
        lifted = " (lifted)" if place.status == LIFTED else ""
        yield f"{place_name(place.country, place.place)}{lifted}"


def _labels(state: str, report: Report, edition: Edition) -> Iterator[str]:
    yield f"kind:{report.kind}"
    yield f"state:{'active' if state == PUBLISHED else state}"
    yield f"severity:{edition.severity}"
    if edition.alert_kind:
        yield f"alert-kind:{edition.alert_kind}"
    if edition.level is not None:
        yield f"level:{edition.level}"
    for slug in edition.topic_slugs:
        yield f"topic:{slug}"
    if report.council is not None:
        yield f"council:{report.council.slug}"
    if report.is_exercise:
        yield "exercise"


def _references(report: Report, edition: Edition, site: Site) -> Iterator[dict[str, str]]:
    address = f"{site.url}/reports/{report.public_id}"
    yield {"source_name": site.name, "url": address, "external_id": report.public_id}
    if edition.source_url:
        yield {"source_name": report.issuer or "Source", "url": edition.source_url}
