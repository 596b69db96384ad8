"""The messages that were issued, and the editions that still lack theirs.

Messages are for everybody. What the public may read now decides on each request which of them
are given out: an edition is not, when the one that took its place is for members alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from osac_share.cap.documents import Reference
from osac_share.cap.models import CapMessage
from osac_share.cap.policy import KINDS
from osac_share.councils.policy import PUBLIC
from osac_share.exchange.queries import IMPORTED
from osac_share.reports.models import PUBLISHED, Edition, Report
from osac_share.reports.queries import meets, readable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

EVERYBODY = frozenset({PUBLIC})

__all__ = ["IMPORTED"]


class Kept(NamedTuple):
    """A message, its document aside."""

    edition_id: int
    digest: str
    made_at: datetime


_KEPT = (CapMessage.edition_id, CapMessage.digest, CapMessage.made_at)


def find_kept(session: Session, public_id: str, number: int) -> Kept | None:
    """Return the message of an edition, by its report and number, if everybody may read it."""
    question = _given_out(select(*_KEPT)).where(
        Report.public_id == public_id, Edition.number == number
    )
    row = session.execute(question).first()
    return None if row is None else Kept(*row)


def newest_kept(session: Session, public_id: str) -> Kept | None:
    """Return the newest message of a report, if everybody may read it."""
    question = _given_out(select(*_KEPT)).where(
        Report.public_id == public_id, CapMessage.edition_id.in_(newest_messages())
    )
    row = session.execute(question).first()
    return None if row is None else Kept(*row)


def read_document(session: Session, edition_id: int) -> str:
    """Return a message, character for character as it was issued."""
    question = select(CapMessage.document).where(CapMessage.edition_id == edition_id)
    return session.scalars(question).one()


def find_by_identifier(session: Session, identifier: str) -> CapMessage | None:
    """Return the message of this name, whoever may read it now."""
    return session.scalar(select(CapMessage).where(CapMessage.identifier == identifier))


def references_of(session: Session, report_id: int, *, before: int) -> list[Reference]:
    """Return how to refer to the messages of a report's editions before a number, in order."""
    question = (
        select(CapMessage.sender, CapMessage.identifier, CapMessage.sent)
        .join(Edition, Edition.id == CapMessage.edition_id)
        .where(CapMessage.report_id == report_id, Edition.number < before)
        .order_by(Edition.number)
    )
    return [Reference(*row) for row in session.execute(question)]


def unissued(session: Session, report_id: int) -> Sequence[Edition]:
    """Return the public editions of a report that have no message, in order."""
    question = (
        select(Edition)
        .where(Edition.report_id == report_id, Edition.published_at.is_not(None))
        .where(meets(Edition.id, EVERYBODY), ~_has_message())
        .order_by(Edition.number)
    )
    return session.scalars(question).all()


def reports_without(session: Session, *, limit: int) -> Sequence[int]:
    """Return the ids of public alerts in force whose current edition has no message."""
    question = (
        select(Report.id)
        .join(Edition, Edition.id == Report.current_edition_id)
        .where(Report.state == PUBLISHED, Report.kind.in_(KINDS), Report.origin != IMPORTED)
        .where(meets(Edition.id, EVERYBODY), ~_has_message())
        .order_by(Report.id)
    )
    return session.scalars(question.limit(limit)).all()


def newest_messages() -> Select[int | None]:
    """Return the question for the newest message of each report."""
    return select(func.max(CapMessage.edition_id)).group_by(CapMessage.report_id)


def _has_message() -> ColumnElement[bool]:
    return select(CapMessage.edition_id).where(CapMessage.edition_id == Edition.id).exists()


def _given_out(question: Select[int, str, datetime]) -> Select[int, str, datetime]:
    return (
        question.join(Edition, Edition.id == CapMessage.edition_id)
        .join(Report, Report.id == CapMessage.report_id)
        .where(readable(EVERYBODY))
    )
