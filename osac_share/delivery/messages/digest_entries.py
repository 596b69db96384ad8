"""What a digest says of one report: where, how grave, what is new, until when, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from osac_share.delivery.policy import is_withheld
from osac_share.reports import documents
from osac_share.reports.models import LIFTED
from osac_share.subscriptions.documents import enumerate_names
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from osac_share.reports.models import Edition, Report

MOST_NAMES = 3
"""A longer enumeration ends with how many there are besides."""

_LAST = 99
"""Where a region stands that there is not."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A report as digests tell of it.

    Of what must not travel by mail only `title`, `marking` and `url` are filled.
    """

    title: str
    marking: str
    url: str
    drill: str
    is_exercise: bool
    council: str = ""
    region: str = ""
    country: str = ""
    order: tuple[int, str] = (_LAST, "")
    severity: str = ""
    grade: str = ""
    places: str = ""
    until: str = ""
    words: str = ""
    issuer: str = ""

    @property
    def is_withheld(self) -> bool:
        """Tell whether it may be said only that there is something to read."""
        return not self.severity


def entry_of(report: Report, edition: Edition, site: str) -> Entry:
    """Return an edition as every digest tells of it; `site` is the address of the pages."""
    label = taxonomy.marking(edition.marking).label
    url = f"{site}/reports/{report.public_id}"
    drill = documents.drill_notice(report)
    if is_withheld(edition.marking):
        title = documents.marked_drill(report, "A new report is waiting for you")
        return Entry(title, label, url, drill, report.is_exercise)
    return Entry(
        title=documents.headline(report, edition),
        marking=label,
        url=url,
        drill=drill,
        is_exercise=report.is_exercise,
        council=report.council.name if report.council else "",
        **_place_words(edition),
        **_state_words(report, edition),
    )


def _place_words(edition: Edition) -> dict[str, Any]:
    """Return where a report stands in a digest: under the first of its countries."""
    if not edition.countries:
        return {"region": "No single country", "country": "", "places": ""}
    country, *others = map(taxonomy.country, edition.countries)
    region = taxonomy.region(country.region)
    within = [
        f"{place.place} (lifted)" if place.status == LIFTED else place.place
        for place in edition.places
        if place.country == country.iso2 and place.place
    ]
    also = f"also in {countries_in_words(other.name for other in others)}" if others else ""
    places = "; ".join(filter(None, (", ".join(within), also)))
    return {
        "region": region.label,
        "country": country.name,
        "order": (region.sort, country.sort_key),
        "places": f"{places[:1].upper()}{places[1:]}",
    }


def _state_words(report: Report, edition: Edition) -> dict[str, Any]:
    """Return how grave a report is, or how it ended, what it says in a line, and until when."""
    severity = taxonomy.severity(edition.severity)
    until = edition.expires_at
    is_end = edition.outcome in documents.ENDS
    is_relayed = documents.is_relayed(report)
    council = report.council.name if report.council else ""
    return {
        "severity": documents.end_notice(report, edition) if is_end else severity.label,
        "grade": "" if is_end else severity.code,
        "until": ""
        if until is None or is_end
        else documents.time_there(until, documents.zone_of(report, edition)),
        "words": edition.change_note or edition.summary or documents.summary_of(edition.sections),
        "issuer": report.issuer if is_relayed else council or report.issuer,
    }


def countries_in_words(names: Iterable[str]) -> str:
    """Return the names of countries in a line: "Kenya, Uganda and Brazil"."""
    return enumerate_names(names, "countries", most=MOST_NAMES + 1)
