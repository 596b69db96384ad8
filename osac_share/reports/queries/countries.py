"""Of each country one report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Select, func, select

from osac_share.reports.models import Edition, EditionPlace, Report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def first_of_each_country(
    session: Session,
    question: Select[Report, Edition],
    *where: ColumnElement[bool],
    before: tuple[ColumnElement[Any], ...] = (),
) -> dict[str, tuple[Report, Edition]]:
    """Return, by the code of the country, the newest report that a question finds about it.

    Args:
        session: the session to ask in.
        question: what may be found; nothing else is.
        where: what must hold of the places at which an edition is.
        before: an order that counts more than which is newer.

    """
    newest = Report.published_at.desc(), Report.id.desc()
    place = func.row_number().over(partition_by=EditionPlace.country, order_by=(*before, *newest))
    ranked = (
        question.join(EditionPlace, EditionPlace.edition_id == Edition.id)
        .where(*where)
        .with_only_columns(
            EditionPlace.country, Edition.id.label("edition_id"), place.label("place")
        )
        .subquery()
    )
    firsts = (
        select(ranked.c.country, Report, Edition)
        .join(Edition, Edition.id == ranked.c.edition_id)
        .join(Report, Report.id == Edition.report_id)
        .where(ranked.c.place == 1)
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(firsts)}
