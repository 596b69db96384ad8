"""What became of each reader of an edition, as a question that others go on with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import CTE, and_, case, func, or_, select

from osac_share.accounts.models import Membership
from osac_share.councils.models import Seat
from osac_share.delivery.models import (
    ACCEPTED,
    BOUNCED,
    FAILED,
    HELD,
    SENDING,
    SKIPPED,
    TO_READ,
    WAITING,
    Acknowledgement,
    Delivery,
)
from osac_share.delivery.policy.reach import (
    CAME_BACK,
    FELL_THROUGH,
    IS_HELD,
    REACHED,
    STANDINGS,
    WAITS,
    Tally,
)

_REACHED = STANDINGS.index(REACHED)
_LEFT_OUT = len(STANDINGS) - 1

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, RowMapping


def readers_of(edition_ids: Sequence[int]) -> CTE:
    """Return the question what became of each reader of these editions, over all channels.

    `standing` is a place in `STANDINGS`; what became of the luckiest of several messages counts.
    """
    state, held_for = Delivery.state, Delivery.held_for
    standing = case(
        (state == ACCEPTED, _REACHED),
        (and_(state.in_((WAITING, SENDING)), held_for.is_(None)), STANDINGS.index(WAITS)),
        (state.in_((HELD, WAITING)), STANDINGS.index(IS_HELD)),
        (state == BOUNCED, STANDINGS.index(CAME_BACK)),
        (state == FAILED, STANDINGS.index(FELL_THROUGH)),
        else_=_LEFT_OUT,
    )
    # Nobody is promised at once what they wish to have later, or must not have.
    is_later = or_(held_for.is_not(None), Delivery.digest_id.is_not(None), state == SKIPPED)
    return (
        select(
            Delivery.edition_id,
            Delivery.person_id,
            func.min(standing).label("standing"),
            func.min(case((state == ACCEPTED, Delivery.accepted_at))).label("reached_at"),
            func.min(Delivery.matched_at).label("matched_at"),
            func.max(case((is_later, 1), else_=0)).label("is_later"),
        )
        .where(Delivery.edition_id.in_(edition_ids), Delivery.purpose == TO_READ)
        .group_by(Delivery.edition_id, Delivery.person_id)
        .cte("readers")
    )


def with_answers(readers: CTE) -> Any:  # noqa: ANN401 -- a join, which has no public type.
    """Return readers joined to what they acknowledged."""
    answers = and_(
        Acknowledgement.edition_id == readers.c.edition_id,
        Acknowledgement.person_id == readers.c.person_id,
    )
    return readers.outerjoin(Acknowledgement, answers)


def represents(person_id: Any) -> ColumnElement[bool]:  # noqa: ANN401 -- any column.
    """Return the condition that a membership is that of a person now."""
    return and_(Membership.person_id == person_id, Membership.ended_at.is_(None))


def seated(at: datetime) -> Any:  # noqa: ANN401 -- a question, to be gone on with.
    """Return the question who holds a seat at `at`."""
    held = or_(Seat.ended_at.is_(None), Seat.ended_at > at)
    return select(Seat.person_id).where(Seat.started_at <= at, held)


def counts(readers: CTE) -> Iterator[ColumnElement[int]]:
    """Yield the columns that count readers; those of `made`."""
    yield func.count().label("matched")
    for place, standing in enumerate(STANDINGS):
        counted = case((readers.c.standing == place, 1), else_=0)
        yield func.coalesce(func.sum(counted), 0).label(standing)
    yield func.count(Acknowledgement.id).label("acknowledged")


def made(name: str | None, row: RowMapping) -> Tally:
    """Return the tally that a row of counts makes."""
    figures = {one: row[one] for one in ("matched", *STANDINGS, "acknowledged")}
    return Tally(name or "", **figures, late=row.get("late", 0))
