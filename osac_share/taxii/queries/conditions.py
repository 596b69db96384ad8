"""Which changes of the stream are asked for, as conditions in SQL.

The questions join `Change`, `Report` and `Edition`, the edition that a change is about. A change
belongs to a collection if its edition or one before it did, so that whoever follows a country
hears that a report has moved elsewhere.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import and_, case, func, or_, select, true
from sqlalchemy.orm import aliased

from osac_share.exchange.models import ENDED, Change
from osac_share.exchange.queries import EYES_ONLY
from osac_share.reports.models import HOLDS, WITHDRAWN, Edition, EditionPlace, Report
from osac_share.reports.queries import meets
from osac_share.taxii.queries.asking import ALL, LAST, View

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm.util import AliasedClass

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ALMOST = timedelta(microseconds=999)
"""Versions are told to the millisecond; this long is one."""


def within(
    view: View, edition: type[Edition] | AliasedClass[Edition] = Edition
) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions that a change to this edition belongs to the collection."""
    if view.filters.council_id is not None:
        yield Report.council_id == view.filters.council_id
    if view.filters.countries:
        earlier = aliased(Edition)
        yield (
            select(earlier.id)
            .join(EditionPlace, EditionPlace.edition_id == earlier.id)
            .where(earlier.report_id == edition.report_id, earlier.number <= edition.number)
            .where(EditionPlace.country.in_(view.filters.countries), *_shown(view, earlier))
            .exists()
        )


def _shown(
    view: View, edition: type[Edition] | AliasedClass[Edition]
) -> Iterator[ColumnElement[bool]]:
    yield edition.published_at.is_not(None)
    yield edition.marking.not_in(EYES_ONLY)
    yield meets(edition.id, view.clearance)


def of_versions(view: View, versions: Collection[str | datetime]) -> ColumnElement[bool]:
    """Return the condition that a change made one of these versions of its report."""
    if ALL in versions:
        return true()
    return or_(*(_of_version(view, one) for one in versions))


def _of_version(view: View, version: str | datetime) -> ColumnElement[bool]:
    if isinstance(version, datetime):
        ran_out = and_(Change.kind == ENDED, Edition.outcome == HOLDS)
        modified = case((ran_out, Change.at), else_=Edition.published_at)
        return modified.between(version, version + _ALMOST)
    other, edition = aliased(Change), aliased(Edition)
    if version == LAST:
        # Whoever sees a report sees what holds, and the last change is about that.
        newest = select(func.max(other.id)).where(other.report_id == Report.id)
        return Change.id == newest.scalar_subquery()
    oldest = (
        select(func.min(other.id))
        .join(edition, edition.id == other.edition_id)
        .where(other.report_id == Report.id, *_shown(view, edition), *within(view, edition))
        .where(or_(Report.state != WITHDRAWN, edition.id == Report.current_edition_id))
    )
    return Change.id == oldest.scalar_subquery()


def named(ids: Collection[str]) -> Select[int]:
    """Return the reports whose objects are called so: after the first edition ever begun."""
    named, other = aliased(Edition), aliased(Edition)
    first = select(func.min(other.id)).where(other.report_id == named.report_id)
    return select(named.report_id).where(
        named.entry_uuid.in_([uuid for uuid in map(_uuid_of, ids) if uuid is not None]),
        named.id == first.scalar_subquery(),
    )


def _uuid_of(object_id: str) -> UUID | None:
    kind, _, written = object_id.partition("--")
    if kind != "report" or not _UUID.fullmatch(written):
        return None
    return UUID(written)
