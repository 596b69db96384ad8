"""When the documents that hold more than the newest last changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from osac_share.feeds.queries.months import ever_told
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import meets, narrowed

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.feeds.queries.months import Month
    from osac_share.feeds.queries.scopes import Sight
    from osac_share.reports.queries import Filters


def last_touched(
    session: Session, filters: Filters, sight: Sight, month: Month | None = None
) -> datetime | None:
    """Return when anything last befell the reports that were ever told of; None if none were.

    What befalls a report after it left the sight of this feed does not count, so that nothing
    hidden moves the date. That it left does: the edition that hid it came after a visible one.

    Args:
        session: the session of the request.
        filters: to what the reports are narrowed.
        sight: for whose eyes they are.
        month: in which an edition of theirs came out; None for any time.

    """
    editions = narrowed(ever_told(sight), filters)
    if month is not None:
        editions = editions.where(
            Edition.published_at >= month.begins, Edition.published_at < month.ends
        )
    reports = editions.with_only_columns(Report.id)
    shown, current = sight.in_full | sight.in_brief, aliased(Edition)
    standing = session.scalar(
        select(func.max(Report.changed_at))
        .join(current, Report.current_edition_id == current.id)
        .where(Report.id.in_(reports), current.marking.in_(shown))
        .where(meets(current.id, sight.clearance))
    )
    known, next_one = aliased(Edition), aliased(Edition)
    followed = session.scalar(
        select(func.max(next_one.published_at))
        .select_from(known)
        .join(
            next_one,
            (next_one.report_id == known.report_id) & (next_one.number == known.number + 1),
        )
        .where(known.report_id.in_(reports), known.marking.in_(shown))
        .where(meets(known.id, sight.clearance))
    )
    return max((one for one in (standing, followed) if one is not None), default=None)
