"""What an author writes into a draft, all at once and without a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from osac_share.reports.models.words import ACTIVE, HOLDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from osac_share.reports.models.rows import Edition
    from osac_share.reports.models.words import Section


class Place(NamedTuple):
    """A place that an edition speaks of: ISO code, name within the country, status there."""

    country: str
    name: str = ""
    status: str = ACTIVE


class Window(NamedTuple):
    """A span of time, in UTC; either end may be open."""

    begins: datetime | None = None
    ends: datetime | None = None


ANY_TIME = Window()


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything about an edition that its author decides.

    `event` is when it happens, `advised` when people should keep away, which is wider.
    `narrowed_because` and `told_officials_at` are the record of No Double Standard (7 FAM 052):
    why fewer than all members may see it, and when official personnel were told.
    """

    title: str
    sections: Sequence[Section]
    summary: str = ""
    severity: str = "routine"
    marking: str = "GREEN"
    addressees: Sequence[str] = ()
    places: Sequence[Place | tuple[str, str]] = ()
    topics: Sequence[str] = ()
    alert_kind: str | None = None
    event: Window = ANY_TIME
    advised: Window = ANY_TIME
    expires_at: datetime | None = None
    release_at: datetime | None = None
    change_note: str = ""
    is_major: bool = True
    outcome: str = HOLDS
    told_officials_at: datetime | None = None
    narrowed_because: str = ""
    source_url: str | None = None

    @classmethod
    def of(cls, edition: Edition) -> Contents:
        """Return what an edition holds."""
        return cls(
            title=edition.title,
            sections=list(edition.sections),
            summary=edition.summary,
            severity=edition.severity,
            marking=edition.marking,
            addressees=list(edition.addressees),
            places=[Place(one.country, one.place, one.status) for one in edition.places],
            topics=edition.topic_slugs,
            alert_kind=edition.alert_kind,
            event=Window(edition.event_from, edition.event_until),
            advised=Window(edition.advised_from, edition.advised_until),
            expires_at=edition.expires_at,
            release_at=edition.release_at,
            change_note=edition.change_note,
            is_major=edition.is_major,
            outcome=edition.outcome,
            told_officials_at=edition.told_officials_at,
            narrowed_because=edition.narrowed_because,
            source_url=edition.source_url,
        )
