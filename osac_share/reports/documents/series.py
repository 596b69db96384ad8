"""A report as a series: what its editions are called, which follows which, what holds where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.councils.policy import PUBLIC
from osac_share.reports.models import ALL_CLEAR, CANCELLED, COUNCIL, LIFTED, WITHDRAWN
from osac_share.reports.policy import audience_of
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from osac_share.reports.models import Edition, EditionPlace, Report

_ENDED = {ALL_CLEAR: "All clear", CANCELLED: "Canceled", WITHDRAWN: "Withdrawn"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds in one place, and since when, in UTC."""

    country: str
    place: str
    is_lifted: bool
    since: datetime | None

    @property
    def name(self) -> str:
        """Return the place with its country: "Nairobi, Kenya"."""
        return place_name(self.country, self.place)


def place_name(country: str, place: str) -> str:
    """Return a place of a country, by ISO code and name, as people say it."""
    return ", ".join(filter(None, (place, taxonomy.country(country).name)))


def edition_name(edition: Edition) -> str:
    """Return what an edition is called among those of its report: "Update 3"."""
    if edition.outcome in _ENDED:
        return _ENDED[edition.outcome]
    name = f"Update {edition.update_no}" if edition.update_no else ""
    if edition.is_major or edition.number == 1:
        return name or "First report"
    return f"Correction of {name}" if name else "Correction"


def standings(editions: Sequence[Edition], shown: Edition) -> list[Standing]:
    """Return where an edition holds, and since when each place has had its status.

    Args:
        editions: the editions of the report that the reader may see, newest first.
        shown: one of them.

    """
    earlier = [one for one in editions if one.number <= shown.number]
    return [
        Standing(
            country=place.country,
            place=place.place,
            is_lifted=place.status == LIFTED,
            since=_since(earlier, place),
        )
        for place in shown.places
    ]


def _since(editions: Iterable[Edition], place: EditionPlace) -> datetime | None:
    since = None
    for edition in editions:
        if not any(_is_same(place, one) for one in edition.places):
            break
        since = edition.effective_at or edition.published_at
    return since


def _is_same(one: EditionPlace, other: EditionPlace) -> bool:
    return (one.country, one.place, one.status) == (other.country, other.place, other.status)


def find_predecessor(editions: Iterable[Edition], edition: Edition) -> Edition | None:
    """Return the last major edition before this one, out of those that a reader may see."""
    earlier = [
        one
        for one in editions
        if one.published_at is not None and one.number < edition.number and one.is_major
    ]
    return max(earlier, key=lambda one: one.number, default=None)


def find_known_to_all(report: Report, edition: Edition) -> Edition | None:
    """Return the last major edition before this one if all who get this one may see that one.

    Only then may mail say how the two differ. Nothing is said of what was withdrawn.
    """
    before = find_predecessor(report.editions, edition)
    if before is None or edition.outcome == WITHDRAWN:
        return None
    earlier, later = audience_of(report, before), audience_of(report, edition)
    return before if PUBLIC in earlier or later <= earlier else None


def is_relayed(report: Report) -> bool:
    """Tell whether these are an issuer's words, passed on, rather than a council's own."""
    return report.origin != COUNCIL
