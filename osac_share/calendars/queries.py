"""What stands in a calendar. Sight is part of the question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_
from sqlalchemy.orm import defer

from osac_share.feeds.queries import ENDED_STAY
from osac_share.reports.models import ENDED, PUBLISHED, Edition, Report
from osac_share.reports.queries import narrowed, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.feeds.queries import Scope

MOST = 200
"""How many reports a calendar holds; those that were published first give way."""

SHOWN = ("CLEAR", "GREEN")
"""The markings of what calendars hold. They are kept by others and shown to colleagues; when
something restricted happens is as much a part of it as what."""


def timed_reports(
    session: Session, scope: Scope, clearance: AbstractSet[str], *, at: datetime
) -> Sequence[tuple[Report, Edition]]:
    """Return the reports of a calendar that name any time, the newest first.

    They are in force at `at`, or ended so lately that a calendar which asks now and then must
    still be told.
    """
    question = narrowed(visible(clearance), scope.filters).where(
        Edition.marking.in_(SHOWN),
        or_(
            Edition.event_from.is_not(None),
            Edition.event_until.is_not(None),
            Edition.advised_from.is_not(None),
            Edition.advised_until.is_not(None),
            Edition.expires_at.is_not(None),
        ),
        or_(
            Report.state == PUBLISHED,
            and_(Report.state.in_(ENDED), Report.changed_at > at - ENDED_STAY),
        ),
    )
    if scope.words:
        question = question.where(Edition.id.in_(scope.editions))
    question = question.order_by(Report.published_at.desc(), Report.id.desc()).limit(MOST)
    rows = session.execute(question.options(defer(Edition.sections)))
    return [(row[0], row[1]) for row in rows]
