"""When this happened, then do that: the one table of consequences.

A feature that publishes does not know who listens; here it stands. Each handler takes all
due events of one kind, commits what it wrote by itself, and may run again: what is already
there stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from osac_share import acts
from osac_share.delivery import actions as delivery
from osac_share.exchange import actions as exchange
from osac_share.kernel.db import transaction
from osac_share.proposals.events import ProposalMade
from osac_share.reports.events import (
    DraftDecided,
    DraftSubmitted,
    EditionPublished,
    FilesRead,
    ReportEnded,
    ReportsImported,
)

if TYPE_CHECKING:
    from osac_share.cap.actions import Issuer


@dataclass(frozen=True, slots=True)
class House:
    """What handlers reach besides the database.

    Attributes:
        index_soon: takes the ids of reports that the search index must hold as they are now.
            It keeps them in memory only; what a crash loses, the index's own check finds.
        issuer: issues what public alerts say in CAP.
        watch: the mailbox that is sent a word of each edition; empty for none.

    """

    index_soon: Callable[[Iterable[int]], None]
    issuer: Issuer
    watch: str = ""


Handler = Callable[[House, Session, Sequence[Any], datetime], None]


def each(act: Callable[..., object]) -> Handler:
    """Return a handler that does `act` for each event, all of them in one transaction.

    The event's fields are the arguments: `act(session, *fields, at=at)`.
    """

    def handle(_house: House, session: Session, events: Sequence[Any], at: datetime) -> None:
        with transaction(session):
            for happened in events:
                act(session, *astuple(happened), at=at)

    return handle


def find_those_who_must_hear(session: Session, edition_id: int, _report: int, at: datetime) -> None:
    """Write the ledger rows of a new edition; the worker sends what they promise."""
    delivery.match(session, edition_id, at=at)
    delivery.call_for_second_look(session, edition_id, at=at)


def find_those_who_look_for_words(session: Session, edition_id: int, at: datetime) -> None:
    """Match an edition once more: its files are read by now, and searches find it by them."""
    delivery.match(session, edition_id, at=at)


def tell_the_watch(
    house: House, session: Session, events: Sequence[EditionPublished], at: datetime
) -> None:
    """Let whoever watches that mail arrives have a word of each edition."""
    if house.watch:
        with transaction(session):
            for happened in events:
                delivery.tell_watch(session, happened.edition_id, house.watch, at=at)


def make_findable(
    house: House,
    _session: Session,
    events: Sequence[EditionPublished | ReportEnded],
    _at: datetime,
) -> None:
    """Bring the index up to date about reports that changed."""
    house.index_soon(happened.report_id for happened in events)


def tell_programs(
    _house: House,
    session: Session,
    events: Sequence[EditionPublished | ReportEnded | ReportsImported],
    at: datetime,
) -> None:
    """Bring the stream of changes up to date about reports that changed."""
    changed = [
        report_id
        for happened in events
        for report_id in (
            happened.report_ids if isinstance(happened, ReportsImported) else (happened.report_id,)
        )
    ]
    with transaction(session):
        exchange.follow(session, changed, at=at)


def issue_messages(
    house: House, session: Session, events: Sequence[EditionPublished], at: datetime
) -> None:
    """Say in CAP, signed, what new editions of public alerts say."""
    with transaction(session):
        for happened in events:
            house.issuer.issue(session, happened.report_id, at=at)


def make_imports_findable(
    house: House, _session: Session, events: Sequence[ReportsImported], _at: datetime
) -> None:
    """Bring the index up to date about what came in from elsewhere."""
    for imported in events:
        house.index_soon(imported.report_ids)


WHEN: dict[type, tuple[Handler, ...]] = {
    EditionPublished: (
        *(each(find_those_who_must_hear), tell_the_watch),
        *(make_findable, tell_programs, issue_messages),
    ),
    FilesRead: (each(find_those_who_look_for_words),),
    DraftSubmitted: (each(delivery.call_reviewers),),
    DraftDecided: (each(delivery.call_authors),),
    ReportEnded: (make_findable, tell_programs),
    ReportsImported: (make_imports_findable, tell_programs),
    ProposalMade: (each(acts.ask),),
}
"""Every kind of event, and what follows from it, in this order."""
