"""What a report puts into a calendar: the event, the hours to keep away, how long it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from osac_share.reports.documents import (
    drill_notice,
    end_notice,
    place_name,
    relay_notice,
    shown_title,
    zone_of,
)
from osac_share.reports.models import CLOSING, ENDED, LIFTED, WITHDRAWN
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from osac_share.reports.models import Edition, Report

_ENTRIES = UUID("5a0b3c1e-0a39-4e55-9d53-c1f0f6f7c9ab")
"""The namespace of the identifiers of entries."""

_CLASSES = {"CLEAR": "PUBLIC", "GREEN": "PRIVATE"}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the calendars: the site's name and its absolute address without a slash."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of a calendar, in plain words.

    `sequence` grows with each change, `changed` is the moment of the last. An entry without an
    end is a moment. `zone` is the IANA zone in which it happens.
    """

    uid: UUID
    sequence: int
    changed: datetime
    begins: datetime
    ends: datetime | None
    zone: str
    title: str
    words: str
    where: str
    url: str
    categories: tuple[str, ...]
    sharing: str
    is_cancelled: bool


def entries_of(report: Report, edition: Edition, publisher: Publisher) -> Iterator[Entry]:
    """Yield what a report puts into a calendar: when it was told, if it names no other time.

    Args:
        report: a published or ended report.
        edition: its current edition.
        publisher: who publishes it.

    """
    has_ended = report.state in ENDED
    # Whoever runs out of time makes no edition, and still is another state of the same entry.
    ran_out = has_ended and edition.outcome not in CLOSING
    published = edition.published_at or report.changed_at
    kind, marking = taxonomy.kind(report.kind), taxonomy.marking(edition.marking)
    windows = list(_windows(edition, published)) or [("told", "", published, None)]
    for what, label, begins, ends in windows:
        yield Entry(
            uid=uuid5(_ENTRIES, f"{report.public_id} {what}"),
            sequence=2 * (edition.number - 1) + ran_out,
            changed=report.changed_at if has_ended else published,
            begins=begins,
            ends=ends,
            zone=zone_of(report, edition),
            title=f"{label}{shown_title(report, edition)}",
            words="\n\n".join(filter(None, _words(report, edition, publisher))),
            where="; ".join(map(_place, _places(edition))),
            url=f"{publisher.url}/reports/{report.public_id}",
            categories=(kind.label, marking.label, *map(_topic, edition.topic_slugs)),
            sharing=_CLASSES.get(edition.marking, "CONFIDENTIAL"),
            is_cancelled=has_ended,
        )


def _windows(
    edition: Edition, published: datetime
) -> Iterator[tuple[str, str, datetime, datetime | None]]:
    spans = (
        ("event", "", edition.event_from, edition.event_until),
        ("advised", "Keep away: ", edition.advised_from, edition.advised_until),
    )
    for what, label, begins, ends in spans:
        if begins or ends:
            yield what, label, *_span(begins or published, ends)
    if edition.expires_at:
        since = edition.effective_at or published
        yield "holds", "In force: ", *_span(since, edition.expires_at)


def _span(begins: datetime, ends: datetime | None) -> tuple[datetime, datetime | None]:
    # What was over before it was told of is the moment at which it was.
    return (begins, ends) if ends is None or begins < ends else (ends, None)


def _words(report: Report, edition: Edition, publisher: Publisher) -> Iterator[str]:
    yield taxonomy.marking(edition.marking).label
    yield drill_notice(report)
    yield end_notice(report, edition)
    if report.state == WITHDRAWN:
        return
    yield edition.summary
    yield relay_notice(report)
    yield f"{publisher.url}/reports/{report.public_id}"


def _places(edition: Edition) -> list[tuple[str, str, str]]:
    return [(one.country, one.place, one.status) for one in edition.places]


def _place(place: tuple[str, str, str]) -> str:
    country, name, status = place
    return f"{place_name(country, name)}{' (lifted)' if status == LIFTED else ''}"


def _topic(slug: str) -> str:
    return taxonomy.topic(slug).label
