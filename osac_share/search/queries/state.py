"""How far the index is behind the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.reports.models import Edition, Report
from osac_share.search.documents import count
from osac_share.search.models import IndexDamaged

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.search.models import SearchIndex

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class IndexState:
    """How the index does.

    Attributes:
        expected: how many editions it should hold.
        held: how many it holds; None when it cannot be read, and the database answers instead.
        waiting_since: when the oldest of those that it lacks was published; None if it lacks none.

    """

    expected: int
    held: int | None
    waiting_since: datetime | None = None


def index_state(session: Session, index: SearchIndex) -> IndexState:
    """Compare the index with the database, by the editions alone."""
    expected = count(session)
    try:
        held = index.stamps().keys()
    except IndexDamaged:
        return IndexState(expected, None, _oldest(session, set()))
    return IndexState(expected, len(held), _oldest(session, set(held)))


def _oldest(session: Session, held: set[int]) -> datetime | None:
    """Return when the oldest current edition that is not among these was published."""
    current = session.scalars(
        select(Report.current_edition_id).where(Report.current_edition_id.is_not(None))
    )
    lacking = sorted({one for one in current if one is not None} - held)
    moments = [
        session.scalar(
            select(func.min(Edition.published_at)).where(
                Edition.id.in_(lacking[start : start + AT_ONCE])
            )
        )
        for start in range(0, len(lacking), AT_ONCE)
    ]
    return min((one for one in moments if one is not None), default=None)
