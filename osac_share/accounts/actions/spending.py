"""Challenges that are answered once, whoever has kept a copy. Nothing here commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from osac_share.accounts.models import SpentChallenge
from osac_share.kernel.ids import digest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

REMEMBERED = timedelta(hours=1)
"""How long a spent challenge is remembered; it has expired long before."""


def spend(session: Session, challenge: str, *, at: datetime) -> bool:
    """Note that a challenge was answered, and tell whether this was the first time."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.at < at - REMEMBERED))
    try:
        with session.begin_nested():
            session.add(SpentChallenge(digest=digest(challenge), at=at))
    except IntegrityError:
        return False
    return True
