"""What a news feed holds and when it last changed. Sight is part of each question."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, defer

from osac_share.councils.policy import PUBLIC
from osac_share.feeds.documents import (
    FORMATS,
    NO_HISTORY,
    Feed,
    FeedEntry,
    History,
    Issue,
    Publisher,
    entry_of,
    find_replaced,
    message_of,
    notice_of,
)
from osac_share.feeds.queries.months import archive_addresses, last_month
from osac_share.feeds.queries.scopes import BEFORE_ALL, PUBLIC_SIGHT, path_of, uuid_of
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
from osac_share.reports.queries import (
    line_of_difference,
    meets,
    names_of_addressees,
    narrowed,
    visible,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from osac_share.feeds.queries.scopes import Scope, Sight
    from osac_share.reports.queries import Filters

NEWEST = 50
ENDED_STAY = timedelta(hours=48)
"""How long an ended report stays, so that nobody who polls misses that it ended."""

_SUBTITLES = {
    False: "Public security reports, the newest first.",
    True: "Security reports for one member, the newest first. For their own feed reader only.",
}
"""What a feed says of itself, by whether it is somebody's own."""

_WATCHED = 8
"""How many of the newest changes are watched. More than one, because two that come at the
same time need not become visible in the order of their dates."""


def news_feed(
    session: Session,
    scope: Scope,
    publisher: Publisher,
    *,
    at: datetime,
    sight: Sight = PUBLIC_SIGHT,
    private: str | None = None,
) -> Feed:
    """Return the news feed of a scope as it stands at `at`.

    A superseded edition is not in it: its successor, which links to it, says what holds.

    Args:
        session: the session of the request.
        scope: what the feed is about.
        publisher: who publishes it.
        at: the moment of the request.
        sight: for whose eyes it is.
        private: the name, no secret, of somebody's own feed; None for the public one.

    """
    rows = _newest(session, scope, sight, at=at)
    entries = _newest_first(session, rows, publisher, sight)
    newest = max((report.changed_at for report, _edition in rows), default=BEFORE_ALL)
    path = path_of(scope, private)
    asked = scope.asked if private is None else ""
    return Feed(
        uuid=uuid_of(path + asked),
        title=f"{publisher.name}: {scope.title}",
        subtitle=_SUBTITLES[private is not None],
        author=publisher.name,
        home=f"{publisher.url}{scope.page}",
        addresses={kind: f"{publisher.url}/feeds/{path}.{kind}{asked}" for kind in FORMATS},
        updated=newest
        if scope.words
        else _last_change(session, scope.filters, sight, newest, at=at),
        entries=tuple(entries[:NEWEST]),
        history=_history(session, scope, sight, f"{publisher.url}/feeds/{path}"),
    )


def _newest_first(
    session: Session, rows: Sequence[tuple[Report, Edition]], publisher: Publisher, sight: Sight
) -> list[FeedEntry]:
    issues = issues_of(session, [report.id for report, _edition in rows], sight)
    known = [issues[report.id] for report, _edition in rows]
    entries = entries_in(session, rows, known, publisher, sight)
    return sorted(entries, key=lambda entry: entry.published, reverse=True)


def _history(session: Session, scope: Scope, sight: Sight, address: str) -> History:
    # What a search finds is not laid away.
    month = None if scope.words else last_month(session, scope, sight)
    if month is None:
        return NO_HISTORY
    return History(links={"prev-archive": archive_addresses(address, month.name)})


def entries_in(
    session: Session,
    rows: Sequence[tuple[Report, Edition]],
    known: Sequence[Sequence[Issue]],
    publisher: Publisher,
    sight: Sight,
) -> list[FeedEntry]:
    """Return the entries of these editions, in their order.

    Args:
        session: the session of the request.
        rows: published editions, each with its report.
        known: of each, the visible editions of its report up to it, newest first.
        publisher: who publishes the feed.
        sight: for whose eyes it is; each edition is visible to it.

    """
    in_full = [edition for _report, edition in rows if edition.marking in sight.in_full]
    bodies = _bodies(session, in_full)
    return [
        _entry(session, report, edition, issues, bodies[edition.id], publisher, sight)
        if edition.id in bodies
        else notice_of(report, edition, message_of(report, issues), publisher)
        for (report, edition), issues in zip(rows, known, strict=True)
    ]


def find_entry(
    session: Session, report: Report, edition: Edition, publisher: Publisher
) -> FeedEntry | None:
    """Return the entry of a report's current edition, or None if public feeds do not hold it."""
    issues = issues_of(session, [report.id], PUBLIC_SIGHT)[report.id]
    if not issues or issues[0].number != edition.number:
        return None
    body = _bodies(session, [edition])[edition.id]
    return _entry(session, report, edition, issues, body, publisher, PUBLIC_SIGHT)


def _entry(
    session: Session,
    report: Report,
    edition: Edition,
    issues: Sequence[Issue],
    body: str,
    publisher: Publisher,
    sight: Sight,
) -> FeedEntry:
    # What differs from words that are not told is not told either.
    told = [issue for issue in issues if issue.marking in sight.in_full]
    before = None if report.state == WITHDRAWN else find_replaced(told)
    changes = "" if before is None else line_of_difference(session, before.entry_uuid, edition)
    return entry_of(
        report,
        edition,
        message_of(report, issues),
        body=body,
        publisher=publisher,
        changes=changes,
        names=names_of_addressees(session, edition.addressees),
    )


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
    session: Session, scope: Scope, sight: Sight, *, at: datetime
) -> Sequence[tuple[Report, Edition]]:
    question = narrowed(_visible(sight), scope.filters)
    if scope.words:
        question = question.where(Edition.id.in_(scope.editions))
    in_force = question.where(Report.state == PUBLISHED).order_by(
        Report.published_at.desc(), Report.id.desc()
    )
    ended = question.where(Report.state.in_(ENDED), Report.changed_at > at - ENDED_STAY).order_by(
        Report.changed_at.desc(), Report.id.desc()
    )
    return [*_first(session, in_force), *_first(session, ended)]


def _visible(sight: Sight) -> Select[Report, Edition]:
    shown = sight.in_full | sight.in_brief
    return visible(sight.clearance).where(Edition.marking.in_(shown))


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


def issues_of(
    session: Session, report_ids: Collection[int], sight: Sight
) -> dict[int, list[Issue]]:
    """Return the editions of these reports that a feed of this sight may tell of, newest first."""
    shown = Edition.marking.in_(sight.in_full | sight.in_brief)
    issue = (
        Edition.number,
        Edition.is_major,
        Edition.entry_uuid,
        Edition.published_at,
        Edition.marking,
    )
    question = (
        select(Edition.report_id, *issue)
        .where(Edition.report_id.in_(report_ids), meets(Edition.id, sight.clearance), shown)
        .order_by(Edition.report_id, Edition.number.desc())
    )
    found: dict[int, list[Issue]] = {report_id: [] for report_id in report_ids}
    for report_id, number, is_major, entry_uuid, published_at, marking in session.execute(question):
        if published_at is not None:
            found[report_id].append(Issue(number, is_major, entry_uuid, published_at, marking))
    return found


def _last_change(
    session: Session, filters: Filters, sight: Sight, newest: datetime, *, at: datetime
) -> datetime:
    """Return when a feed last changed, by what came in or by what dropped out of it since.

    Both validators of an answer rest on it: they must move together, and only forward.
    """
    ended = narrowed(_visible(sight), filters).where(
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
        .where(meets(Edition.id, sight.clearance), successor.published_at > newest),
        filters,
    )
    gone = session.scalar(replaced.with_only_columns(func.max(successor.published_at)))
    return max(newest, dropped + ENDED_STAY if dropped else newest, gone or newest)
