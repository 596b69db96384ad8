"""What searches find for features that know of no index: feeds, and looking back at wishes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from osac_share.search.index.canonical import canonical
from osac_share.search.queries import read
from osac_share.search.queries.saved import newest_found
from osac_share.search.queries.standing import standing_query
from osac_share.search.views.searching import current_index

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

IN_A_FEED = 100
"""So many are looked at for a feed: of what has ended long ago it shows nothing."""

LOOKED_BACK_AT = 500


def found_for_feed(
    session: Session, words: str, clearance: AbstractSet[str]
) -> tuple[str, Sequence[int]]:
    """Return a search in canonical form, and the newest editions that it finds.

    One that is not understood finds nothing: a feed has no place to say what was left out.
    """
    query = read(session, words)
    found: Sequence[int] = ()
    if not query.notices:
        seen = frozenset(clearance)
        found = newest_found(session, current_index(), seen, query, limit=IN_A_FEED)
    return (canonical(query) if query.asks else "", found)


def found_since(
    session: Session, clearance: AbstractSet[str], words: str, since: datetime
) -> Sequence[int]:
    """Return the newest editions that a kept search finds, back to the day of a moment."""
    query = standing_query(session, words)
    day = since.date()
    if query.asks:
        query = replace(query, after=max(query.after or day, day))
    seen = frozenset(clearance)
    return newest_found(session, current_index(), seen, query, limit=LOOKED_BACK_AT)
