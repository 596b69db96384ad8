"""What readers may see. Sight is part of each question, never a filter after it.

Of a withdrawn report only the tombstone is left to see: what was wrong or must not be known is
not read in its older editions either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, and_, case, func, or_, select

from osac_share.kernel.errors import NotFound
from osac_share.reports.models import (
    PUBLISHED,
    WITHDRAWN,
    Edition,
    EditionAudience,
    EditionPlace,
    EditionTopic,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


GRAVITY = {"emergency": 0, "security": 1, "routine": 2}
"""The order in which alerts in force are listed."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of reports is narrowed to; empty fields narrow nothing."""

    countries: Collection[str] = ()
    topics: Collection[str] = ()
    kinds: Collection[str] = ()
    severities: Collection[str] = ()
    council_id: int | None = None
    chapter: str | None = None
    states: Collection[str] = ()


def meets(edition_id: ColumnElement[int] | Any, clearance: AbstractSet[str]) -> ColumnElement[bool]:  # noqa: ANN401
    """Return the condition that the edition's audience meets this clearance."""
    return (
        select(EditionAudience.edition_id)
        .where(EditionAudience.edition_id == edition_id, EditionAudience.token.in_(clearance))
        .exists()
    )


def readable(clearance: AbstractSet[str]) -> ColumnElement[bool]:
    """Return the condition that a published edition, current or not, may be read now.

    An older one is only for those who may also see the edition that took its place; and of a
    withdrawn report only the tombstone is read. The question joins `Report` and `Edition`.
    """
    return and_(
        Edition.published_at.is_not(None),
        or_(Report.state != WITHDRAWN, Edition.id == Report.current_edition_id),
        meets(Edition.id, clearance),
        meets(Report.current_edition_id, clearance),
    )


def visible(clearance: AbstractSet[str]) -> Select[Report, Edition]:
    """Return the reports this clearance may see, each with its current edition."""
    return (
        select(Report, Edition)
        .join(Edition, Report.current_edition_id == Edition.id)
        .where(meets(Edition.id, clearance))
    )


def narrowed(question: Select[Report, Edition], filters: Filters) -> Select[Report, Edition]:
    """Narrow a question about reports by `filters`."""
    if filters.countries:
        place = select(EditionPlace.edition_id).where(EditionPlace.country.in_(filters.countries))
        question = question.where(Edition.id.in_(place))
    if filters.topics:
        topic = select(EditionTopic.edition_id).where(EditionTopic.topic.in_(filters.topics))
        question = question.where(Edition.id.in_(topic))
    if filters.kinds:
        question = question.where(Report.kind.in_(filters.kinds))
    if filters.severities:
        question = question.where(Edition.severity.in_(filters.severities))
    if filters.council_id is not None:
        question = question.where(Report.council_id == filters.council_id)
    if filters.chapter is not None:
        question = question.where(Report.chapter == filters.chapter)
    if filters.states:
        question = question.where(Report.state.in_(filters.states))
    return question


def listing(
    session: Session,
    clearance: AbstractSet[str],
    filters: Filters | None = None,
    *,
    limit: int,
    offset: int = 0,
) -> Sequence[tuple[Report, Edition]]:
    """Return visible reports, the most recently published first."""
    question = narrowed(visible(clearance), filters or Filters())
    question = question.order_by(Report.published_at.desc(), Report.id.desc())
    return [(row[0], row[1]) for row in session.execute(question.limit(limit).offset(offset))]


def count(session: Session, clearance: AbstractSet[str], filters: Filters | None = None) -> int:
    """Return how many reports `listing` would give in all."""
    question = narrowed(visible(clearance), filters or Filters())
    return session.scalar(select(func.count()).select_from(question.subquery())) or 0


def active_alerts(
    session: Session,
    clearance: AbstractSet[str],
    *,
    at: datetime,
    countries: Collection[str] = (),
    limit: int = 40,
) -> Sequence[tuple[Report, Edition]]:
    """Return the alerts in force at `at`, the gravest and newest first."""
    filters = Filters(
        countries=countries, kinds=("alert", "evacuation_notice"), states=(PUBLISHED,)
    )
    question = narrowed(visible(clearance), filters)
    question = question.where((Edition.expires_at.is_(None)) | (Edition.expires_at > at))
    # Gravity is part of the question: a limit must never cut off the gravest.
    gravity = case(GRAVITY, value=Edition.severity, else_=len(GRAVITY))
    question = question.order_by(gravity, Report.published_at.desc(), Report.id.desc())
    return [(row[0], row[1]) for row in session.execute(question.limit(limit))]


def get_visible(
    session: Session, public_id: str, clearance: AbstractSet[str]
) -> tuple[Report, Edition]:
    """Return the report at this address with its current edition.

    Raises:
        NotFound: it does not exist, or this clearance may not know that it does.

    """
    row = session.execute(visible(clearance).where(Report.public_id == public_id)).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def visible_editions(
    session: Session, report: Report, clearance: AbstractSet[str]
) -> Sequence[Edition]:
    """Return those published editions of a report that this clearance may see, newest first."""
    question = (
        select(Edition)
        .where(Edition.report_id == report.id, Edition.published_at.is_not(None))
        .where(meets(Edition.id, clearance))
        .order_by(Edition.number.desc())
    )
    if report.state == WITHDRAWN:
        question = question.where(Edition.id == report.current_edition_id)
    return session.scalars(question).all()


def get_visible_edition(
    session: Session, public_id: str, number: int, clearance: AbstractSet[str]
) -> tuple[Report, Edition]:
    """Return one edition of a report; both it and the current edition must be visible.

    Raises:
        NotFound: there is no such edition, or this clearance may not know.

    """
    report, _current = get_visible(session, public_id, clearance)
    for edition in visible_editions(session, report, clearance):
        if edition.number == number:
            return report, edition
    raise NotFound


def visible_rows(
    session: Session, edition_ids: Collection[int], clearance: AbstractSet[str]
) -> dict[int, tuple[Report, Edition]]:
    """Return those of these editions that this clearance may see, by edition id.

    The last word after any copy of the truth (the index) has named editions: what was
    revoked or marked higher a moment ago is not among them.
    """
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.id.in_(edition_ids), readable(clearance))
    )
    return {row[1].id: (row[0], row[1]) for row in session.execute(question)}
