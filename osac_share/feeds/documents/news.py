"""What a report says in a news feed: which message it is, under which words it is filed."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from osac_share.feeds.documents.entries import Category, FeedEntry
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from osac_share.reports.models import Edition, Report

_PREFIXES = {
    "all_clear": "[ALL CLEAR]",
    "cancelled": "[CANCELLED]",
    "expired": "[EXPIRED]",
    "withdrawn": "[WITHDRAWN]",
}
_NOTICES = {
    "all_clear": "All clear: what is said below no longer holds.",
    "cancelled": "Canceled: what is said below no longer holds.",
    "expired": "Expired: nobody has said that this still holds.",
    "withdrawn": "This report was withdrawn. Do not rely on it.",
}
_DECLARED = frozenset({"all_clear", "cancelled", "withdrawn"})
"""Ends that somebody declared: news of their own. Running out of time is none."""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the feeds: the site's name and its absolute address without a slash."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What a feed needs to know of one published edition."""

    number: int
    is_major: bool
    entry_uuid: UUID
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Message:
    """One message: the edition that opened it, and the number of the one that it replaces.

    Readers show an entry whose identifier is new. So a major edition opens a message, the
    minor ones after it belong to the same, and a declared end is a message again.
    """

    uuid: UUID
    published: datetime
    updated: datetime
    supersedes: int | None


def message_of(report: Report, issues: Sequence[Issue]) -> Message:
    """Return the message that a report's current edition belongs to.

    Args:
        report: a published or ended report.
        issues: its visible editions, newest first; the first is the current one. What is
            hidden is not among them, so it leaves no trace in the message.

    """
    last = len(issues) - 1
    start = next((index for index, issue in enumerate(issues) if issue.is_major), last)
    opened, current = issues[start], issues[0]
    if report.state in _DECLARED:
        name = uuid5(opened.entry_uuid, report.state)
        return Message(name, report.changed_at, report.changed_at, current.number)
    ended = report.state in _PREFIXES
    return Message(
        uuid=opened.entry_uuid,
        published=opened.published_at,
        updated=report.changed_at if ended else current.published_at,
        supersedes=issues[start + 1].number if start < last else None,
    )


def entry_of(
    report: Report, edition: Edition, message: Message, *, body: str, publisher: Publisher
) -> FeedEntry:
    """Return the feed entry of a report's current edition, whose safe HTML is `body`.

    It links to the report, not to the edition: who follows an old entry must arrive at what
    holds now.
    """
    address = f"{publisher.url}/reports/{report.public_id}"
    council = report.council.name if report.council is not None else publisher.name
    return FeedEntry(
        uuid=message.uuid,
        link=address,
        title=_title(report, edition, message),
        issuer=report.issuer or council,
        published=message.published,
        updated=message.updated,
        summary=_summary(report, edition),
        content_html=_content(report, edition, body),
        categories=tuple(_categories(report, edition, f"{publisher.url}/feeds")),
        supersedes=_edition_address(address, message.supersedes),
    )


def _edition_address(address: str, number: int | None) -> str | None:
    return None if number is None else f"{address}/editions/{number}"


def _title(report: Report, edition: Edition, message: Message) -> str:
    updated = "[UPDATED]" if message.supersedes is not None else ""
    return f"{_PREFIXES.get(report.state, updated)} {edition.title}"


def _summary(report: Report, edition: Edition) -> str:
    notice = _NOTICES.get(report.state, "")
    return notice if report.state == "withdrawn" else f"{notice} {edition.summary}"


def _content(report: Report, edition: Edition, body: str) -> str:
    notice = f"<p><strong>{_NOTICES[report.state]}</strong></p>" if report.state in _NOTICES else ""
    if report.state == "withdrawn":
        return notice
    changed = escape(edition.change_note)
    note = f"<p><strong>What changed:</strong> {changed}</p>" if changed else ""
    return f"{notice}{note}{body}"


def _categories(report: Report, edition: Edition, vocabularies: str) -> Iterator[Category]:
    countries = [taxonomy.country(iso2) for iso2 in edition.countries]
    for country in countries:
        yield Category(f"{vocabularies}#country", country.iso2, country.name)
    for code in dict.fromkeys(country.region for country in countries):
        yield Category(f"{vocabularies}#region", code, taxonomy.region(code).label)
    for slug in edition.topic_slugs:
        yield Category(f"{vocabularies}#topic", slug, taxonomy.topic(slug).label)
    severity = taxonomy.severity(edition.severity)
    yield Category(f"{vocabularies}#severity", severity.code, severity.label)
    kind = taxonomy.kind(report.kind)
    yield Category(f"{vocabularies}#kind", kind.code, kind.label)
    marking = taxonomy.marking(edition.marking)
    yield Category(f"{vocabularies}#tlp", marking.code, marking.label)
