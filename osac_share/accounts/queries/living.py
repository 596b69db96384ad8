"""Which of somebody's sessions are living."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import not_, or_, select

from osac_share.accounts.models import UserSession

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session


def living_sessions(
    session: Session, person_id: int, *, at: datetime, idle: timedelta, longest: timedelta
) -> Sequence[UserSession]:
    """Return somebody's sessions that open something at `at`, the last used one first.

    The conditions are those of `SIGNED_IN`.
    """
    question = (
        select(UserSession)
        .where(UserSession.person_id == person_id, UserSession.ended_at.is_(None))
        .where(UserSession.seen_at > at - idle, UserSession.started_at > at - longest)
        .where(or_(not_(UserSession.needs_factor), UserSession.strong_at.is_not(None)))
        .order_by(UserSession.seen_at.desc(), UserSession.id.desc())
    )
    return session.scalars(question).all()
