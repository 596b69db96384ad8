"""What a collection holds for somebody, in the order in which it was added.

First comes what reports refer to, which is the same for everybody, and then the stream of
changes: each of them made a version of a report.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from osac_share.exchange.models import Change
from osac_share.exchange.queries import EYES_ONLY, get_change, told_to
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.reports.models import Edition
from osac_share.reports.queries import meets, names_of_addressees
from osac_share.taxii.documents import (
    Root,
    Site,
    StixObject,
    furniture,
    modified_at,
    moment,
    report_object,
)
from osac_share.taxii.queries.asking import ALL, Asked, View
from osac_share.taxii.queries.conditions import named, of_versions, within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
"""When what reports refer to was added, each a microsecond after the other: before all reports."""

LONGEST_INDEX = 4
"""How many digits the word has with which a client reads on among what never changes; the public
ids of changes are longer."""

_STEP = timedelta(microseconds=1)


class Item(NamedTuple):
    """A version of an object: when it was added, and the word by which a client reads on."""

    id: str
    version: str
    added_at: datetime
    word: str
    made: StixObject | None
    public_id: str = ""
    marking: str = "CLEAR"


class Page(NamedTuple):
    """What is given at once, and the word with which to ask for more; None at the end."""

    items: Sequence[Item]
    following: str | None


def page_of(session: Session, view: View, asked: Asked, *, whole: bool = True) -> Page:
    """Return the next page of a collection.

    Args:
        session: the session of the request.
        view: of what, and for whom.
        asked: what the client asks for.
        whole: whether the objects themselves are wanted, or only what is said about them.

    Raises:
        RuleBroken: the word to read on with is none of ours.

    """
    start, after = _place(session, view.site, asked.following)
    # One more than is given tells whether there is more.
    wanted = asked.limit + 1
    items = list(_furniture(view.site, asked, start, wanted))
    if len(items) < wanted:
        items += _reports(session, view, asked, after, wanted - len(items), whole=whole)
    if len(items) < wanted:
        return Page(items, None)
    return Page(items[:-1], items[-2].word)


def holds(session: Session, view: View, object_id: str) -> bool:
    """Tell whether a collection has any version of an object."""
    asked = Asked(1, ids=(object_id,), versions=(ALL,))
    return bool(page_of(session, view, asked, whole=False).items)


def _place(session: Session, site: Site, word: str | None) -> tuple[int, int]:
    """Return where to go on: at which of the objects that never change, and after which change."""
    if word is None:
        return 0, 0
    if word.isascii() and word.isdigit() and len(word) <= LONGEST_INDEX:
        return int(word) + 1, 0
    try:
        return len(furniture(site)), get_change(session, word).id
    except NotFound:
        raise RuleBroken("The value of next is none of ours. Begin without one.") from None


def _furniture(site: Site, asked: Asked, start: int, limit: int) -> Iterator[Item]:
    for index, made in enumerate(furniture(site)[start:], start):
        added_at = BEGINNING + index * _STEP
        late = asked.added_after is None or added_at > asked.added_after
        if limit and late and asked.wants(made):
            limit -= 1
            version = str(made.get("modified", made["created"]))
            yield Item(made["id"], version, added_at, str(index), made)


def _reports(
    session: Session, view: View, asked: Asked, after: int, limit: int, *, whole: bool
) -> Iterator[Item]:
    if not asked.knows_spec or (asked.types and "report" not in asked.types):
        return
    question = told_to(view.clearance).where(
        Change.id > after, *within(view), of_versions(view, asked.versions)
    )
    if asked.added_after is not None:
        question = question.where(Change.at > asked.added_after)
    if asked.ids:
        question = question.where(Change.report_id.in_(named(asked.ids)))
    if not whole:
        question = question.options(defer(Edition.sections))
    rows = session.execute(question.order_by(Change.id).limit(limit)).all()
    roots = _roots(session, {row[1].id for row in rows}, view.clearance)
    names = _names(session, [row[2] for row in rows]) if whole else {}
    for change, report, edition, _current in rows:
        root = roots[report.id]
        yield Item(
            id=root.id,
            version=moment(modified_at(change, edition)),
            added_at=change.at,
            word=change.public_id,
            made=report_object(change, report, edition, root, view.site, names) if whole else None,
            public_id=report.public_id,
            marking=edition.marking,
        )


def _roots(
    session: Session, report_ids: Collection[int], clearance: AbstractSet[str]
) -> dict[int, Root]:
    """Return what all versions of these reports share, as far as this clearance may know.

    An object is as old as the first edition that somebody may see: what was hidden from them
    before leaves no date.
    """
    firsts = (
        select(func.min(Edition.id))
        .where(Edition.report_id.in_(report_ids))
        .group_by(Edition.report_id)
    )
    uuids = select(Edition.report_id, Edition.entry_uuid).where(Edition.id.in_(firsts))
    dates = (
        select(Edition.report_id, func.min(Edition.published_at))
        .where(Edition.report_id.in_(report_ids), Edition.published_at.is_not(None))
        .where(Edition.marking.not_in(EYES_ONLY), meets(Edition.id, clearance))
        .group_by(Edition.report_id)
    )
    since = {row[0]: row[1] for row in session.execute(dates) if row[1] is not None}
    return {row[0]: Root(row[1], since[row[0]]) for row in session.execute(uuids)}


def _names(session: Session, editions: Sequence[Edition]) -> Mapping[str, str]:
    return names_of_addressees(session, {one for edition in editions for one in edition.addressees})
