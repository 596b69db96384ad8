"""What the API asks that no page does: lists that are read on from where one stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, or_

from osac_share.kernel.errors import NotFound
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import narrowed, visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from osac_share.reports.queries import Filters


class Place(NamedTuple):
    """Where in the list of reports somebody stopped: at one published then, of this public id."""

    published_at: datetime
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
    question = narrowed(_for_programs(clearance), filters)
    if after is not None:
        question = question.where(
            or_(
                Report.published_at < after.published_at,
                and_(Report.published_at == after.published_at, Report.public_id < after.public_id),
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
    question = _for_programs(clearance).where(Report.public_id == public_id)
    row = session.execute(question).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def _for_programs(clearance: AbstractSet[str]) -> Select[Report, Edition]:
    # TLP:RED is for the eyes and ears of the people it names.
    return visible(clearance).where(Edition.marking != "RED")
