"""Taking due deliveries under a lease, so that any number of workers share the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from osac_share.delivery.models import SENDING, WAITING, Delivery
from osac_share.kernel.outbox import LEASE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery that this worker may make until its lease ends."""

    id: int
    fence: int
    attempts: int
    matched_at: datetime


def claim(session: Session, *, at: datetime, limit: int) -> Sequence[Claim]:
    """Lease up to `limit` due deliveries, the most urgent first, then the longest due.

    PostgreSQL passes over rows that another worker is claiming; SQLite has a single writer.
    """
    due = session.execute(
        select(Delivery.id, Delivery.fence + 1, Delivery.attempts, Delivery.matched_at)
        .where(Delivery.state == WAITING, Delivery.available_at <= at)
        .order_by(Delivery.urgency, Delivery.available_at, Delivery.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claims = [Claim(*row) for row in due]
    session.execute(
        update(Delivery)
        .where(Delivery.id.in_([taken.id for taken in claims]))
        .values(state=SENDING, lease_until=at + LEASE, fence=Delivery.fence + 1)
        .execution_options(synchronize_session=False)
    )
    return claims


def take_back(session: Session, *, at: datetime) -> int:
    """Put deliveries whose worker died back among the due ones, and return how many.

    A sweep over leases, run with every round: recovery is no special case.
    """
    lost = session.execute(
        update(Delivery)
        .where(Delivery.state == SENDING, Delivery.lease_until < at)
        .values(state=WAITING, lease_until=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    return len(lost.all())


def renew(session: Session, claims: Sequence[Claim], *, at: datetime) -> None:
    """Prolong the leases of claims that a slow mail server keeps waiting."""
    if not claims:
        return
    session.connection().execute(
        update(Delivery)
        .where(Delivery.id == bindparam("claim_id"), Delivery.fence == bindparam("claim_fence"))
        .where(Delivery.state == SENDING)
        .values(lease_until=at + LEASE),
        [{"claim_id": taken.id, "claim_fence": taken.fence} for taken in claims],
    )
