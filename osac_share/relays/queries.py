"""Every question that is asked about sources and their queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from osac_share.accounts.models import Person
from osac_share.councils.models import Council
from osac_share.councils.policy import AUTHORING
from osac_share.kernel.errors import NotFound
from osac_share.relays import policy
from osac_share.relays.models import WAITING, RelayedItem, RelaySource
from osac_share.reports.models import Report

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Standing

Question = TypeVar("Question", bound="Select[Any]")

LONGEST_CHAIN = 100
"""How many texts back a report is looked for; no issuer rewrites one so often."""

DECIDED_LATELY = 20


def councils_of(session: Session, standing: Standing) -> Sequence[Council]:
    """Return the councils whose queue this person reads, by name."""
    return session.scalars(_own(select(Council), standing).order_by(Council.name)).all()


def sources_of(session: Session, standing: Standing) -> Sequence[RelaySource]:
    """Return the sources of these councils, those in trouble first."""
    question = _own(select(RelaySource).join(Council), standing)
    return session.scalars(
        question.order_by(RelaySource.failures.desc(), RelaySource.issuer, RelaySource.id)
    ).all()


def get_source(
    session: Session, public_id: str, standing: Standing, *, to_change: bool = False
) -> RelaySource:
    """Return a source of a council whose queue this person reads.

    Raises:
        NotFound: there is none, or it is not this person's to know of.

    """
    question = _own(select(RelaySource).join(Council), standing)
    question = question.where(RelaySource.public_id == public_id)
    if to_change:
        question = question.with_for_update(of=RelaySource)
    source = session.scalar(question.execution_options(populate_existing=True))
    if source is None:
        raise NotFound
    return source


def find_same_source(session: Session, council_id: int, url: str) -> RelaySource | None:
    """Return the source of a council at an address, if it has it already."""
    return session.scalar(
        select(RelaySource).where(RelaySource.council_id == council_id, RelaySource.url == url)
    )


def waiting(session: Session, standing: Standing, *, limit: int, offset: int) -> list[RelayedItem]:
    """Return what waits for somebody to decide, the longest waiting first."""
    question = _items(standing).where(RelayedItem.state == WAITING)
    page = question.order_by(RelayedItem.seen_at, RelayedItem.id).limit(limit).offset(offset)
    return list(session.scalars(page))


def count_waiting(session: Session, standing: Standing) -> int:
    """Return how much waits for somebody to decide."""
    question = _items(standing).where(RelayedItem.state == WAITING)
    ids = question.with_only_columns(RelayedItem.id).subquery()
    return session.scalar(select(func.count()).select_from(ids)) or 0


def decided_lately(session: Session, standing: Standing) -> list[RelayedItem]:
    """Return what was decided last, the newest first, the reports made of it loaded."""
    question = _items(standing).where(RelayedItem.state != WAITING)
    lately = question.order_by(RelayedItem.decided_at.desc(), RelayedItem.id.desc())
    return list(
        session.scalars(lately.limit(DECIDED_LATELY).options(joinedload(RelayedItem.report)))
    )


def get_item(
    session: Session, public_id: str, standing: Standing, *, to_change: bool = False
) -> RelayedItem:
    """Return a relayed text of a council whose queue this person reads.

    Args:
        session: the session of the act.
        public_id: that of the text.
        standing: that of the person who asks.
        to_change: whether others who would decide, too, must wait until this is committed.

    Raises:
        NotFound: there is none, or it is not this person's to know of.

    """
    question = _items(standing).where(RelayedItem.public_id == public_id)
    if to_change:
        question = question.with_for_update(of=RelayedItem)
    item = session.scalar(question.execution_options(populate_existing=True))
    if item is None:
        raise NotFound
    return item


def newest_of(session: Session, source_id: int, names: Collection[str]) -> dict[str, RelayedItem]:
    """Return the newest revision of these texts of a source, by name, locked until the commit."""
    question = (
        select(RelayedItem)
        .where(RelayedItem.source_id == source_id, RelayedItem.guid.in_(names))
        .order_by(RelayedItem.revision)
        .with_for_update(of=RelayedItem)
        .execution_options(populate_existing=True)
    )
    return {item.guid: item for item in session.scalars(question)}


def find_report(session: Session, item: RelayedItem, *, to_change: bool = False) -> Report | None:
    """Return the report made of what this text replaces, if somebody took that in."""
    former, steps = item.former, 0
    while former is not None and former.report_id is None and steps < LONGEST_CHAIN:
        former, steps = former.former, steps + 1
    if former is None or former.report_id is None:
        return None
    question = select(Report).where(Report.id == former.report_id)
    if to_change:
        question = question.with_for_update(of=Report).execution_options(populate_existing=True)
    return session.scalar(question)


def find_name(session: Session, person_id: int | None) -> str | None:
    """Return the name of whoever decided; None if the house did by itself."""
    return session.scalar(select(Person.name).where(Person.id == person_id))


def _items(standing: Standing) -> Select[RelayedItem]:
    return _own(select(RelayedItem).join(RelaySource).join(Council), standing)


def _own(question: Question, standing: Standing) -> Question:
    if policy.is_analyst(standing):
        return question
    mine = standing.councils_as(AUTHORING) if standing.active else ()
    return question.where(Council.id.in_(mine))
