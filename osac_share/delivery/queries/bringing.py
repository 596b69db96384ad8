"""What wishes would have brought lately to somebody who may see so much.

The conditions are those of matching, asked from the other side: there a report looks for wishes,
here a wish looks for reports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from osac_share.reports.models import WITHDRAWN, Edition, EditionPlace, EditionTopic, Report
from osac_share.reports.queries.sight import readable
from osac_share.subscriptions.policy import SEVERITY_RANK, council_in, region_in
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy import CTE, ColumnElement

    from osac_share.subscriptions.policy import Wish

Find = Callable[[Session, AbstractSet[str], str, datetime], Sequence[int]]
"""Given words, returns the ids of the editions since then that a search for them finds."""

SHOWN = 10

AT_A_TIME = 20
"""So many wishes are asked about in one statement; few people have more."""


def numbers_brought(
    session: Session,
    clearance: AbstractSet[str],
    wishes: Sequence[Wish],
    since: datetime,
    *,
    find: Find,
) -> list[int]:
    """Return how many reports each of these wishes would have brought since then.

    Args:
        session: the session to ask in.
        clearance: of whoever wishes.
        wishes: what they wish for.
        since: how far back to look.
        find: searches, for those wishes that are for what a search finds.

    """
    found: list[int] = []
    for start in range(0, len(wishes), AT_A_TIME):
        seen = _seen(clearance, since)
        counts = [
            select(func.count(seen.c.id)).where(condition).scalar_subquery()
            for condition in (
                _asked(wish, seen, _searched(session, clearance, wish, since, find))
                for wish in wishes[start : start + AT_A_TIME]
            )
        ]
        found += session.execute(select(*counts)).one()
    return found


def newest_brought(
    session: Session, clearance: AbstractSet[str], wish: Wish, since: datetime, *, find: Find
) -> Sequence[tuple[Report, Edition]]:
    """Return the newest reports that a wish would have brought since then."""
    seen = _seen(clearance, since)
    asked = _asked(wish, seen, _searched(session, clearance, wish, since, find))
    question = (
        select(Report, Edition)
        .join(Edition, Edition.report_id == Report.id)
        .join(seen, seen.c.id == Edition.id)
        .where(asked)
        .order_by(Edition.published_at.desc(), Edition.id.desc())
        .limit(SHOWN)
    )
    return [(report, edition) for report, edition in session.execute(question)]


def _seen(clearance: AbstractSet[str], since: datetime) -> CTE:
    """Return the major editions since then that may be seen, with what wishes ask about."""
    return (
        select(Edition.id, Edition.severity, Report.kind, Report.council_id)
        .join(Report, Edition.report_id == Report.id)
        .where(Edition.published_at > since, Edition.is_major.is_(True))
        .where(Edition.outcome != WITHDRAWN, readable(clearance))
        .cte("seen")
    )


def _searched(
    session: Session, clearance: AbstractSet[str], wish: Wish, since: datetime, find: Find
) -> Sequence[int]:
    return find(session, clearance, wish.words, since) if wish.words else ()


def _asked(wish: Wish, seen: CTE, searched: Collection[int]) -> ColumnElement[bool]:
    if wish.words:
        return seen.c.id.in_(searched)
    lowest = SEVERITY_RANK[wish.min_severity]
    grave = [severity for severity, rank in SEVERITY_RANK.items() if rank >= lowest]
    topic = exists().where(
        EditionTopic.edition_id == seen.c.id, EditionTopic.topic.in_(wish.topics)
    )
    return and_(
        seen.c.severity.in_(grave),
        seen.c.kind.in_(wish.kinds) if wish.kinds else true(),
        topic if wish.topics else true(),
        _in_places(wish.places, seen) if wish.places else true(),
    )


def _in_places(places: Collection[str], seen: CTE) -> ColumnElement[bool]:
    regions = {region_in(place) for place in places}
    countries = {one.iso2 for one in taxonomy.all_countries() if one.region in regions}
    countries |= {place for place in places if ":" not in place}
    councils = [found for place in places if (found := council_in(place)) is not None]
    there = exists().where(
        EditionPlace.edition_id == seen.c.id, EditionPlace.country.in_(countries)
    )
    return or_(there, seen.c.council_id.in_(councils)) if councils else there
