"""What a news feed holds and when it last changed. Sight is part of each question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, defer

from osac_share.councils.policy import PUBLIC
from osac_share.councils.queries import get_council
from osac_share.feeds.documents import (
    FORMATS,
    Feed,
    FeedEntry,
    Issue,
    Publisher,
    entry_of,
    find_replaced,
    message_of,
)
from osac_share.kernel.errors import NotFound
from osac_share.kernel.text import RENDERER
from osac_share.reports.documents import body_html
from osac_share.reports.models import (
    ENDED,
    PUBLISHED,
    WITHDRAWN,
    Edition,
    EditionAudience,
    RenderedEdition,
    Report,
)
from osac_share.reports.queries import Filters, line_of_difference, meets, narrowed, visible
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

NEWEST = 50
ENDED_STAY = timedelta(hours=48)
"""How long an ended report stays, so that nobody who polls misses that it ended."""

EVERYONE = frozenset({PUBLIC})
"""The clearance of a public feed, whoever fetches it."""

_FEEDS = UUID("0b0c7f3e-6c43-4f0e-9d3c-3a0c1f1f9a52")
"""The namespace of the identifiers of feeds."""

_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
"""The date of a feed that never held anything."""

_WATCHED = 8
"""How many of the newest changes are watched. More than one, because two that come at the
same time need not become visible in the order of their dates."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a feed is about: its path below `/feeds`, the page it mirrors, and its filters."""

    path: str
    page: str
    title: str
    filters: Filters


ALL_REPORTS = Scope("reports", "/reports", "All reports", Filters())


def get_scope(session: Session, shelf: str, key: str) -> Scope:
    """Return the scope of the feed at `/feeds/<shelf>/<key>`.

    Raises:
        NotFound: there is no such shelf, or nothing of that key on it.

    """
    try:
        return _SHELVES[shelf](session, key)
    except (KeyError, NotFound):
        # One sentence for all, where the vocabularies have each their own.
        raise NotFound from None


def _country(_session: Session, key: str) -> Scope:
    country = taxonomy.country(key)
    filters = Filters(countries=(country.iso2,))
    return Scope(f"countries/{key}", f"/countries/{key}", country.name, filters)


def _region(_session: Session, key: str) -> Scope:
    region = taxonomy.region(key)
    within = [country.iso2 for country in taxonomy.all_countries() if country.region == key]
    page = f"/reports?region={key}"
    return Scope(f"regions/{key}", page, region.label, Filters(countries=within))


def _topic(_session: Session, key: str) -> Scope:
    topic = taxonomy.topic(key)
    return Scope(f"topics/{key}", f"/topics/{key}", topic.label, Filters(topics=(topic.slug,)))


def _council(session: Session, key: str) -> Scope:
    council = get_council(session, key)
    filters = Filters(council_id=council.id)
    return Scope(f"councils/{key}", f"/councils/{key}", council.name, filters)


_SHELVES: Mapping[str, Callable[[Session, str], Scope]] = {
    "countries": _country,
    "regions": _region,
    "topics": _topic,
    "councils": _council,
}


def news_feed(session: Session, scope: Scope, publisher: Publisher, *, at: datetime) -> Feed:
    """Return the public news feed of a scope as it stands at `at`.

    It holds the current editions of the newest reports. A superseded edition is not in it:
    its successor, which links to it, says what holds.
    """
    rows = _newest(session, scope.filters, at=at)
    issues = _issues(session, [report.id for report, _edition in rows])
    bodies = _bodies(session, [edition for _report, edition in rows])
    entries = [
        _entry(session, report, edition, issues[report.id], bodies[edition.id], publisher)
        for report, edition in rows
    ]
    entries.sort(key=lambda entry: entry.published, reverse=True)
    changes = [report.changed_at for report, _edition in rows]
    return Feed(
        uuid=uuid5(_FEEDS, scope.path),
        title=f"{publisher.name}: {scope.title}",
        subtitle="Public security reports, the newest first.",
        author=publisher.name,
        home=f"{publisher.url}{scope.page}",
        addresses={kind: f"{publisher.url}/feeds/{scope.path}.{kind}" for kind in FORMATS},
        updated=_last_change(session, scope.filters, max(changes, default=_BEFORE_ALL), at=at),
        entries=tuple(entries[:NEWEST]),
    )


def find_entry(
    session: Session, report: Report, edition: Edition, publisher: Publisher
) -> FeedEntry | None:
    """Return the entry of a report's current edition, or None if public feeds do not hold it."""
    issues = _issues(session, [report.id])[report.id]
    if not issues or issues[0].number != edition.number:
        return None
    body = _bodies(session, [edition])[edition.id]
    return _entry(session, report, edition, issues, body, publisher)


def _entry(
    session: Session,
    report: Report,
    edition: Edition,
    issues: Sequence[Issue],
    body: str,
    publisher: Publisher,
) -> FeedEntry:
    before = None if report.state == WITHDRAWN else find_replaced(issues)
    changes = "" if before is None else line_of_difference(session, before.entry_uuid, edition)
    message = message_of(report, issues)
    return entry_of(report, edition, message, body=body, publisher=publisher, changes=changes)


def generation(session: Session) -> tuple[tuple[int, datetime], ...]:
    """Return a value that is another one after any change of what a public feed may hold.

    Reports that nobody ever made public do not move it, so that not even the time an answer
    takes tells of them.
    """
    ever_public = (
        select(Edition.id)
        .join(EditionAudience, EditionAudience.edition_id == Edition.id)
        .where(Edition.report_id == Report.id, EditionAudience.token == PUBLIC)
        .exists()
    )
    newest = (
        select(Report.id, Report.changed_at)
        .where(ever_public)
        .order_by(Report.changed_at.desc(), Report.id.desc())
        .limit(_WATCHED)
    )
    return tuple((row[0], row[1]) for row in session.execute(newest))


def _newest(
    session: Session, filters: Filters, *, at: datetime
) -> Sequence[tuple[Report, Edition]]:
    question = narrowed(visible(EVERYONE), filters)
    in_force = question.where(Report.state == PUBLISHED).order_by(
        Report.published_at.desc(), Report.id.desc()
    )
    ended = question.where(Report.state.in_(ENDED), Report.changed_at > at - ENDED_STAY).order_by(
        Report.changed_at.desc(), Report.id.desc()
    )
    return [*_first(session, in_force), *_first(session, ended)]


def _first(session: Session, question: Select[Report, Edition]) -> list[tuple[Report, Edition]]:
    # What the sections say is at hand as HTML; their source is not needed.
    question = question.limit(NEWEST).options(defer(Edition.sections))
    return [(row[0], row[1]) for row in session.execute(question)]


def _bodies(session: Session, editions: Sequence[Edition]) -> dict[int, str]:
    question = select(RenderedEdition.edition_id, RenderedEdition.html).where(
        RenderedEdition.edition_id.in_([edition.id for edition in editions]),
        RenderedEdition.renderer == RENDERER,
    )
    kept = {row[0]: row[1] for row in session.execute(question)}
    return {
        edition.id: kept[edition.id] if edition.id in kept else body_html(session, edition)
        for edition in editions
    }


def _issues(session: Session, report_ids: Collection[int]) -> dict[int, list[Issue]]:
    issue = (Edition.number, Edition.is_major, Edition.entry_uuid, Edition.published_at)
    question = (
        select(Edition.report_id, *issue)
        .where(Edition.report_id.in_(report_ids), meets(Edition.id, EVERYONE))
        .order_by(Edition.report_id, Edition.number.desc())
    )
    found: dict[int, list[Issue]] = {report_id: [] for report_id in report_ids}
    for report_id, number, is_major, entry_uuid, published_at in session.execute(question):
        if published_at is not None:
            found[report_id].append(Issue(number, is_major, entry_uuid, published_at))
    return found


def _last_change(session: Session, filters: Filters, newest: datetime, *, at: datetime) -> datetime:
    """Return when a feed last changed, by what came in or by what dropped out of it since.

    Both validators of an answer rest on it: they must move together, and only forward.
    """
    ended = narrowed(visible(EVERYONE), filters).where(
        Report.state.in_(ENDED),
        Report.changed_at <= at - ENDED_STAY,
        Report.changed_at > newest - ENDED_STAY,
    )
    dropped = session.scalar(ended.with_only_columns(func.max(Report.changed_at)))
    successor = aliased(Edition)
    replaced = narrowed(
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .join(
            successor,
            (successor.report_id == Edition.report_id) & (successor.number == Edition.number + 1),
        )
        .where(meets(Edition.id, EVERYONE), successor.published_at > newest),
        filters,
    )
    gone = session.scalar(replaced.with_only_columns(func.max(successor.published_at)))
    return max(newest, dropped + ENDED_STAY if dropped else newest, gone or newest)
