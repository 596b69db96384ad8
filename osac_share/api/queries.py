"""What the API asks that no page does: lists that are read on from where one stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, or_, select

from osac_share.api.models import KeptAnswer
from osac_share.exchange.queries import EYES_ONLY, for_programs
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import drafts_of, get_draft, narrowed, visible_editions

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Standing
    from osac_share.reports.queries import Filters


class Place(NamedTuple):
    """Where in a list somebody stopped: at what was published or touched then, by its name."""

    at: datetime
    public_id: str


def reports_after(
    session: Session,
    clearance: AbstractSet[str],
    filters: Filters,
    *,
    after: Place | None,
    limit: int,
) -> Sequence[tuple[Report, Edition]]:
    """Return the reports that a program may read for somebody, the most recent first.

    New reports do not shift what comes after a place: nothing is given twice or left out.
    """
    question = narrowed(for_programs(clearance), filters)
    if after is not None:
        question = question.where(
            or_(
                Report.published_at < after.at,
                and_(Report.published_at == after.at, Report.public_id < after.public_id),
            )
        )
    question = question.order_by(Report.published_at.desc(), Report.public_id.desc())
    return [(row[0], row[1]) for row in session.execute(question.limit(limit))]


def get_report(
    session: Session, public_id: str, clearance: AbstractSet[str]
) -> tuple[Report, Edition]:
    """Return a report that a program may read for somebody, with its current edition.

    Raises:
        NotFound: there is none, or they may not know that there is.

    """
    question = for_programs(clearance).where(Report.public_id == public_id)
    row = session.execute(question).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def editions_of(
    session: Session, public_id: str, clearance: AbstractSet[str]
) -> tuple[Report, Sequence[Edition]]:
    """Return a report and those of its editions that a program may read for somebody.

    Raises:
        NotFound: there is no such report, or they may not know that there is.

    """
    report, _current = get_report(session, public_id, clearance)
    editions = visible_editions(session, report, clearance)
    return report, [one for one in editions if one.marking not in EYES_ONLY]


def drafts_after(
    session: Session, standing: Standing, *, after: Place | None, limit: int
) -> Sequence[tuple[Report, Edition]]:
    """Return the drafts that somebody may work on by a program, the last touched first."""
    rows = [row for row in drafts_of(session, standing) if row[1].marking not in EYES_ONLY]
    rows.sort(key=_touched, reverse=True)
    return [row for row in rows if after is None or _touched(row) < after][:limit]


def _touched(row: tuple[Report, Edition]) -> Place:
    return Place(row[1].updated_at, row[0].public_id)


def get_draft_for_program(
    session: Session, public_id: str, standing: Standing, *, to_change: bool = False
) -> tuple[Report, Edition]:
    """Return a report with its draft, for somebody who may work on it by a program.

    Args:
        session: the session of the act.
        public_id: the report's public id.
        standing: that of the token's owner.
        to_change: whether others who would change it, too, must wait until this is committed.

    Raises:
        NotFound: there is no such draft, or it is not this person's to see.

    """
    report, draft = get_draft(session, public_id, standing, to_change=to_change)
    if draft.marking in EYES_ONLY:
        raise NotFound
    return report, draft


def find_kept(session: Session, token_id: int, key: str, *, since: datetime) -> KeptAnswer | None:
    """Return what a token was told under a key since then, or None."""
    question = select(KeptAnswer).where(
        KeptAnswer.token_id == token_id, KeptAnswer.key == key, KeptAnswer.at > since
    )
    return session.scalar(question.execution_options(populate_existing=True))
