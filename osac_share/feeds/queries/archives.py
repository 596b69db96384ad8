"""What came out in a month, as far as it may still be read (RFC 5005, section 4).

Each message is in one month, that of its last words: what is corrected later moves on, to where
readers still look. A month is laid down in parts of a hundred, the oldest first, so that the
parts that are full stay as they are while the month goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select, true
from sqlalchemy.orm import aliased, defer

from osac_share.feeds.documents import FORMATS, Feed, History, superseded
from osac_share.feeds.queries.changes import last_touched
from osac_share.feeds.queries.months import (
    archive_addresses,
    first_since,
    last_month,
    named_part,
    told,
)
from osac_share.feeds.queries.news import entries_in, issues_of
from osac_share.feeds.queries.scopes import BEFORE_ALL, PUBLIC_SIGHT, path_of, uuid_of
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import meets, narrowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from osac_share.feeds.documents import FeedEntry, Format, Issue, Publisher
    from osac_share.feeds.documents.history import Relation
    from osac_share.feeds.queries.months import Month
    from osac_share.feeds.queries.scopes import Scope, Sight

PART = 100
"""How many entries a document of an archive holds at most."""

_SUBTITLE = "Security reports that came out in a month and may still be read."


def archive_feed(
    session: Session,
    scope: Scope,
    name: str,
    publisher: Publisher,
    *,
    at: datetime,
    sight: Sight = PUBLIC_SIGHT,
    private: str | None = None,
) -> Feed:
    """Return a part of the archive of a news feed; the arguments are those of `news_feed`.

    `name` is `2026-03` for the last part of that month, `2026-03-1` for its first.

    Raises:
        NotFound: there is no such part, or what the feed is about has no archive.

    """
    month, part = named_part(name)
    if scope.words or last_month(session, scope, sight, before=month.ends) != month:
        raise NotFound
    question = _messages(scope, sight, month)
    has_ended, path = at >= month.ends, path_of(scope, private)
    place = _place(part, full := _full_parts(session, question))
    following, touched = _moments(session, scope, sight, month)
    address = f"{publisher.url}/feeds/{path}"
    links = _Links(address, month).of(
        place, full, last_month(session, scope, sight, before=month.begins), following
    )
    return Feed(
        uuid=uuid_of(path),
        title=f"{publisher.name}: {scope.title}, {month.name}",
        subtitle=_SUBTITLE,
        author=publisher.name,
        home=f"{publisher.url}{scope.page}",
        addresses=archive_addresses(address, name),
        updated=_latest(touched, following, month.ends if has_ended else None),
        entries=_entries(session, question, place, publisher, sight),
        history=History("archive" if has_ended or place < full else "", links),
    )


def _full_parts(session: Session, question: Select[Report, Edition]) -> int:
    number = session.scalar(select(func.count()).select_from(question.subquery())) or 0
    return max(number - 1, 0) // PART


def _moments(
    session: Session, scope: Scope, sight: Sight, month: Month
) -> tuple[datetime | None, datetime | None]:
    following = first_since(session, scope, sight, month.ends)
    return following, last_touched(session, scope.filters, sight, month)


def _latest(*moments: datetime | None) -> datetime:
    return max((one for one in moments if one is not None), default=BEFORE_ALL)


def _place(part: int | None, full: int) -> int:
    """Return the place of a part among all of its month, from 0; the last may be half empty.

    The first is there always, so that a link to it holds however much is added.
    """
    place = full if part is None else part - 1
    if place > full or (part is not None and place == full and place > 0):
        raise NotFound
    return place


class _Links:
    """The addresses of the neighbors of an archive's parts."""

    def __init__(self, address: str, month: Month) -> None:
        self._address, self._month = address, month

    def of(
        self, place: int, full: int, earlier: Month | None, following: datetime | None
    ) -> Mapping[Relation, Mapping[Format, str]]:
        """Return them for the part at `place`, after which `full - place` others come.

        From month to month, links go to addresses that do not depend on how much is there.
        """
        current = {kind: f"{self._address}.{kind}" for kind in FORMATS}
        found: dict[Relation, Mapping[Format, str]] = {"current": current}
        if place > 0:
            found["prev-archive"] = self._to(f"{self._month.name}-{place}")
        elif earlier is not None:
            found["prev-archive"] = self._to(earlier.name)
        if place < full:
            is_last = place + 1 == full
            name = self._month.name
            found["next-archive"] = self._to(name if is_last else f"{name}-{place + 2}")
        elif following is not None:
            found["next-archive"] = self._to(f"{following:%Y-%m}-1")
        return found

    def _to(self, name: str) -> Mapping[Format, str]:
        return archive_addresses(self._address, name)


def _messages(scope: Scope, sight: Sight, month: Month) -> Select[Report, Edition]:
    """Return the last words of each message that were published in a month.

    They are the last if the next edition that this reader is told of is a message of its own.
    """
    later = aliased(Edition)
    opens_another = (
        select(later.is_major)
        .where(later.report_id == Edition.report_id, later.number > Edition.number)
        .where(later.published_at.is_not(None), meets(later.id, sight.clearance))
        .where(later.marking.in_(sight.in_full | sight.in_brief))
        .order_by(later.number)
        .limit(1)
        .correlate(Edition)
        .scalar_subquery()
    )
    return narrowed(told(sight), scope.filters).where(
        Edition.published_at >= month.begins,
        Edition.published_at < month.ends,
        func.coalesce(opens_another, true()).is_(True),
    )


def _entries(
    session: Session,
    question: Select[Report, Edition],
    place: int,
    publisher: Publisher,
    sight: Sight,
) -> tuple[FeedEntry, ...]:
    question = question.order_by(Edition.published_at, Edition.id).options(defer(Edition.sections))
    found = session.execute(question.offset(place * PART).limit(PART))
    rows: Sequence[tuple[Report, Edition]] = [(row[0], row[1]) for row in found][::-1]
    issues = issues_of(session, {report.id for report, _edition in rows}, sight)
    known = [
        [one for one in issues[report.id] if one.number <= edition.number]
        for report, edition in rows
    ]
    entries = entries_in(session, rows, known, publisher, sight)
    return tuple(
        entry
        if edition.id == report.current_edition_id or edition.marking not in sight.in_full
        else superseded(
            report, edition, entry, since=_followed_at(issues[report.id], edition.number)
        )
        for (report, edition), entry in zip(rows, entries, strict=True)
    )


def _followed_at(issues: Sequence[Issue], number: int) -> datetime:
    return min(one.published_at for one in issues if one.number > number)
