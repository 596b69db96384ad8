"""Keeping the index equal to the database. Nothing here writes to the database.

The index is a copy. Handlers put what they are told of; the check compares all of it with the
database and mends what differs; a damaged index is built anew beside the old one and swapped in.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.reports.models import Edition, Report
from osac_share.search import documents
from osac_share.search.index import open_reader, open_writer
from osac_share.search.models import IndexBusy, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.search.models import SearchIndex, SearchWriter
    from osac_share.settings import Settings

CHECK_EVERY = timedelta(minutes=1)
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a check found to mend, in reports; `rebuilt` if the index could not be used at all."""

    put: int = 0
    removed: int = 0
    rebuilt: bool = False


def put_reports(session: Session, writer: SearchWriter, report_ids: Collection[int]) -> None:
    """Make the index hold these reports as the database has them; safe to repeat.

    Raises:
        IndexBusy: another writer did not finish in time.
        IndexDamaged: there is no whole index to write to.

    """
    wanted = sorted(set(report_ids))
    for start in range(0, len(wanted), documents.BATCH):
        batch = wanted[start : start + documents.BATCH]
        found = documents.documents(session, batch)
        if found:
            writer.put(found)
        gone = set(batch) - {document.report_id for document in found}
        if gone:
            writer.remove(gone)


def sync(session: Session, reader: SearchIndex, writer: SearchWriter) -> Repair:
    """Compare the index with the database, edition by edition, and mend what differs.

    Raises:
        IndexBusy: another writer did not finish in time.

    """
    try:
        held = reader.stamps()
        facts = documents.facts(session)
        due = {one.report_id for one in facts if held.get(one.edition_id) != one.stamp}
        surplus = reader.reports_of(held.keys() - {one.edition_id for one in facts})
        put_reports(session, writer, due | surplus)
    except IndexDamaged as damage:
        _logger.warning("the search index is built anew: %s", damage)
        return Repair(put=rebuild(session, writer), rebuilt=True)
    return Repair(put=len(due), removed=len(surplus - due))


def rebuild(
    session: Session, writer: SearchWriter, progress: Callable[[int], None] | None = None
) -> int:
    """Build the index anew beside the one in use, then swap; return the number of editions.

    What is published meanwhile may be missing from it until the next check.

    Raises:
        IndexBusy: another rebuild is running.

    """
    return writer.rebuild(documents.batches(session), progress or (lambda _done: None))


def open_upkeep(settings: Settings) -> Upkeep:
    """Return the care for the index that the settings name.

    Raises:
        Misconfigured: there is no such engine.

    """
    return Upkeep(open_reader(settings, look_every=0), open_writer(settings))


class Upkeep:
    """The worker's care for the index: what is new at once, everything at the start and often."""

    def __init__(self, reader: SearchIndex, writer: SearchWriter) -> None:
        """Begin with everything unchecked."""
        self._reader = reader
        self._writer = writer
        self._due: datetime | None = None
        self._proven: tuple[object, ...] | None = None

    def put(self, session: Session, report_ids: Collection[int]) -> None:
        """Put reports; a damaged index is left to the next check, which is then due at once.

        Raises:
            IndexBusy: another writer did not finish in time; try again.

        """
        try:
            put_reports(session, self._writer, report_ids)
        except IndexDamaged:
            self._due = None

    def check(self, session: Session, *, at: datetime) -> bool:
        """Prove the index if that is due, and return whether anything had to be mended.

        Nothing is compared while neither the database nor the index has changed since the last
        proof.
        """
        if self._due is not None and at < self._due:
            return False
        self._due = at + CHECK_EVERY
        state = self._state(session)
        if state is not None and state == self._proven:
            return False
        try:
            repair = sync(session, self._reader, self._writer)
        except IndexBusy:
            return False
        self._proven = None if repair.rebuilt else self._state(session)
        if repair.rebuilt:
            self._due = None
        return repair != Repair()

    def _state(self, session: Session) -> tuple[object, ...] | None:
        try:
            generation = self._reader.generation()
        except IndexDamaged:
            return None
        question = select(func.count(Edition.id), func.max(Edition.id)).where(
            Edition.published_at.is_not(None)
        )
        counted = session.execute(question).one()
        return (generation, *counted, session.scalar(select(func.max(Report.changed_at))))
