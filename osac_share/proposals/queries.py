"""Finding proposals. Who may see one is for the table of acts to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.kernel.errors import NotFound
from osac_share.proposals.models import OPEN, Proposal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

MOST = 200
"""How many proposals are looked through; they live three days, and nobody makes so many."""


def get_proposal(session: Session, key: str | int, *, to_change: bool = False) -> Proposal:
    """Return a proposal.

    Args:
        session: the session of the request.
        key: its public id, from an address, or its number, from an event.
        to_change: lock the row and read it anew; of two seconders, one waits for the other.

    Raises:
        NotFound: there is none.

    """
    column = Proposal.id if isinstance(key, int) else Proposal.public_id
    question = select(Proposal).where(column == key)
    if to_change:
        question = question.with_for_update(of=Proposal).execution_options(populate_existing=True)
    proposal = session.scalar(question)
    if proposal is None:
        raise NotFound
    return proposal


def open_proposals(session: Session, *, at: datetime) -> Sequence[Proposal]:
    """Return what waits for a second person at `at`, the longest waiting first."""
    question = (
        select(Proposal)
        .where(Proposal.state == OPEN, Proposal.expires_at > at)
        .order_by(Proposal.expires_at, Proposal.id)
        .limit(MOST)
    )
    return session.scalars(question).all()


def decided_since(session: Session, moment: datetime) -> Sequence[Proposal]:
    """Return what was decided, or ran out, since a moment, the latest first."""
    question = (
        select(Proposal)
        .where(Proposal.decided_at > moment)
        .order_by(Proposal.decided_at.desc(), Proposal.id.desc())
        .limit(MOST)
    )
    return session.scalars(question).all()


def find_open(
    session: Session, kind: str, about: Mapping[str, object], *, at: datetime
) -> Proposal | None:
    """Return the open proposal to do exactly this, or None."""
    waiting = open_proposals(session, at=at)
    return next((one for one in waiting if one.kind == kind and one.about == about), None)


def due_to_expire(session: Session, *, at: datetime) -> Sequence[Proposal]:
    """Return open proposals whose time is over, each locked; those that others hold are left."""
    question = (
        select(Proposal)
        .where(Proposal.state == OPEN, Proposal.expires_at <= at)
        .order_by(Proposal.id)
        .with_for_update(of=Proposal, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(question).all()
