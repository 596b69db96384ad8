"""Every question about endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.channels.models import Endpoint
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def endpoints_of(session: Session, person_id: int) -> Sequence[Endpoint]:
    """Return a person's living endpoints, those that are not verified yet among them."""
    question = select(Endpoint).where(Endpoint.person_id == person_id, Endpoint.ended_at.is_(None))
    return session.scalars(question.order_by(Endpoint.id)).all()


def ended_since(session: Session, person_id: int, *, since: datetime) -> Sequence[Endpoint]:
    """Return a person's endpoints that ended since then, the last one first."""
    question = select(Endpoint).where(Endpoint.person_id == person_id, Endpoint.ended_at >= since)
    return session.scalars(question.order_by(Endpoint.ended_at.desc())).all()


def get_own(
    session: Session, public_id: str, person_id: int, *, to_change: bool = False
) -> Endpoint:
    """Return a living endpoint of this person's; `to_change` locks it, as it is now.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    question = select(Endpoint).where(
        Endpoint.public_id == public_id,
        Endpoint.person_id == person_id,
        Endpoint.ended_at.is_(None),
    )
    if to_change:
        question = question.with_for_update().execution_options(populate_existing=True)
    endpoint = session.scalar(question)
    if endpoint is None:
        raise NotFound
    return endpoint


def find_living(session: Session, person_id: int, kind: str) -> Endpoint | None:
    """Return the endpoint of a kind by which a person is reached, verified or not, or None."""
    question = select(Endpoint).where(
        Endpoint.person_id == person_id, Endpoint.kind == kind, Endpoint.ended_at.is_(None)
    )
    return session.scalar(question)


def verified_endpoints(
    session: Session, person_ids: Collection[int]
) -> Mapping[tuple[int, str], Endpoint]:
    """Return the verified living endpoints of these people, by person and kind, freshly read."""
    question = (
        select(Endpoint)
        .where(Endpoint.person_id.in_(person_ids), Endpoint.ended_at.is_(None))
        .where(Endpoint.verified_at.is_not(None))
        .execution_options(populate_existing=True)
    )
    return {(one.person_id, one.kind): one for one in session.scalars(question)}
