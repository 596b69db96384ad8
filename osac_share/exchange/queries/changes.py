"""Reading the stream of changes. Sight is part of the question, at the moment of the asking."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from osac_share.exchange.models import ENDED, Change
from osac_share.exchange.queries.holdings import IMPORTED
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import EXPIRED, Edition, Report
from osac_share.reports.queries import visible
from osac_share.reports.queries.sight import readable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

EYES_ONLY = frozenset({"RED"})
"""Markings that no program is given: TLP:RED is for the eyes and ears of the people it names."""


class Moved(NamedTuple):
    """A change, its report, the edition that it is about, and the one that holds now."""

    change: Change
    report: Report
    edition: Edition
    current: Edition


class Untold(NamedTuple):
    """An edition that the stream does not tell of yet, and what it made of its report."""

    report_id: int
    edition_id: int
    outcome: str


def for_programs(clearance: AbstractSet[str]) -> Select[Report, Edition]:
    """Return the reports that a program may read for somebody, each with its current edition."""
    return visible(clearance).where(Edition.marking.not_in(EYES_ONLY))


def changes_after(
    session: Session, clearance: AbstractSet[str], *, after: int, limit: int
) -> Sequence[Moved]:
    """Return what a program is told for somebody who has read up to a change, in its order.

    What they may not see now is not among it, whatever it was when it happened. Of a withdrawn
    report the tombstone is.

    Args:
        session: the session of the request.
        clearance: of whoever the program reads for, now.
        after: the id of the last change that they know; 0 for none.
        limit: how many at most.

    """
    question = told_to(clearance).where(Change.id > after).order_by(Change.id).limit(limit)
    return [Moved(*row) for row in session.execute(question)]


def told_to(clearance: AbstractSet[str]) -> Select[Change, Report, Edition, Edition]:
    """Return the changes that a program is told of for somebody, as `Moved` has them."""
    current = aliased(Edition)
    return (
        select(Change, Report, Edition, current)
        .join(Report, Report.id == Change.report_id)
        .join(Edition, Edition.id == Change.edition_id)
        .join(current, current.id == Report.current_edition_id)
        .where(readable(clearance))
        .where(Edition.marking.not_in(EYES_ONLY), current.marking.not_in(EYES_ONLY))
    )


def get_change(session: Session, public_id: str) -> Change:
    """Return a change by its public id, which only those know who were told of it.

    Raises:
        NotFound: there is none.

    """
    change = session.scalar(select(Change).where(Change.public_id == public_id))
    if change is None:
        raise NotFound
    return change


def last_moment(session: Session) -> datetime | None:
    """Return the moment of the last change; None when there is none."""
    return session.scalar(select(Change.at).order_by(Change.id.desc()).limit(1))


def followed(session: Session, report_ids: Collection[int]) -> set[int]:
    """Return those of these reports that the stream tells of already."""
    return set(session.scalars(select(Change.report_id).where(Change.report_id.in_(report_ids))))


def untold_editions(session: Session, report_ids: Collection[int]) -> Sequence[Untold]:
    """Return the published editions of these reports that the stream does not tell of yet."""
    told = select(Change.id).where(Change.edition_id == Edition.id).exists()
    question = (
        select(Edition.report_id, Edition.id, Edition.outcome)
        .join(Report, Report.id == Edition.report_id)
        .where(Report.id.in_(report_ids), Edition.published_at.is_not(None), ~told)
        .where(or_(Report.origin != IMPORTED, Edition.id == Report.current_edition_id))
        .order_by(Edition.published_at, Edition.report_id, Edition.number)
    )
    return [Untold(*row) for row in session.execute(question)]


def untold_ends(session: Session, report_ids: Collection[int]) -> Sequence[Untold]:
    """Return the editions in force of those of these reports that expired unbeknown."""
    edition_id = Report.current_edition_id
    told = select(Change.id).where(Change.edition_id == edition_id, Change.kind == ENDED).exists()
    question = (
        select(Report.id, edition_id, Report.state)
        .where(Report.id.in_(report_ids), Report.state == EXPIRED, edition_id.is_not(None), ~told)
        .order_by(Report.id)
    )
    return [Untold(row[0], row[1], row[2]) for row in session.execute(question) if row[1]]
