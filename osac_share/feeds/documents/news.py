"""What a report says in a news feed: which message it is, under which words it is filed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING

from osac_share.feeds.documents.entries import Category, FeedEntry
from osac_share.kernel.checking import check_code
from osac_share.reports.documents import (
    drill_notice,
    end_notice,
    marked_drill,
    place_name,
    relay_notice,
    sight_words,
    state_with,
)
from osac_share.reports.models import LIFTED, WITHDRAWN
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from osac_share.reports.models import Edition, EditionPlace, Report
    from osac_share.settings import Settings

_PREFIXES = {
    "all_clear": "[ALL CLEAR]",
    "cancelled": "[CANCELED]",
    "expired": "[EXPIRED]",
    "withdrawn": "[WITHDRAWN]",
}


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes the feeds: the site's name and its absolute address without a slash.

    `council_label` is what the site calls its councils, `secret` its secret key, of which the
    codes are made by which entries are checked; without it there are none.
    """

    name: str
    url: str
    council_label: str = taxonomy.USUAL
    secret: str = field(default="", repr=False)

    def check(self, edition: Edition) -> str | None:
        """Return the address at which anybody learns whether this edition is genuine."""
        if not self.secret:
            return None
        return f"{self.url}/verify?code={check_code(self.secret, edition.id, edition.text_digest)}"


def publisher_of(settings: Settings) -> Publisher:
    """Return who publishes the feeds of an installation."""
    site = settings.site
    secret = settings.require_secret()
    return Publisher(site.name, settings.public.url, site.council_label, secret)


@dataclass(frozen=True, slots=True)
class Issue:
    """What a feed needs to know of one published edition."""

    number: int
    is_major: bool
    entry_uuid: UUID
    published_at: datetime
    marking: str = "CLEAR"


@dataclass(frozen=True, slots=True)
class Message:
    """One message: the edition that opened it, and the number of the one that it replaces.

    Readers show an entry whose identifier is new. So a major edition opens a message, and the
    minor ones after it belong to the same. An end that somebody declared is a major edition;
    running out of time is none, and no news.
    """

    uuid: UUID
    published: datetime
    updated: datetime
    supersedes: int | None


def find_replaced(issues: Sequence[Issue]) -> Issue | None:
    """Return the last major issue before the message that the current edition belongs to.

    It is what readers knew before; None for the first message, or where nothing earlier is
    visible.
    """
    majors = [issue for issue in issues if issue.is_major]
    return majors[1] if len(majors) > 1 else None


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
    ended = report.state in _PREFIXES
    # Nobody is led to the editions of what was withdrawn.
    replaces = start < last and report.state != WITHDRAWN
    return Message(
        uuid=opened.entry_uuid,
        published=opened.published_at,
        updated=report.changed_at if ended else current.published_at,
        supersedes=issues[start + 1].number if replaces else None,
    )


def entry_of(
    report: Report,
    edition: Edition,
    message: Message,
    *,
    body: str,
    publisher: Publisher,
    changes: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> FeedEntry:
    """Return the feed entry of a report's current edition.

    It links to the report, not to the edition: who follows an old entry must arrive at what
    holds now.

    Args:
        report: a published or ended report.
        edition: its current edition.
        message: the message that the edition belongs to.
        body: the edition's safe HTML.
        publisher: who publishes the feed.
        changes: in a line, how it differs from what readers knew before.
        names: of the councils and organizations that it is addressed to, by their tokens.

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
        content_html=_content(report, edition, body, changes, names, publisher),
        categories=tuple(_categories(report, edition, f"{publisher.url}/feeds")),
        supersedes=_edition_address(address, message.supersedes),
        check=publisher.check(edition),
    )


def superseded(report: Report, edition: Edition, entry: FeedEntry, *, since: datetime) -> FeedEntry:
    """Return the entry of an edition that another message replaced, which says so.

    It links to the report, where the reader finds what holds now.
    """
    words = "A later edition took the place of this one."
    link = f'<p><strong>{words}</strong> <a href="{escape(entry.link)}">What holds now</a></p>'
    return replace(
        entry,
        title=marked_drill(report, f"[SUPERSEDED] {edition.title}"),
        updated=max(entry.updated, since),
        summary=f"{words} {entry.summary}",
        content_html=f"{link}{entry.content_html}",
    )


def notice_of(
    report: Report, edition: Edition, message: Message, publisher: Publisher
) -> FeedEntry:
    """Return the entry that only says that there is something to read after signing in.

    Its kind, its marking, its date and its address, and no word about what, where or from whom.
    """
    kind, marking = taxonomy.kind(report.kind), taxonomy.marking(edition.marking)
    vocabularies = f"{publisher.url}/feeds"
    words = f"Sign in to read it. {marking.meaning}"
    return FeedEntry(
        uuid=message.uuid,
        link=f"{publisher.url}/reports/{report.public_id}",
        title=marked_drill(report, f"{kind.label}, {marking.label}: sign in to read"),
        issuer=publisher.name,
        published=message.published,
        updated=message.updated,
        summary=words,
        content_html=f"<p>{escape(words)}</p>",
        categories=(
            Category(f"{vocabularies}#kind", kind.code, kind.label),
            Category(f"{vocabularies}#tlp", marking.code, marking.label),
        ),
        check=publisher.check(edition),
    )


def _edition_address(address: str, number: int | None) -> str | None:
    return None if number is None else f"{address}/editions/{number}"


def _title(report: Report, edition: Edition, message: Message) -> str:
    updated = "[UPDATED]" if message.supersedes is not None else ""
    return marked_drill(
        report, f"{_PREFIXES.get(state_with(report, edition), updated)} {edition.title}".strip()
    )


def _summary(report: Report, edition: Edition) -> str:
    words = "" if state_with(report, edition) == WITHDRAWN else edition.summary
    return " ".join(filter(None, (drill_notice(report), end_notice(report, edition), words)))


def _content(
    report: Report,
    edition: Edition,
    body: str,
    changes: str,
    names: Mapping[str, str],
    publisher: Publisher,
) -> str:
    drill, ended = _loud(drill_notice(report)), _loud(end_notice(report, edition))
    check = _check(publisher.check(edition))
    if state_with(report, edition) == WITHDRAWN:
        return f"{drill}{ended}{_line('Why', edition.change_note)}{check}{drill}"
    parts = [
        drill,
        ended,
        _line("What changed", edition.change_note),
        _line("Changes", changes),
        _line("Where", "; ".join(map(_place, edition.places)) if ended else ""),
        _quiet(relay_notice(report)),
        body,
        _line("Who may see this", _sight(report, edition, names, publisher)),
        check,
        drill,
    ]
    return "".join(parts)


def _sight(report: Report, edition: Edition, names: Mapping[str, str], publisher: Publisher) -> str:
    council = report.council.name if report.council is not None else None
    words = sight_words(edition.marking, edition.addressees, council, names)
    return taxonomy.in_label(words, publisher.council_label)


def _place(place: EditionPlace) -> str:
    name = place_name(place.country, place.place)
    return f"{name} (lifted)" if place.status == LIFTED else name


def _check(address: str | None) -> str:
    return f'<p><a href="{escape(address)}">Check that this is genuine</a></p>' if address else ""


def _loud(words: str) -> str:
    return f"<p><strong>{escape(words)}</strong></p>" if words else ""


def _quiet(words: str) -> str:
    return f"<p>{escape(words)}</p>" if words else ""


def _line(name: str, words: str) -> str:
    return f"<p><strong>{name}:</strong> {escape(words)}</p>" if words else ""


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
