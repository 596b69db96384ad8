"""What waits for somebody's look: drafts in review, second looks, and what the clock will do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, false, or_, select
from sqlalchemy.orm import contains_eager

from osac_share.accounts.models import Person
from osac_share.councils.policy import ANALYST, PUBLISHING
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import (
    IN_REVIEW,
    PUBLISHED,
    SCHEDULED,
    WITHDRAWN,
    Edition,
    Report,
)
from osac_share.reports.policy.rights import WRITTEN_HERE
from osac_share.reports.queries.authorship import get_draft
from osac_share.reports.queries.knowing import known_to
from osac_share.reports.queries.sight import readable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor, Standing

Row = tuple[Report, Edition]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What somebody who reviews has before them, the oldest first."""

    in_review: Sequence[Row]
    second_looks: Sequence[Row]
    held_back: Sequence[Row]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing waits for anybody."""
        return not (self.in_review or self.second_looks or self.held_back)


def waiting_for(session: Session, actor: Actor) -> Waiting:
    """Return what waits in the councils for which this person reviews.

    Drafts are decided about by office. What is published is looked at by those who may read
    it, which somebody's office alone does not make them.
    """
    standing = actor.standing
    of_office = _of_office(standing)
    drafts = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.published_at.is_(None), Report.quarantined_at.is_(None), of_office)
        .order_by(Edition.submitted_at, Edition.id)
    )
    owed = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.second_look_due_at.is_not(None), Edition.second_look_at.is_(None))
        .where(readable(actor.clearance), of_office)
        .order_by(Edition.second_look_due_at, Edition.id)
    )
    return Waiting(
        in_review=_rows(session, drafts.where(Edition.stage == IN_REVIEW)),
        second_looks=_rows(session, owed),
        held_back=_rows(session, drafts.where(Edition.stage == SCHEDULED)),
    )


def get_for_review(
    session: Session, public_id: str, standing: Standing, *, to_change: bool = False
) -> Row:
    """Return a report with its draft, for somebody whose office it is to decide about it.

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
        .where(Report.public_id == public_id, Report.quarantined_at.is_(None))
        .where(Report.id.in_(_reviewed_reports(standing)))
        .options(contains_eager(Report.editions))
        .execution_options(populate_existing=True)
    )
    if to_change:
        question = question.with_for_update(of=(Report, Edition))
    report = session.scalars(question).unique().first()
    draft = None if report is None else report.draft()
    if report is None or draft is None:
        raise NotFound
    return report, draft


def get_draft_to_read(session: Session, public_id: str, standing: Standing) -> Row:
    """Return a report with its draft, for its authors and for those who decide about it.

    Raises:
        NotFound: there is no such draft, or it is not this person's to see.

    """
    try:
        return get_draft(session, public_id, standing)
    except NotFound:
        return get_for_review(session, public_id, standing)


def get_owed_look(
    session: Session,
    public_id: str,
    actor: Actor,
    number: int | None = None,
    *,
    to_change: bool = False,
) -> Row:
    """Return a report with its edition that was published in an emergency and not looked at since.

    Args:
        session: the session of the act.
        public_id: the report's public id.
        actor: the person who looks; they may read it, too.
        number: that of the edition; the latest that is owed a look where none is given.
        to_change: whether others who would note a look, too, must wait until this is committed.

    Raises:
        NotFound: there is none, or it is not this person's to look at.

    """
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Report.public_id == public_id, _of_office(actor.standing))
        .where(Edition.second_look_due_at.is_not(None), readable(actor.clearance))
        .order_by(Edition.second_look_at.is_not(None), Edition.number.desc())
        .execution_options(populate_existing=True)
    )
    if to_change:
        question = question.with_for_update(of=Edition)
    if number is not None:
        question = question.where(Edition.number == number)
    row = session.execute(question).first()
    if row is None:
        raise NotFound
    return row[0], row[1]


def due_for_release(session: Session, *, at: datetime, limit: int = 20) -> Sequence[Row]:
    """Return drafts that were approved to come out by now, the longest due first."""
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.stage == SCHEDULED, Edition.published_at.is_(None))
        .where(Edition.release_at <= at, Report.quarantined_at.is_(None))
        .order_by(Edition.release_at, Edition.id)
        .limit(limit)
        .with_for_update(of=(Report, Edition), skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return _rows(session, question)


def overdue_looks(session: Session, *, at: datetime, limit: int = 100) -> Sequence[Row]:
    """Return what was published in an emergency and not looked at within its time."""
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.second_look_due_at <= at, Edition.second_look_at.is_(None))
        .where(Edition.published_at.is_not(None), Report.state != WITHDRAWN)
        .order_by(Edition.second_look_due_at)
        .limit(limit)
    )
    return _rows(session, question)


def about_to_expire(
    session: Session, *, after: datetime, before: datetime, limit: int = 100
) -> Sequence[Row]:
    """Return reports in force whose time runs out between two moments."""
    question = (
        select(Report, Edition)
        .join(Edition, Report.current_edition_id == Edition.id)
        .where(Report.state == PUBLISHED, Report.origin.in_(WRITTEN_HERE))
        .where(Edition.expires_at > after, Edition.expires_at <= before)
        .order_by(Edition.expires_at)
        .limit(limit)
    )
    return _rows(session, question)


def told_and_published(
    session: Session, clearance: AbstractSet[str], *, since: datetime, limit: int = 500
) -> Sequence[Row]:
    """Return what was published since a moment with a word on when officials were told.

    The first editions alone: the gap between the two is what No Double Standard is about
    (7 FAM 052). What only some members may know is among them, told time or not.
    """
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .where(Edition.number == 1, Edition.published_at > since)
        .where(Report.is_exercise.is_(False), Report.origin.in_(WRITTEN_HERE))
        .where(or_(Edition.told_officials_at.is_not(None), Edition.narrowed_because != ""))
        .where(readable(clearance))
        .order_by(Edition.published_at.desc())
        .limit(limit)
    )
    return _rows(session, question)


def names_of(session: Session, people: Collection[int | None]) -> dict[int, str]:
    """Return the names of people by id."""
    question = select(Person.id, Person.name).where(Person.id.in_([one for one in people if one]))
    return {row[0]: row[1] for row in session.execute(question)}


def _of_office(standing: Standing) -> ColumnElement[bool]:
    # The same as `policy.may_decide`, asked of many at once.
    written_here = Report.origin.in_(WRITTEN_HERE)
    if not standing.active:
        return false()
    if ANALYST in standing.staff_roles:
        return written_here
    councils = standing.councils_as(PUBLISHING)
    return and_(written_here, Report.council_id.in_(councils), known_to(standing))


def _reviewed_reports(standing: Standing) -> Select[int]:
    # The condition looks at the draft itself, while all editions are loaded.
    return (
        select(Edition.report_id)
        .join(Report, Report.id == Edition.report_id)
        .where(Edition.published_at.is_(None), Edition.stage.in_((IN_REVIEW, SCHEDULED)))
        .where(_of_office(standing))
    )


def _rows(session: Session, question: Select[Report, Edition]) -> list[Row]:
    return [(row[0], row[1]) for row in session.execute(question)]
