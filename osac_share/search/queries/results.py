"""Searching: the index says which editions, the database has the last word on who may see them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from osac_share.reports.documents import plain_of
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import visible, visible_rows
from osac_share.search.index import BoundedCache, highlight, sought_by
from osac_share.search.models import Answer, Filter, IndexDamaged, Query
from osac_share.search.queries.fallback import search_database
from osac_share.search.queries.files import FoundFile, found_files
from osac_share.search.queries.filters import read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from osac_share.search.models import Clearance, Hit, SearchIndex, Sort

SIZE = 20
UNAVAILABLE = (
    "The search is being repaired. Meanwhile only the newest reports are searched, newest first, "
    "and only for whole words as typed."
)
REPAIRED_SOON = "The search is being repaired. Try again in a minute."

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
    """A report in a result: the edition that matched, and the passage that says why.

    With a `file` the passage is from that, which goes with the edition.
    """

    report: Report
    edition: Edition
    excerpt: Excerpt
    file: FoundFile | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One page of a search, as templates show it.

    `near` have most of the words, when few have all. `broadened` says that none has them, and that
    these are about the topics that the words stand for. `earlier` is how many reports had the
    words in an edition before the current one, counted when no current one has them.
    """

    query: Query
    hits: Sequence[Found] = ()
    total: int = 0
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    suggestion: str | None = None
    loosened: bool = False
    near: Sequence[Found] = ()
    broadened: bool = False
    earlier: int = 0
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
    narrowing = narrowing or Narrowing()
    query = _narrowed(read(session, text), narrowing)
    if not query.asks:
        return Result(query, notices=query.notices)
    page = _Page(sort, offset, limit)
    try:
        result = _answered(session, index, clearance, query, page)
        if not result.total:
            broad = _narrowed(read(session, text, broadly=True), narrowing)
            result = _without_hits(session, index, clearance, result, broad, page)
        return replace(result, behind=not _is_up_to_date(session, index, clearance))
    except IndexDamaged:
        found, total = search_database(session, clearance, query, offset=offset, limit=limit)
        notices = (*query.notices, UNAVAILABLE)
        return Result(query, _found(session, found, query), total, notices=notices)


def search_like(
    session: Session,
    index: SearchIndex,
    clearance: Clearance,
    like: tuple[Report, Edition],
    narrowing: Narrowing | None = None,
    *,
    sort: Sort = "relevance",
    offset: int = 0,
    limit: int = SIZE,
) -> Result:
    """Return a page of the reports that have most of the words which tell this one from others.

    While the index cannot be used there are none, and a notice says so.
    """
    report, edition = like
    text = f"{edition.title}\n\n{_plain(edition)}"
    try:
        words = index.telling_words(text, clearance)
        if not words:
            return Result(Query())
        query = Query(clauses=words, loosely=True, besides=report.id)
        query = _narrowed(query, narrowing or Narrowing())
        return _answered(session, index, clearance, query, _Page(sort, offset, limit))
    except IndexDamaged:
        return Result(Query(), notices=(REPAIRED_SOON,))


@dataclass(frozen=True, slots=True)
class _Page:
    sort: Sort
    offset: int
    limit: int


def _answered(
    session: Session, index: SearchIndex, clearance: Clearance, query: Query, page: _Page
) -> Result:
    answer = index.search(query, clearance, sort=page.sort, offset=page.offset, limit=page.limit)
    named = [hit.edition_id for hit in (*answer.hits, *answer.near)]
    rows = visible_rows(session, named, clearance)
    hits = [hit for hit in answer.hits if hit.edition_id in rows]
    near = [hit for hit in answer.near if hit.edition_id in rows]
    return Result(
        query=query,
        hits=_found(session, [rows[hit.edition_id] for hit in hits], query, hits),
        near=_found(session, [rows[hit.edition_id] for hit in near], query, near),
        total=answer.total - (len(answer.hits) - len(hits)),
        facets=answer.facets,
        notices=query.notices,
        loosened=answer.loosened,
    )


def _without_hits(
    session: Session,
    index: SearchIndex,
    clearance: Clearance,
    empty: Result,
    broad: Query,
    page: _Page,
) -> Result:
    """Return what else there is for words that no current edition has."""
    query = empty.query
    if broad != query:
        result = _answered(session, index, clearance, broad, page)
        if result.total:
            return replace(result, broadened=True)
    earlier = Answer()
    if not query.history:
        asked = replace(query, history=True)
        earlier = index.search(asked, clearance, limit=0, facets=False)
    return replace(empty, suggestion=index.did_you_mean(query, clearance), earlier=earlier.total)


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


def _found(
    session: Session,
    rows: Sequence[tuple[Report, Edition]],
    query: Query,
    hits: Sequence[Hit] = (),
) -> list[Found]:
    sought = sought_by(query)
    files = found_files(session, hits, sought)
    return [
        Found(report, edition, file.excerpt, file)
        if (file := files.get(edition.id))
        else Found(report, edition, highlight(_plain(edition), sought))
        for report, edition in rows
    ]


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
