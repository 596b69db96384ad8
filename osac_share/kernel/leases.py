"""Taking what is due under a lease, so that any number of workers share the work.

Letters, deliveries and digests are rows that wait, are claimed by one worker for a short time,
and end. A worker that dies leaves a lease that runs out; nothing else is needed to recover.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from osac_share.kernel import clock
from osac_share.kernel.db import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session, sessionmaker

logger = logging.getLogger(__name__)

WAITING = "waiting"
SENDING = "sending"
ACCEPTED = "accepted"
FAILED = "failed"
SKIPPED = "skipped"

LEASE = timedelta(seconds=50)
"""How long a claim holds: what a dead sender held goes on within a minute."""

RENEWED_EVERY = LEASE / 4
"""How often a living sender prolongs what it holds, however slow the server that it speaks to."""


class Leased:
    """The columns of what is sent.

    `fence` rises with each claim: a sender that stalled past its lease cannot write its late
    result. `available_at` is when it is due, in UTC, `attempts` how often it was tried.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20))
    available_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    accepted_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(200))


@dataclass(frozen=True, slots=True)
class Claim:
    """A row that this worker may send until its lease ends.

    Attributes:
        id: the row's.
        fence: that of this claim; whoever has a higher one holds the row.
        attempts: how often it was tried before.
        began_at: since when it is to be sent; after some days trying on helps nobody.
        taken_at: when it was claimed.

    """

    id: int
    fence: int
    attempts: int
    began_at: datetime
    taken_at: datetime


def claim(
    session: Session,
    model: type[Leased],
    *which: ColumnElement[bool],
    order: Sequence[ColumnElement[Any] | Any] = (),
    since: Any,  # noqa: ANN401 -- a mapped column.
    at: datetime,
    limit: int,
) -> list[Claim]:
    """Lease up to `limit` due rows, and return the claims in the order of sending.

    PostgreSQL passes over rows that another worker is claiming; SQLite has a single writer.

    Args:
        session: the session of the round.
        model: letters, deliveries or digests.
        which: further conditions.
        order: what goes first; then comes what is longest due.
        since: the column that says since when it is to be sent.
        at: now, in UTC.
        limit: the most to take.

    """
    due = session.execute(
        select(model.id, model.fence + 1, model.attempts, since)
        .where(model.state == WAITING, model.available_at <= at, *which)
        .order_by(*order, model.available_at, model.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claims = [Claim(row[0], row[1], row[2], row[3], at) for row in due]
    session.connection().execute(
        update(model)
        .where(model.id.in_([taken.id for taken in claims]))
        .values(state=SENDING, lease_until=at + LEASE, fence=model.fence + 1)
    )
    return claims


def take_back(session: Session, model: type[Leased], *, at: datetime) -> int:
    """Put rows whose worker died back among the due ones, and return how many.

    A sweep over leases, run with every round: recovery is no special case.
    """
    lost = session.execute(
        update(model)
        .where(model.state == SENDING, model.lease_until < at)
        .values(state=WAITING, lease_until=None)
        .returning(model.id)
        .execution_options(synchronize_session=False)
    )
    return len(lost.all())


def renew(session: Session, model: type[Leased], claims: Sequence[Claim], *, at: datetime) -> None:
    """Prolong the leases of claims that a slow server keeps waiting.

    What is just being written down is passed over: nobody waits for the other.
    """
    held = {taken.id: taken.fence for taken in claims}
    question = (
        select(model.id, model.fence)
        .where(model.id.in_(held), model.state == SENDING)
        .with_for_update(skip_locked=True)
    )
    ours = [row[0] for row in session.execute(question) if held[row[0]] == row[1]]
    session.connection().execute(
        update(model).where(model.id.in_(ours)).values(lease_until=at + LEASE)
    )


def give_back(session: Session, model: type[Leased], claims: Sequence[Claim]) -> None:
    """Let claims be due again of which nothing was made: the rows are as they were before.

    A claim whose fence has risen belongs to another worker by now; its row is left alone.
    """
    fences: defaultdict[int, list[int]] = defaultdict(list)
    for taken in claims:
        fences[taken.fence].append(taken.id)
    for fence, ids in fences.items():
        session.connection().execute(
            update(model)
            .where(model.id.in_(ids), model.fence == fence, model.state == SENDING)
            .values(state=WAITING, lease_until=None)
        )


@contextmanager
def kept(
    maker: sessionmaker[Session], model: type[Leased], claims: Sequence[Claim]
) -> Iterator[None]:
    """Keep the leases of claims from running out while the block speaks to a server.

    One mail may take longer than a lease lasts, when a server uses up the time that each command
    has. So a thread beside prolongs the leases, by short transactions of its own, of all that is
    not written down yet; it dies with the process, and the leases run out as they should.

    Args:
        maker: makes the sessions of the thread.
        model: what the claims are of.
        claims: those of the batch.

    """
    over = Event()

    def prolong() -> None:
        while not over.wait(RENEWED_EVERY.total_seconds()):
            try:
                with maker() as session, transaction(session):
                    renew(session, model, claims, at=clock.now())
            except Exception:
                # A database that is busy now may not be the next time.
                logger.exception("leases could not be renewed")

    thread = Thread(target=prolong, name="leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
