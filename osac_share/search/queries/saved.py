"""The searches that people keep and that councils recommend, and what is new in them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries.sight import readable
from osac_share.search.index.canonical import canonical, words_alone
from osac_share.search.models import IndexDamaged
from osac_share.search.models.saved import LONGEST_NAME, RecommendedSearch, SavedSearch
from osac_share.search.policy import LONGEST_WORDS
from osac_share.search.queries.fallback import search_database
from osac_share.search.queries.filters import labelled, read
from osac_share.search.queries.standing import standing_query

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.search.models import Clearance, Query, SearchIndex

MOST_NEW = 50
"""So many new reports are counted; more than that are "50 or more"."""

AT_A_TIME = 1000


def kept_words(session: Session, text: str) -> str:
    """Return a search in the form in which it is kept.

    Raises:
        RuleBroken: it asks for nothing, too much, or for what is not understood.

    """
    query = read(session, text)
    if query.notices:
        raise RuleBroken(" ".join([*query.notices, "Mend that, and save it then."]))
    if not query.asks:
        raise RuleBroken("There is nothing to look for. Type some words, or choose a filter.")
    words = canonical(query)
    if len(words) > LONGEST_WORDS:
        raise RuleBroken(f"A kept search has at most {LONGEST_WORDS} characters, filters included.")
    return words


def name_for(query: Query) -> str:
    """Return what a search may be called: its words, and what it is narrowed to."""
    narrowed = [labelled(one.field, one.value) for one in query.filters if not one.excluded]
    without = [f"not {labelled(one.field, one.value)}" for one in query.filters if one.excluded]
    days = (("since", query.after), ("before", query.before))
    dates = [f"{word} {day.isoformat()}" for word, day in days if day is not None]
    name = ", ".join(filter(None, [words_alone(query), *narrowed, *without, *dates]))
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def saved_by(session: Session, person_id: int) -> Sequence[SavedSearch]:
    """Return the searches that a person keeps, by name."""
    question = select(SavedSearch).where(SavedSearch.person_id == person_id)
    return session.scalars(question.order_by(func.lower(SavedSearch.name), SavedSearch.id)).all()


def count_saved(session: Session, person_id: int) -> int:
    """Return how many searches a person keeps."""
    return session.scalar(select(func.count()).where(SavedSearch.person_id == person_id)) or 0


def find_saved(session: Session, person_id: int | None, words: str) -> SavedSearch | None:
    """Return the person's kept search with these words in canonical form, if there is one."""
    question = select(SavedSearch).where(
        SavedSearch.person_id == person_id, SavedSearch.words == words
    )
    return session.scalar(question)


def get_saved(session: Session, public_id: str, person_id: int | None) -> SavedSearch:
    """Return a search that this person keeps.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    question = select(SavedSearch).where(
        SavedSearch.public_id == public_id, SavedSearch.person_id == person_id
    )
    found = session.scalar(question)
    if found is None:
        raise NotFound
    return found


def recommended_by(session: Session, council_id: int) -> Sequence[RecommendedSearch]:
    """Return the searches that a council recommends, by name."""
    question = select(RecommendedSearch).where(RecommendedSearch.council_id == council_id)
    in_order = question.order_by(func.lower(RecommendedSearch.name), RecommendedSearch.id)
    return session.scalars(in_order).all()


def get_recommended(session: Session, council_id: int, public_id: str) -> RecommendedSearch:
    """Return a search that this council recommends.

    Raises:
        NotFound: there is none.

    """
    question = select(RecommendedSearch).where(
        RecommendedSearch.public_id == public_id, RecommendedSearch.council_id == council_id
    )
    found = session.scalar(question)
    if found is None:
        raise NotFound
    return found


def newest_found(
    session: Session, index: SearchIndex, clearance: Clearance, query: Query, *, limit: int
) -> list[int]:
    """Return the ids of the newest editions that have all that a query asks for.

    They are of as many reports, the newest first, and all of them may be seen with this clearance.
    While the index cannot be used, the database is asked.
    """
    if not query.asks:
        return []
    strict = replace(query, strictly=True)
    try:
        answer = index.search(strict, clearance, sort="date", limit=limit, facets=False)
    except IndexDamaged:
        rows, _ = search_database(session, clearance, strict, offset=0, limit=limit)
        return [edition.id for _, edition in rows]
    return [hit.edition_id for hit in answer.hits]


def numbers_of_new(
    session: Session, index: SearchIndex, clearance: Clearance, searches: Sequence[SavedSearch]
) -> list[int]:
    """Return how many reports each of these found since its owner last looked, up to `MOST_NEW`."""
    found = [
        newest_found(session, index, clearance, standing_query(session, one.words), limit=MOST_NEW)
        for one in searches
    ]
    moments = _published(session, clearance, {one for ids in found for one in ids})
    numbers = []
    for one, ids in zip(searches, found, strict=True):
        times = sorted(moments[edition] for edition in ids if edition in moments)
        numbers.append(len(times) - bisect_right(times, one.looked_at))
    return numbers


def _published(
    session: Session, clearance: Clearance, edition_ids: Collection[int]
) -> dict[int, datetime]:
    """Return when these editions came out, as far as they may be read now."""
    question = (
        select(Edition.id, Edition.published_at)
        .join(Report, Edition.report_id == Report.id)
        .where(readable(clearance))
    )
    ids = sorted(edition_ids)
    found: dict[int, datetime] = {}
    for start in range(0, len(ids), AT_A_TIME):
        rows = session.execute(question.where(Edition.id.in_(ids[start : start + AT_A_TIME])))
        found |= {row[0]: row[1] for row in rows if row[1] is not None}
    return found
