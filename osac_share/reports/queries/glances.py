"""What kept pages depend on: two small questions that are asked for every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select

from osac_share.councils.policy import MARKINGS
from osac_share.kernel.errors import NotFound
from osac_share.kernel.prepared import Prepared
from osac_share.reports.models import WITHDRAWN, Edition, EditionAudience, Report

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

Changes = tuple[tuple[int, "datetime"], ...]


@dataclass(frozen=True, slots=True)
class Glance:
    """All that a page on a report depends on: change any of it, and the page is another one."""

    report_id: int
    changed_at: datetime
    current_edition_id: int
    council_id: int | None
    origin: str
    state: str
    editions: tuple[tuple[int, int], ...]
    marking: str
    """The strictest of all that is there to see."""

    def edition_id(self, number: int | None) -> int:
        """Return the id of the visible edition with this number, of the current one for None.

        Raises:
            NotFound: there is none, or this clearance may not know.

        """
        if number is None:
            return self.current_edition_id
        found = dict(self.editions).get(number)
        if found is None:
            raise NotFound
        return found


def get_glance(session: Session, public_id: str, clearance: AbstractSet[str]) -> Glance:
    """Return what there is to see of the report at this address, in one small question.

    Raises:
        NotFound: it does not exist, or this clearance may not know that it does.

    """
    rows = _glance(len(clearance)).rows(session, public_id=public_id, **_tokens(clearance))
    if not rows or rows[0][2] not in {row[4] for row in rows}:
        raise NotFound
    editions = tuple((row[3], row[4]) for row in rows)
    strictest = max((row[8] for row in rows), key=MARKINGS.index)
    return Glance(*(*rows[0][:3], *rows[0][5:8], editions, strictest))


def latest_changes(session: Session, clearance: AbstractSet[str]) -> Changes:
    """Return the newest changes among reports that this clearance may see, or once might.

    Equal answers mean that nothing such a reader is shown has changed in between: a report
    that is taken from their sight changes in that moment, too. What was never theirs to see
    does not figure.
    """
    rows = _changes(len(clearance)).rows(session, **_tokens(clearance))
    return tuple((row[0], row[1]) for row in rows)


# Both are asked for every page that is kept. They are prepared for each size of clearance.
_REPORT, _EDITION = Report.__table__.c, Edition.__table__.c
_AUDIENCE = EditionAudience.__table__.c


@cache
def _glance(size: int) -> Prepared:
    return Prepared(
        select(
            _REPORT.id,
            _REPORT.changed_at,
            _REPORT.current_edition_id,
            _EDITION.number,
            _EDITION.id,
            _REPORT.council_id,
            _REPORT.origin,
            _REPORT.state,
            _EDITION.marking,
        )
        .join(Edition.__table__, _EDITION.report_id == _REPORT.id)
        .where(_REPORT.public_id == bindparam("public_id"))
        .where(_EDITION.published_at.is_not(None), _met(size))
        .where(or_(_REPORT.state != WITHDRAWN, _EDITION.id == _REPORT.current_edition_id))
        .order_by(_EDITION.number.desc())
    )


@cache
def _changes(size: int) -> Prepared:
    ever = select(_EDITION.id).where(_EDITION.report_id == _REPORT.id, _met(size))
    return Prepared(
        select(_REPORT.id, _REPORT.changed_at)
        .where(ever.exists())
        .order_by(_REPORT.changed_at.desc(), _REPORT.id.desc())
        .limit(8)
    )


def _met(size: int) -> ColumnElement[bool]:
    tokens = [bindparam(f"token_{place}", type_=_AUDIENCE.token.type) for place in range(size)]
    return (
        select(_AUDIENCE.edition_id)
        .where(_AUDIENCE.edition_id == _EDITION.id, _AUDIENCE.token.in_(tokens))
        .exists()
    )


def _tokens(clearance: AbstractSet[str]) -> dict[str, str]:
    return {f"token_{place}": token for place, token in enumerate(clearance)}
