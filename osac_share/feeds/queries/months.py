"""The months into which what a feed ever held is laid away (RFC 5005, section 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from osac_share.feeds.documents import FORMATS
from osac_share.feeds.queries.scopes import PUBLIC_SIGHT
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import meets, narrowed, readable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from osac_share.feeds.documents import Format
    from osac_share.feeds.queries.scopes import Scope, Sight

_NAME = re.compile(r"([12][0-9]{3})-(0[1-9]|1[0-2])(?:-([1-9][0-9]{0,3}))?")


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar, in UTC."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """Return what it is called in addresses: `2026-03`."""
        return f"{self.year}-{self.number:02}"

    @property
    def begins(self) -> datetime:
        """Return its first moment."""
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def ends(self) -> datetime:
        """Return the first moment that is no part of it."""
        return datetime(self.year + self.number // 12, self.number % 12 + 1, 1, tzinfo=UTC)


def named_part(name: str) -> tuple[Month, int | None]:
    """Return the month that is meant by `2026-03` or `2026-03-2`, and the part of it, if any.

    Raises:
        NotFound: no month is written so.

    """
    match = _NAME.fullmatch(name)
    if match is None:
        raise NotFound
    return Month(int(match[1]), int(match[2])), int(match[3]) if match[3] else None


def archive_addresses(feed: str, name: str) -> Mapping[Format, str]:
    """Return the addresses of the part of this name of a feed's archive.

    Args:
        feed: the feed's own address, without its format.
        name: see `named_part`.

    """
    return {kind: f"{feed}/archive/{name}.{kind}" for kind in FORMATS}


def last_month(
    session: Session, scope: Scope, sight: Sight, *, before: datetime | None = None
) -> Month | None:
    """Return the last month, among those that end by `before`, in which a feed had anything."""
    question = _reached(scope, sight).order_by(Edition.published_at.desc())
    if before is not None:
        question = question.where(Edition.published_at < before)
    found = session.scalar(question.with_only_columns(Edition.published_at).limit(1))
    return None if found is None else Month(found.year, found.month)


def first_since(session: Session, scope: Scope, sight: Sight, since: datetime) -> datetime | None:
    """Return when something first came into a feed from `since` on."""
    question = _reached(scope, sight).where(Edition.published_at >= since)
    question = question.order_by(Edition.published_at)
    return session.scalar(question.with_only_columns(Edition.published_at).limit(1))


def told(sight: Sight) -> Select[Report, Edition]:
    """Return the editions, current or not, that a feed of this sight may still show."""
    current, shown = aliased(Edition), sight.in_full | sight.in_brief
    return (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .join(current, Report.current_edition_id == current.id)
        .where(readable(sight.clearance), Edition.marking.in_(shown), current.marking.in_(shown))
    )


def ever_told(sight: Sight) -> Select[Report, Edition]:
    """Return the editions that a feed of this sight showed at any time."""
    shown = Edition.marking.in_(sight.in_full | sight.in_brief)
    return (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.published_at.is_not(None), meets(Edition.id, sight.clearance), shown)
    )


def _reached(scope: Scope, sight: Sight) -> Select[Report, Edition]:
    # What was public once is no secret: the chain of public months does not break when a report
    # leaves. A member's rights are their own and change; the chain goes by what they are now.
    return narrowed(ever_told(sight) if sight is PUBLIC_SIGHT else told(sight), scope.filters)
