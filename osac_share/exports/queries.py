"""What is in a list that somebody takes along. Sight is part of each question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from osac_share.exchange.queries import EYES_ONLY
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import narrowed, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from osac_share.reports.queries import Filters


def listed(
    session: Session, clearance: AbstractSet[str], filters: Filters, *, limit: int
) -> tuple[Sequence[tuple[Report, Edition]], int, int]:
    """Return the newest reports of a list, how many it has, and how many more are not for lists."""
    question = narrowed(visible(clearance), filters)
    open_ = question.where(Edition.marking.not_in(EYES_ONLY))
    newest = open_.order_by(Report.published_at.desc(), Report.id.desc()).limit(limit)
    rows = session.execute(newest.options(defer(Edition.sections)))
    closed = question.where(Edition.marking.in_(EYES_ONLY))
    return [(row[0], row[1]) for row in rows], _count(session, open_), _count(session, closed)


def _count(session: Session, question: Select[Report, Edition]) -> int:
    return session.scalar(select(func.count()).select_from(question.subquery())) or 0
