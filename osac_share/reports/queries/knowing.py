"""Drafts that some in office must not know of: `policy.may_know`, asked of many at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String, and_, cast, func, not_, or_, select
from sqlalchemy.orm import aliased

from osac_share.councils.policy import CHAIR, GOVERNMENT, clearance_of
from osac_share.reports.models import OPEN, Edition, Report

if TYPE_CHECKING:
    from typing import Any

    from sqlalchemy import ColumnElement, Select

    from osac_share.councils.policy import Standing


def known_to(standing: Standing, edition: type[Edition] = Edition) -> ColumnElement[bool]:
    """Return the condition that somebody in office may know a draft; `Report` is joined to it."""
    everybody = and_(
        edition.marking != "RED",
        not_(_holds(edition.addressees, f'"{GOVERNMENT}"')),
        not_(_holds(edition.addressees, '"group:')),
    )
    return or_(
        everybody,
        Report.council_id.in_(standing.councils_as({CHAIR})),
        *(_holds(edition.addressees, f'"{token}"') for token in sorted(clearance_of(standing))),
        _wrote(edition, standing.person_id),
    )


def hidden_from(standing: Standing) -> Select[int]:
    """Return the ids of the reports whose draft somebody in office must not know of.

    Of what was never published, a draft that was thrown away or rejected tells as much.
    """
    draft = aliased(Edition)
    return (
        select(draft.report_id)
        .join(Report, Report.id == draft.report_id)
        .where(draft.published_at.is_(None))
        .where(or_(draft.stage.in_(OPEN), Report.current_edition_id.is_(None)))
        .where(not_(known_to(standing, draft)))
    )


# Lists are kept as JSON, which both databases compare as text: tokens stand in quotes, and
# numbers between commas. Nobody outside chooses either.
def _holds(column: Any, part: str) -> ColumnElement[bool]:  # noqa: ANN401 -- a mapped attribute.
    return cast(column, String).contains(part, autoescape=True)


def _wrote(edition: type[Edition], person_id: int | None) -> ColumnElement[bool]:
    opened = func.replace(cast(edition.authors, String), "[", ",")
    numbers = func.replace(func.replace(opened, "]", ","), " ", "")
    wrote: ColumnElement[bool] = numbers.contains(f",{person_id},")
    return wrote
