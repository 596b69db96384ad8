"""Searching the database itself while the index cannot be used: slower, plainer, never empty."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Text, and_, cast, false, func, not_, or_, select

from osac_share.councils.models import Council
from osac_share.reports.models import Edition, EditionPlace, EditionTopic, Report
from osac_share.reports.queries import visible
from osac_share.search.models import AnyOf, Filter, Phrase, Prefix, Tag
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from osac_share.search.models import Clause, Clearance, Query

REPORTS = 2_000
"""The newest visible reports are searched, this many."""
CLAUSES = 6
"""Each clause reads all their texts once."""

Rows = list[tuple[Report, Edition]]


def search_database(
    session: Session, clearance: Clearance, query: Query, *, offset: int, limit: int
) -> tuple[Rows, int]:
    """Return a page of the newest visible reports that have the words as typed, and how many do."""
    newest = (
        visible(clearance)
        .where(*_conditions(query))
        .with_only_columns(Report.id.label("report_id"))
        .order_by(Report.published_at.desc(), Report.id.desc())
        .limit(REPORTS)
        .subquery()
    )
    question = visible(clearance).where(Report.id.in_(select(newest.c.report_id)))
    question = question.where(*(_mentioned(one) for one in query.clauses[:CLAUSES]))
    question = question.where(*(not_(_mentioned(one)) for one in query.excluded[:CLAUSES]))
    return _page(session, question, offset=offset, limit=limit), _count(session, question)


def _page(session: Session, question: Select[Report, Edition], *, offset: int, limit: int) -> Rows:
    ordered = question.order_by(Report.published_at.desc(), Report.id.desc())
    rows = session.execute(ordered.limit(limit).offset(offset))
    return [(row[0], row[1]) for row in rows]


def _count(session: Session, question: Select[Report, Edition]) -> int:
    return session.scalar(select(func.count()).select_from(question.subquery())) or 0


def _conditions(query: Query) -> list[ColumnElement[bool]]:
    wanted: dict[str, list[ColumnElement[bool]]] = {}
    found = []
    for one in query.filters:
        if one.excluded:
            found.append(not_(_carries(one)))
        else:
            wanted.setdefault(one.field, []).append(_carries(one))
    found += [or_(*options) for options in wanted.values()]
    if query.after:
        found.append(Edition.published_at >= _midnight(query.after))
    if query.before:
        found.append(Edition.published_at < _midnight(query.before))
    return found


def _carries(one: Filter) -> ColumnElement[bool]:
    places = select(EditionPlace.edition_id)
    if one.field == "country":
        return Edition.id.in_(places.where(EditionPlace.country == one.value))
    if one.field == "region":
        inside = [country.iso2 for country in taxonomy.countries(one.value)]
        return Edition.id.in_(places.where(EditionPlace.country.in_(inside)))
    if one.field == "topic":
        topics = select(EditionTopic.edition_id).where(EditionTopic.topic == one.value)
        return Edition.id.in_(topics)
    if one.field == "council":
        return Report.council_id.in_(select(Council.id).where(Council.slug == one.value))
    columns = {
        "kind": Report.kind,
        "state": Report.state,
        "severity": Edition.severity,
        "marking": Edition.marking,
        "level": cast(Edition.level, Text),
    }
    return columns[one.field] == one.value if one.field in columns else false()


def _mentioned(clause: Clause) -> ColumnElement[bool]:
    if isinstance(clause, AnyOf):
        return or_(*(_mentioned(leaf) for leaf in clause.leaves))
    if isinstance(clause, Phrase):
        return and_(*(_has(term) for _, term in clause.words))
    if isinstance(clause, Tag):
        return _carries(Filter(clause.field, clause.value))
    return _has(clause.letters if isinstance(clause, Prefix) else clause.typed)


def _has(word: str) -> ColumnElement[bool]:
    # Sections are kept as JSON, in which letters beyond ASCII may be written as escapes: the
    # longest part without such letters is looked for.
    parts = "".join(char if char.isascii() else " " for char in word).split()
    longest = max(parts, key=len, default="")
    return or_(
        Edition.title.icontains(word, autoescape=True),
        cast(Edition.sections, Text).icontains(longest, autoescape=True),
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
