"""The worker: does what must follow, sends what is due, and keeps promises made for a time.

Any number of workers may run. Whatever one of them was at when it was killed is taken up by
another, or by its successor, when the lease on it ends. The search index is kept in a thread
of its own: however much there is to index, mail does not wait for it.
"""

from __future__ import annotations

import logging
import signal
import time
from datetime import timedelta
from functools import partial
from itertools import groupby
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self

from osac_share.audit.actions import Copying
from osac_share.cap.actions import Issuer
from osac_share.delivery.actions.notifying import Notifier
from osac_share.delivery.actions.receiving import collect
from osac_share.kernel import clock, outbox
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.files import Folder
from osac_share.promises import PROMISES, issue_missing_messages, watch_that_alerts_arrive
from osac_share.reactions import WHEN, House
from osac_share.relays import actions as relays
from osac_share.reports import actions as reports
from osac_share.search.actions import Unindexed, open_upkeep
from osac_share.worker.log import noted
from osac_share.worker.outgoing import AT_ONCE, MAIL_REST, Outgoing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import TracebackType

    from sqlalchemy import Engine

    from osac_share.kernel.outbox import Claim as EventClaim
    from osac_share.promises import Promise
    from osac_share.settings import Settings

logger = logging.getLogger(__name__)

__all__ = ["AT_ONCE", "MAIL_REST", "Worker", "run"]

INDEX_ENDS_WITHIN_S = 5
"""How long a stopping worker waits for the index; one left half written is as it was before."""

PROMISES_EVERY = timedelta(seconds=5)

CLEAR_EVERY = timedelta(hours=1)
"""How often bytes that no attachment claims are swept out."""


class Worker:
    """One worker; a context manager that lets go of its database when it is done."""

    def __init__(self, settings: Settings, engine: Engine | None = None) -> None:
        """Open what the settings name.

        Args:
            settings: those of the installation.
            engine: the database to use; opened from the settings when left out.

        Raises:
            Misconfigured: the installation is incomplete; the message says what to set.

        """
        self._settings = settings
        opened = open_engine(settings.database_url) if engine is None else engine
        self._own_engine = opened if engine is None else None
        self._maker = session_factory(opened)
        self._outgoing = Outgoing(settings, self._maker)
        self._notifier = Notifier(settings)
        self._upkeep = open_upkeep(settings, opened)
        self._unindexed = Unindexed(self._upkeep)
        issuer = Issuer(settings)
        self._house = House(self._unindexed.add, issuer, watch=settings.watch.address)
        issue = partial(issue_missing_messages, issuer=issuer)
        self._promises: dict[str, Promise] = {**PROMISES, "messages issued": issue}
        self._copying = Copying(settings.record.copy_to)
        self._watch_promise = partial(watch_that_alerts_arrive, is_held=settings.worker.hold)
        self._promises_after = self._watch_after = self._clear_after = clock.now()
        self._stopping = self._finishing = False

    def __enter__(self) -> Self:
        """Return the worker itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections to the database, unless it is the caller's."""
        if self._own_engine is not None:
            self._own_engine.dispose()

    def stop(self) -> None:
        """Let the worker end after what it is just doing; a signal may call this."""
        self._stopping = self._outgoing.is_stopping = True

    def run(self, *, finish: bool = False) -> None:
        """Work until stopped, and index beside it; to `finish`, end only when nothing is due."""
        self._finishing = finish
        indexing = Thread(target=self.repeat, args=(self._index,), name="index", daemon=True)
        indexing.start()
        for beside in (self._notify, self._poll, self._collect, self._copy, self._read_files):
            # Threads of their own: a slow server, disk or file elsewhere never delays mail.
            Thread(target=self.repeat, args=(beside,), daemon=True).start()
        self.repeat(self._work)
        indexing.join(None if finish else INDEX_ENDS_WITHIN_S)
        if finish:
            self.drain()

    def drain(self) -> None:
        """Work until nothing is due."""
        while self.step():
            pass

    def step(self) -> bool:
        """Do one round of all that is due, and return whether there was anything to do."""
        return any([self._work(), self._notify(), self._read_files(), self._index()])

    def repeat(self, round_of_work: Callable[[], bool]) -> None:
        """Do rounds of work until stopped. A failing one is logged, and the next tries again."""
        while not self._stopping:
            try:
                busy = round_of_work()
            except Exception:
                logger.exception("a round of work failed")
                busy = False
            if not busy:
                time.sleep(self._settings.worker.pause_ms / 1000)

    def _work(self) -> bool:
        mail = self._outgoing
        sends = (mail.send_letters, mail.send_deliveries, mail.send_digests)
        does = (self._keep_promises, self._react, *sends, self._watch, self._clear_away)
        return any([*(do_some() for do_some in does)])

    def _react(self) -> bool:
        with self._maker() as session, transaction(session):
            claims = outbox.claim(session, at=clock.now(), limit=self._settings.worker.batch)
        crashpoint("after_claim")
        in_order = sorted(claims, key=lambda taken: type(taken.event).__name__)
        for _, group in groupby(in_order, key=lambda taken: type(taken.event).__name__):
            self._react_to(list(group))
        return bool(claims)

    def _react_to(self, claims: Sequence[EventClaim]) -> None:
        began = time.monotonic()
        kind = type(claims[0].event)
        try:
            for handler in WHEN[kind]:
                with self._maker() as session:
                    handler(self._house, session, [one.event for one in claims], clock.now())
                crashpoint("after_reaction")
        except Exception as problem:  # noqa: BLE001 -- whatever it is, the others go on.
            self._fall_back(claims, problem)
            return
        with self._maker() as session, transaction(session):
            outbox.finish(session, claims, at=clock.now())
        noted("reacted", began, kind=kind.__name__, events=len(claims))

    def _fall_back(self, claims: Sequence[EventClaim], problem: Exception) -> None:
        # One bad event must not keep its neighbors waiting: each is tried by itself.
        if len(claims) > 1:
            for taken in claims:
                self._react_to([taken])
            return
        logger.error("event %s failed", claims[0].id, exc_info=problem)
        with self._maker() as session, transaction(session):
            outbox.postpone(session, claims[0], type(problem).__name__, at=clock.now())

    def _keep_promises(self) -> bool:
        at = clock.now()
        if at < self._promises_after:
            return False
        self._promises_after = at + PROMISES_EVERY
        kept = [self._keep(word, promise, at) for word, promise in self._promises.items()]
        return any(kept)

    def _watch(self) -> bool:
        at = clock.now()
        if at < self._watch_after:
            return False
        self._watch_after = at + PROMISES_EVERY
        return self._keep("alarms", self._watch_promise, at)

    def _clear_away(self) -> bool:
        began, at = time.monotonic(), clock.now()
        if at < self._clear_after:
            return False
        self._clear_after = at + CLEAR_EVERY
        with self._maker() as session:
            cleared = reports.clear_away(session, Folder(self._settings.files_dir), at=at)
        return noted("cleared away", began, files=cleared)

    def _keep(self, word: str, promise: Promise, at: datetime) -> bool:
        began = time.monotonic()
        try:
            with self._maker() as session:
                done = promise(session, at)
        except Exception:
            # One that cannot be kept now is tried again, and keeps no other one waiting.
            logger.exception("promise failed: %s", word)
            return False
        return noted(word, began, number=done)

    def _notify(self) -> bool:
        began = time.monotonic()
        told = self._notifier.notify_due(self._maker, at=clock.now())
        return noted("notified", began, deliveries=told)

    def _poll(self) -> bool:
        began = time.monotonic()
        polled = relays.poll_due(self._maker, self._settings, clock.now())
        return noted("polled", began, sources=polled)

    def _collect(self) -> bool:
        began, folder = time.monotonic(), self._settings.mail.bounces_folder
        if not folder:
            return False
        secret = self._settings.require_secret()
        taken = collect(self._maker, Path(folder), secret=secret, at=clock.now())
        return noted("took in", began, messages=taken)

    def _copy(self) -> bool:
        began = time.monotonic()
        copied = self._copying.copy_some(self._maker, at=clock.now())
        return noted("copied the record", began, entries=copied)

    def _read_files(self) -> bool:
        began, store = time.monotonic(), Folder(self._settings.files_dir)
        read = reports.read_files(self._maker, store, at=clock.now())
        self._unindexed.add(read)
        return noted("read files", began, reports=len(read))

    def _index(self) -> bool:
        with self._maker() as session:
            mended = self._upkeep.check(session, at=clock.now())
        began = time.monotonic()
        with self._maker() as session:
            put = self._unindexed.put_some(
                session, finishing=self._finishing, stopping=self._stopping
            )
        return noted("indexed", began, reports=put) or mended


def run(settings: Settings, *, finish: bool = False) -> None:
    """Run a worker until SIGTERM or SIGINT; what it is just doing is finished first.

    Args:
        settings: those of the installation.
        finish: when told to stop, do first all that is due.

    Raises:
        Misconfigured: the installation is incomplete; the message says what to set.

    """
    with Worker(settings) as worker:
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda _number, _frame: worker.stop())
        logger.info("worker started")
        worker.run(finish=finish)
        logger.info("worker stopped")
