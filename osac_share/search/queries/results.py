"""Searching: the index says which editions, the database has the last word on who may see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from osac_share.reports.documents import plain_of
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import visible, visible_rows
from osac_share.search.index import BoundedCache, highlight, parse, sought_by
from osac_share.search.models import Filter, IndexDamaged
from osac_share.search.queries.fallback import search_database
from osac_share.search.queries.filters import resolver

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from osac_share.search.models import Clearance, Query, SearchIndex, Sort

SIZE = 20
UNAVAILABLE = (
    "The search is being repaired. Meanwhile only the newest reports are searched, newest first, "
    "and only for whole words as typed."
)

KEPT_TEXT_BYTES = 8 << 20
_texts = BoundedCache(KEPT_TEXT_BYTES)

Excerpt = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a page narrows a search to beside its words; values of one kind are alternatives."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A report in a result: the edition that matched, and the passage that says why."""

    report: Report
    edition: Edition
    excerpt: Excerpt


@dataclass(frozen=True, slots=True)
class Result:
    """One page of a search, as templates show it."""

    query: Query
    hits: Sequence[Found] = ()
    total: int = 0
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    suggestion: str | None = None
    loosened: bool = False
    behind: bool = False


def search(
    session: Session,
    index: SearchIndex,
    clearance: Clearance,
    text: str,
    narrowing: Narrowing | None = None,
    *,
    sort: Sort = "relevance",
    offset: int = 0,
    limit: int = SIZE,
) -> Result:
    """Return a page of the reports that answer a query and that this clearance may see.

    Never silently empty: while the index cannot be used, the database is searched, and a notice
    says so.
    """
    query = _narrowed(parse(text, resolver(session)), narrowing or Narrowing())
    if not query.asks:
        return Result(query, notices=query.notices)
    try:
        answer = index.search(query, clearance, sort=sort, offset=offset, limit=limit)
        suggestion = None if answer.total else index.did_you_mean(query, clearance)
        behind = not _is_up_to_date(session, index, clearance)
    except IndexDamaged:
        found, total = search_database(session, clearance, query, offset=offset, limit=limit)
        notices = (*query.notices, UNAVAILABLE)
        return Result(query, _found(found, query), total, notices=notices)
    rows = visible_rows(session, [hit.edition_id for hit in answer.hits], clearance)
    kept = [rows[hit.edition_id] for hit in answer.hits if hit.edition_id in rows]
    return Result(
        query=query,
        hits=_found(kept, query),
        total=answer.total - (len(answer.hits) - len(kept)),
        facets=answer.facets,
        notices=query.notices,
        suggestion=suggestion,
        loosened=answer.loosened,
        behind=behind,
    )


def _narrowed(query: Query, narrowing: Narrowing) -> Query:
    more = tuple(
        Filter(name, value) for name, values in narrowing.values.items() for value in values
    )
    query = replace(query, filters=query.filters + more)
    if narrowing.year is None:
        return query
    first, last = date(narrowing.year, 1, 1), date(narrowing.year + 1, 1, 1)
    return replace(
        query, after=max(query.after or first, first), before=min(query.before or last, last)
    )


def _found(rows: Sequence[tuple[Report, Edition]], query: Query) -> list[Found]:
    sought = sought_by(query)
    return [Found(report, edition, highlight(_plain(edition), sought)) for report, edition in rows]


def _plain(edition: Edition) -> str:
    # Editions do not change, and reading their Markdown is most of the cost of a page of hits.
    key = edition.id, edition.text_digest
    return _texts.get(key, lambda: plain_of(edition), len)


def _is_up_to_date(session: Session, index: SearchIndex, clearance: Clearance) -> bool:
    """Tell whether the last report to change, of those visible, has reached the index.

    Asked of visible reports only, so that the sentence about it betrays nothing of the others.
    """
    question = visible(clearance).with_only_columns(Edition.id)
    newest = session.scalar(question.order_by(Report.changed_at.desc()).limit(1))
    return newest is None or index.holds(newest)
