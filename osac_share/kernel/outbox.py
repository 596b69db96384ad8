"""The outbox: what must follow from an act, written in the same transaction as the act.

A row is claimed by a worker under a lease and a fencing number: a worker that stalls past
its lease finds the number changed and cannot mark the row any more. Reactions may run more
than once and must not mind.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sqlalchemy import JSON, Index, String, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel.db import Base

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

LEASE = timedelta(seconds=50)
MAX_ATTEMPTS = 12
LONGEST_PAUSE = timedelta(hours=1)


class Event:
    """The base of all events: frozen dataclasses, past tense, ids only."""

    registry: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls) -> None:
        """Make each event known by its class name, the `kind` of its rows."""
        Event.registry[cls.__name__] = cls

    def payload(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return dataclasses.asdict(self)  # type: ignore[call-overload, no-any-return]

    @classmethod
    def from_payload(cls, payload: Mapping[str, Any]) -> Self:
        """Return the event that a payload was made of; JSON has turned tuples into lists."""
        return cls(
            **{
                name: tuple(value) if isinstance(value, list) else value
                for name, value in payload.items()
            }
        )


class OutboxRow(Base):
    """One recorded event and how far its consequences have come."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_open", "done_at", "parked_at", "available_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    recorded_at: Mapped[datetime]
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(500))


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this worker may act on until its lease ends."""

    id: int
    fence: int
    attempts: int
    event: Event


def record(session: Session, happened: Event, *, at: datetime) -> None:
    """Add `happened` to the outbox; it is committed with whatever else the caller did."""
    session.add(
        OutboxRow(
            kind=type(happened).__name__,
            payload=happened.payload(),
            recorded_at=at,
            available_at=at,
        )
    )


def claim(session: Session, *, at: datetime, limit: int) -> list[Claim]:
    """Lease up to `limit` open rows, oldest first, and return them as claims.

    One statement on both databases; PostgreSQL passes over rows that another worker is
    claiming, SQLite has a single writer anyway. A row that this program cannot read is
    parked at once: it must not keep the others waiting.
    """
    # A common table expression is evaluated once; a subquery with a limit need not be.
    ready = (
        select(OutboxRow.id)
        .where(OutboxRow.done_at.is_(None), OutboxRow.parked_at.is_(None))
        .where(OutboxRow.available_at <= at)
        .where(or_(OutboxRow.lease_until.is_(None), OutboxRow.lease_until < at))
        .order_by(OutboxRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("ready")
    )
    rows = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(select(ready.c.id)))
        .values(lease_until=at + LEASE, fence=OutboxRow.fence + 1, attempts=OutboxRow.attempts + 1)
        .returning(
            OutboxRow.id, OutboxRow.fence, OutboxRow.attempts, OutboxRow.kind, OutboxRow.payload
        )
        .execution_options(synchronize_session=False)
    ).all()
    claims = []
    for row_id, fence, attempts, kind, payload in rows:
        try:
            happened = Event.registry[kind].from_payload(payload)
        except (KeyError, TypeError):
            _park(session, row_id, f"this program knows no {kind} with such fields", at=at)
        else:
            claims.append(Claim(row_id, fence, attempts, happened))
    return sorted(claims, key=lambda taken: taken.id)


def _park(session: Session, row_id: int, problem: str, *, at: datetime) -> None:
    session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == row_id)
        .values(parked_at=at, lease_until=None, problem=problem)
        .execution_options(synchronize_session=False)
    )


def finish(session: Session, claims: Sequence[Claim], *, at: datetime) -> int:
    """Mark claims as done and return how many were still ours to mark."""
    return sum(_mark(session, taken, done_at=at, lease_until=None) for taken in claims)


def postpone(session: Session, taken: Claim, problem: str, *, at: datetime) -> None:
    """Give a failed claim back, to be tried again after a growing pause.

    After the last attempt the row is parked: it stays, with its problem, for a person to see.
    """
    pause = min(LONGEST_PAUSE, timedelta(seconds=2**taken.attempts))
    parked = at if taken.attempts >= MAX_ATTEMPTS else None
    _mark(
        session,
        taken,
        available_at=at + pause,
        lease_until=None,
        parked_at=parked,
        problem=problem[:500],
    )


def _mark(session: Session, taken: Claim, **values: datetime | str | None) -> int:
    marked = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id == taken.id, OutboxRow.fence == taken.fence)
        .where(OutboxRow.done_at.is_(None))
        .values(**values)
        .returning(OutboxRow.id)
        .execution_options(synchronize_session=False)
    )
    return len(marked.all())
