"""Keeping the index equal to the database. Nothing here changes what it is a copy of.

The index is a copy. Handlers put what they are told of; the check compares all of it with the
database and mends what differs; a damaged index is built anew beside the old one and swapped in.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.kernel.text import remembering
from osac_share.reports.models import Edition, Report
from osac_share.search import documents
from osac_share.search.index import open_reader, open_writer
from osac_share.search.models import IndexBusy, IndexDamaged

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.search.models import Document, SearchIndex, SearchWriter
    from osac_share.settings import Settings

CHECK_EVERY = timedelta(minutes=1)

AT_ONCE = 1000
"""How many reports are put with one commit: their words are held in memory until then."""

PUT_AT_ONCE = 100
"""How many reports a worker puts together, so that what is new waits for few others."""

PUT_TO_FINISH = 1000
GATHERS_S = 0.3
"""A worker that is to finish gathers more, and longer: all of it is waited for, not one.

Few large segments are sooner written than many small ones, and sooner searched.
"""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Repair:
    """What a check found to mend, in reports; `rebuilt` if the index could not be used at all."""

    put: int = 0
    removed: int = 0
    rebuilt: bool = False


def put_reports(
    session: Session, writer: SearchWriter, report_ids: Collection[int], *, merge: bool = True
) -> None:
    """Make the index hold these reports as the database has them; safe to repeat.

    Args:
        session: reads the database.
        writer: writes the index.
        report_ids: the reports, some of which may be gone.
        merge: as for `SearchWriter.put`.

    Raises:
        IndexBusy: another writer did not finish in time.
        IndexDamaged: there is no whole index to write to.

    """
    wanted = sorted(set(report_ids))
    for start in range(0, len(wanted), AT_ONCE):
        batch = wanted[start : start + AT_ONCE]
        found = [one for some in documents.batches(session, batch) for one in some]
        if found:
            writer.put(found, merge=merge)
        gone = set(batch) - {document.report_id for document in found}
        if gone:
            writer.remove(gone)


def sync(
    session: Session,
    reader: SearchIndex,
    writer: SearchWriter,
    rebuilt: dict[int, str] | None = None,
) -> Repair:
    """Compare the index with the database, edition by edition, and mend what differs.

    Args:
        session: reads the database.
        reader: reads the index.
        writer: writes the index.
        rebuilt: filled with the fingerprint of every edition, if the index is built anew.

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
        return Repair(put=rebuild(session, writer, stamps=rebuilt), rebuilt=True)
    return Repair(put=len(due), removed=len(surplus - due))


def rebuild(
    session: Session,
    writer: SearchWriter,
    progress: Callable[[int], None] | None = None,
    stamps: dict[int, str] | None = None,
) -> int:
    """Build the index anew beside the one in use, then swap; return the number of editions.

    What is published meanwhile may be missing from it until the next check.

    Args:
        session: reads the database.
        writer: writes the index.
        progress: told the number of editions written so far.
        stamps: filled with the fingerprint of every edition written.

    Raises:
        IndexBusy: another rebuild is running.

    """
    batches = documents.batches(session, documents.indexed_reports(session))
    if stamps is not None:
        batches = _noted(batches, stamps)
    return writer.rebuild(batches, progress or (lambda _done: None))


def _noted(batches: Iterator[list[Document]], stamps: dict[int, str]) -> Iterator[list[Document]]:
    for batch in batches:
        stamps |= {document.edition_id: document.stamp for document in batch}
        yield batch


def open_upkeep(settings: Settings, engine: Engine) -> Upkeep:
    """Return the care for the index that the settings name; it may be kept in the database."""
    return Upkeep(open_reader(settings, engine, look_every=0), open_writer(settings, engine))


class Upkeep:
    """The worker's care for the index: what is new at once, everything at the start and often."""

    def __init__(self, reader: SearchIndex, writer: SearchWriter) -> None:
        """Begin with everything unchecked."""
        self._reader = reader
        self._writer = writer
        self._due: datetime | None = None
        self._proven: tuple[object, ...] | None = None
        self._rebuilt: dict[int, str] = {}

    def put(self, session: Session, report_ids: Collection[int], *, merge: bool = True) -> None:
        """Put reports; a damaged index is left to the next check, which is then due at once.

        Args:
            session: reads the database.
            report_ids: the reports.
            merge: as for `SearchWriter.put`.

        Raises:
            IndexBusy: another writer did not finish in time; try again.

        """
        try:
            put_reports(session, self._writer, self._news(session, report_ids), merge=merge)
        except IndexDamaged:
            self._due = None

    def _news(self, session: Session, report_ids: Collection[int]) -> Collection[int]:
        """Return the reports that are not just as the index was built a moment ago.

        What was published before is told of after: a new index would be written twice.
        """
        if not self._rebuilt:
            return report_ids
        old: dict[int, bool] = {}
        for one in documents.facts(session, report_ids):
            # Told of twice, it is put: it may have changed, and changed back, in between.
            held = self._rebuilt.pop(one.edition_id, None)
            old[one.report_id] = old.get(one.report_id, True) and held == one.stamp
        return [one for one in report_ids if not old.get(one)]

    def check(self, session: Session, *, at: datetime) -> bool:
        """Prove the index if that is due, and return whether anything had to be mended.

        Nothing is compared while neither the database nor the index has changed since the last
        proof.
        """
        if self._due is not None and at < self._due:
            return False
        if self._due is not None:
            self._rebuilt.clear()
        self._due = at + CHECK_EVERY
        state = self._state(session)
        if state is not None and state == self._proven:
            return False
        try:
            repair = sync(session, self._reader, self._writer, self._rebuilt)
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


class Unindexed:
    """Reports that a worker was told of and has not put yet."""

    def __init__(self, upkeep: Upkeep) -> None:
        """Begin with none."""
        self._upkeep = upkeep
        self._ids: deque[int] = deque()
        self._after = time.monotonic()

    def add(self, report_ids: Iterable[int]) -> None:
        """Remember to put these; another thread may be putting some meanwhile."""
        self._ids.extend(report_ids)

    def put_some(self, session: Session, *, finishing: bool, stopping: bool) -> int:
        """Put some of them, the newest first, for that is what people look for.

        Args:
            session: reads the database, and has not begun to: what it reads must never be
                older than what it is asked to put.
            finishing: the worker does all that is due; nobody waits for one report.
            stopping: it is to end, so that there is nothing to gather any more.

        Returns:
            How many were put; the others wait.

        """
        if finishing and not stopping and time.monotonic() < self._after:
            return 0
        most = PUT_TO_FINISH if finishing else PUT_AT_ONCE
        due = [self._ids.pop() for _ in range(min(len(self._ids), most))]
        if not due:
            return 0
        try:
            with remembering():
                self._upkeep.put(session, due, merge=not finishing)
        except IndexBusy:
            self._ids.extendleft(due)
            return 0
        self._after = time.monotonic() + GATHERS_S
        return len(due)
