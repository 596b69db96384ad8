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

from osac_share.delivery.actions import match
from osac_share.kernel.db import transaction
from osac_share.reports.events import EditionPublished, ReportEnded, ReportsImported


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
            match(session, published.edition_id, at=at)


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


WHEN: dict[type, tuple[Handler, ...]] = {
    EditionPublished: (find_those_who_must_hear, make_findable),
    ReportEnded: (make_findable,),
    ReportsImported: (make_imports_findable,),
}
"""Every kind of event, and what follows from it, in this order."""
