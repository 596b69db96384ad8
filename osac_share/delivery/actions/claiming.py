"""Taking due deliveries under a lease: mail and the other channels each by their own sender."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.delivery.models import MAIL, Delivery
from osac_share.delivery.policy import URGENCY
from osac_share.kernel import leases

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.leases import Claim


def claim(
    session: Session,
    *,
    at: datetime,
    limit: int,
    by_mail: bool = True,
    only_emergencies: bool = False,
) -> Sequence[Claim]:
    """Lease up to `limit` due deliveries, the most urgent first, then the longest due.

    Args:
        session: the session of the round.
        at: now, in UTC.
        limit: the most to take.
        by_mail: those that go by mail; else those of all the other channels.
        only_emergencies: nothing else, whatever is due.

    """
    which = [Delivery.channel == MAIL if by_mail else Delivery.channel != MAIL]
    if only_emergencies:
        which.append(Delivery.urgency == URGENCY["emergency"])
    return leases.claim(
        session,
        Delivery,
        *which,
        order=(Delivery.urgency,),
        since=Delivery.matched_at,
        at=at,
        limit=limit,
    )


def take_back(session: Session, *, at: datetime) -> int:
    """Put deliveries whose worker died back among the due ones, and return how many."""
    return leases.take_back(session, Delivery, at=at)


def kept(maker: sessionmaker[Session], claims: Sequence[Claim]) -> AbstractContextManager[None]:
    """Keep the leases of claims from running out in the block, however slow a server is."""
    return leases.kept(maker, Delivery, claims)
