"""When this happened, then do that: the one table of consequences.

A feature that publishes does not know who listens; here it stands. Each handler takes all
due events of one kind, commits what it wrote by itself, and may run again: what is already
there stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from osac_share.delivery import actions as delivery
from osac_share.kernel.db import transaction
from osac_share.reports.events import (
    DraftDecided,
    DraftSubmitted,
    EditionPublished,
    ReportEnded,
    ReportsImported,
)


@dataclass(frozen=True, slots=True)
class House:
    """What handlers reach besides the database.

    Attributes:
        index_soon: takes the ids of reports that the search index must hold as they are now.
            It keeps them in memory only; what a crash loses, the index's own check finds.

    """

    index_soon: Callable[[Iterable[int]], None]


Handler = Callable[[House, Session, Sequence[Any], datetime], None]


def find_those_who_must_hear(
    _house: House, session: Session, events: Sequence[EditionPublished], at: datetime
) -> None:
    """Write the ledger rows of new editions; the worker sends what they promise."""
    with transaction(session):
        for published in events:
            delivery.match(session, published.edition_id, at=at)


def make_findable(
    house: House,
    _session: Session,
    events: Sequence[EditionPublished | ReportEnded],
    _at: datetime,
) -> None:
    """Bring the index up to date about reports that changed."""
    house.index_soon(happened.report_id for happened in events)


def make_imports_findable(
    house: House, _session: Session, events: Sequence[ReportsImported], _at: datetime
) -> None:
    """Bring the index up to date about what came in from elsewhere."""
    for imported in events:
        house.index_soon(imported.report_ids)


def ask_for_review(
    _house: House, session: Session, events: Sequence[DraftSubmitted], at: datetime
) -> None:
    """Call those who may decide about drafts that were handed in."""
    with transaction(session):
        for handed_in in events:
            delivery.call_reviewers(session, handed_in.edition_id, at=at)


def tell_the_authors(
    _house: House, session: Session, events: Sequence[DraftDecided], at: datetime
) -> None:
    """Tell authors that somebody decided about their draft."""
    with transaction(session):
        for decided in events:
            delivery.call_authors(session, decided.edition_id, at=at)


def ask_for_second_look(
    _house: House, session: Session, events: Sequence[EditionPublished], at: datetime
) -> None:
    """Call somebody to look at what was published in an emergency."""
    with transaction(session):
        for published in events:
            delivery.call_for_second_look(session, published.edition_id, at=at)


WHEN: dict[type, tuple[Handler, ...]] = {
    EditionPublished: (find_those_who_must_hear, make_findable, ask_for_second_look),
    DraftSubmitted: (ask_for_review,),
    DraftDecided: (tell_the_authors,),
    ReportEnded: (make_findable,),
    ReportsImported: (make_imports_findable,),
}
"""Every kind of event, and what follows from it, in this order."""
