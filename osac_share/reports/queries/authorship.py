"""What authors and the worker have in hand: drafts, own reports, and what is due to end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from osac_share.councils.policy import AUTHORING, clearance_of
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import (
    ENDED,
    OPEN,
    REJECTED,
    Edition,
    Report,
)
from osac_share.reports.queries.knowing import hidden_from, known_to
from osac_share.reports.queries.sight import meets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Standing


def get_own(session: Session, public_id: str, standing: Standing) -> Report:
    """Return a report, in whatever state, of a council that this person writes for.

    Raises:
        NotFound: there is no such report, or it is not this person's.

    """
    question = select(Report).where(Report.public_id == public_id, _is_for(standing))
    report = session.scalar(question)
    if report is None:
        raise NotFound
    return report


def get_draft(
    session: Session, public_id: str, standing: Standing, *, to_change: bool = False
) -> tuple[Report, Edition]:
    """Return a report with its draft, for somebody who writes for its council.

    Args:
        session: the session of the act.
        public_id: the report's public id.
        standing: that of the person who asks.
        to_change: whether others who would change it, too, must wait until this is committed.

    Raises:
        NotFound: there is no such draft, or it is not this person's to see.

    """
    question = (
        select(Report)
        .join(Edition, Edition.report_id == Report.id)
        .where(Report.public_id == public_id, _is_for(standing))
        .options(contains_eager(Report.editions))
        .execution_options(populate_existing=True)
    )
    if to_change:
        question = question.with_for_update(of=(Report, Edition))
    report = session.scalars(question).unique().first()
    draft = report.draft() if report is not None else None
    if report is None or draft is None:
        raise NotFound
    return report, draft


def drafts_of(session: Session, standing: Standing) -> Sequence[tuple[Report, Edition]]:
    """Return the drafts that this person may work on, the last touched first."""
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.published_at.is_(None), Edition.stage.in_(OPEN), _is_for(standing))
        .order_by(Edition.updated_at.desc())
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def rejected_lately(
    session: Session, standing: Standing, *, since: datetime
) -> Sequence[tuple[Report, Edition]]:
    """Return the drafts of this person's councils that were rejected since, the latest first."""
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.stage == REJECTED, Edition.updated_at > since)
        .where(_is_for(standing), known_to(standing))
        .order_by(Edition.updated_at.desc())
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def due_to_expire(session: Session, *, at: datetime, limit: int = 100) -> Sequence[Report]:
    """Return published reports whose current edition's time has run out, to be ended now.

    A report that somebody is changing at this moment, an update say, is left for later.
    """
    question = (
        select(Report)
        .join(Edition, Report.current_edition_id == Edition.id)
        .where(Edition.expires_at <= at, Report.state.not_in(ENDED))
        .limit(limit)
        .with_for_update(of=Report, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(question).all()


def _is_for(standing: Standing) -> ColumnElement[bool]:
    """Return the condition that this person may work on a report's draft.

    A draft is its council's authors', of those who may know it. An update begins with the words
    of what holds, and so is only for those of them who may read that.
    """
    councils = standing.councils_as(AUTHORING) if standing.active else ()
    return and_(
        Report.council_id.in_(councils),
        Report.quarantined_at.is_(None),
        Report.id.not_in(hidden_from(standing)),
        or_(
            Report.current_edition_id.is_(None),
            meets(Report.current_edition_id, clearance_of(standing)),
        ),
    )
