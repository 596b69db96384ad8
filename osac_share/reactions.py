"""When this happened, then do that: the one table of consequences.

A feature that publishes does not know who listens; here it stands. Each handler takes all
events of one kind that are due, runs in a transaction of its own, and may run again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from osac_share.delivery.actions import match
from osac_share.reports.events import EditionPublished, ReportEnded, ReportsImported

if TYPE_CHECKING:
    from osac_share.settings import Settings


@dataclass(frozen=True, slots=True)
class House:
    """What handlers work with besides the database."""

    settings: Settings


Handler = Callable[[House, Session, Sequence[Any], datetime], None]


def find_those_who_must_hear(
    _house: House, session: Session, events: Sequence[EditionPublished], at: datetime
) -> None:
    """Write the ledger rows of new editions; the worker sends what they promise."""
    for published in events:
        match(session, published.edition_id, at=at)


WHEN: dict[type, tuple[Handler, ...]] = {
    EditionPublished: (find_those_who_must_hear,),
    ReportEnded: (),
    ReportsImported: (),
}
"""Every kind of event, and what follows from it, in this order."""
