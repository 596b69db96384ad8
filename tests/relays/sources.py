"""Sources of Kenya's council, and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.kernel.db import transaction
from osac_share.relays.actions import add_source
from osac_share.relays.models import RelayedItem, RelaySource

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast


def added(session: Session, cast: Cast, url: str, at: datetime) -> RelaySource:
    """Return a new source of Kenya's council."""
    with transaction(session):
        return add_source(
            session,
            cast.kenya,
            issuer="U.S. Embassy Nairobi",
            url=url,
            every_minutes=15,
            by=cast.actors["amara"],
            at=at,
        )


def items(session: Session) -> list[RelayedItem]:
    """Return all that ever came, freshly read."""
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(RelayedItem).order_by(RelayedItem.id)))


def state_of(session: Session, source: RelaySource) -> RelaySource:
    """Return a source, freshly read."""
    session.rollback()
    session.refresh(source)
    return source
