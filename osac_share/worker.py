"""The worker: does what must follow, sends what is due, and keeps promises made for a time.

Any number of workers may run. Whatever one of them was at when it was killed is taken up by
another, or by its successor, when the lease on it ends. The search index is kept in a thread
of its own: however much there is to index, mail does not wait for it.
"""

from __future__ import annotations

import logging
import signal
import time
from collections import Counter
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Self

from osac_share.accounts.queries import suspended_among
from osac_share.audit.actions import Copying
from osac_share.delivery import actions as delivery
from osac_share.delivery.actions.notifying import Notifier
from osac_share.delivery.actions.receiving import collect
from osac_share.delivery.messages import Calls, DigestWriter, Letters
from osac_share.kernel import clock, outbox
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.files import Folder
from osac_share.kernel.mail import open_mailer, open_signer
from osac_share.kernel.outcomes import Outcome
from osac_share.letters import actions as letters
from osac_share.letters.messages import Writer
from osac_share.promises import PROMISES
from osac_share.reactions import WHEN, House
from osac_share.relays import actions as relays
from osac_share.reports import actions as reports
from osac_share.search.actions import Unindexed, open_upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from types import TracebackType

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.leases import Claim
    from osac_share.kernel.outbox import Claim as EventClaim
    from osac_share.promises import Promise
    from osac_share.settings import Settings

logger = logging.getLogger(__name__)

AT_ONCE = 20
"""How many mails go out between two entries in the ledger; a crash repeats at most these."""

MAIL_REST = timedelta(seconds=30)
"""How long a worker leaves a mail server alone that it could not reach."""

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
        mail = settings.mail
        signer = open_signer(mail.dkim_domain, mail.dkim_selector, mail.dkim_key_file)
        self._mailer = open_mailer(mail.url, settings.data.dir, signer)
        self._letters = Letters(settings)
        self._writer = Writer(settings)
        self._calls = Calls(settings)
        self._notifier = Notifier(settings)
        self._digests = DigestWriter(settings)
        self._upkeep = open_upkeep(settings)
        self._unindexed = Unindexed(self._upkeep)
        self._house = House(index_soon=self._unindexed.add)
        self._copying = Copying(settings.record.copy_to)
        self._mail_after = self._promises_after = self._clear_after = clock.now()
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
        self._stopping = True

    def run(self, *, finish: bool = False) -> None:
        """Work until stopped, and index beside it; to `finish`, end only when nothing is due."""
        self._finishing = finish
        indexing = Thread(target=self.repeat, args=(self._index,), name="index", daemon=True)
        indexing.start()
        for beside in (self._notify, self._poll, self._collect, self._copy):
            # Threads of their own: a slow server or disk elsewhere never delays mail.
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
        return any([self._work(), self._notify(), self._index()])

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
        sends = (self._send_letters, self._send, self._send_digests)
        does = (self._keep_promises, self._react, *sends, self._clear_away)
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
        _log("reacted", began, kind=kind.__name__, events=len(claims))

    def _fall_back(self, claims: Sequence[EventClaim], problem: Exception) -> None:
        # One bad event must not keep its neighbors waiting: each is tried by itself.
        if len(claims) > 1:
            for taken in claims:
                self._react_to([taken])
            return
        logger.error("event %s failed", claims[0].id, exc_info=problem)
        with self._maker() as session, transaction(session):
            outbox.postpone(session, claims[0], type(problem).__name__, at=clock.now())

    def _send_letters(self) -> bool:
        began = time.monotonic()
        with_what = self._maker, self._mailer, self._writer, suspended_among
        sent = letters.send_due(*with_what, at=clock.now())
        return _log("sent", began, letters=sent)

    def _send(self) -> bool:
        if clock.now() < self._mail_after:
            return False
        began, at = time.monotonic(), clock.now()
        with self._maker() as session, transaction(session):
            delivery.take_back(session, at=at)
            claims = delivery.claim(session, at=at, limit=self._settings.worker.batch)
        crashpoint("after_claim_of_mail")
        if not claims:
            return False
        states: Counter[str] = Counter()
        with self._maker() as session, self._mailer:
            while claims:
                claims, outcomes = self._send_some(session, claims)
                states.update(outcomes)
        _log("sent", began, **states)
        return True

    def _send_some(
        self, session: Session, claims: Sequence[Claim]
    ) -> tuple[Sequence[Claim], Sequence[str]]:
        # No transaction is open while the mail server is spoken to.
        now, later = claims[:AT_ONCE], claims[AT_ONCE:]
        with transaction(session):
            batch = delivery.address(
                session, now, letters=self._letters, calls=self._calls, at=clock.now()
            )
        outcomes = delivery.send(self._mailer, batch)
        at = clock.now()
        if any(outcome.is_untried for outcome in outcomes):
            self._mail_after = at + MAIL_REST
        if self._stopping or self._mail_after > at:
            outcomes += [Outcome(taken) for taken in later]
            later = []
        with transaction(session):
            delivery.record(session, outcomes, at=at)
            delivery.renew(session, later, at=at)
        crashpoint("after_mark")
        return later, [outcome.state(at) for outcome in outcomes]

    def _send_digests(self) -> bool:
        began, at = time.monotonic(), clock.now()
        if at < self._mail_after:
            return False
        became = delivery.send_digests(self._maker, self._mailer, self._digests, at=at)
        if any(outcome.is_untried for outcome in became):
            self._mail_after = at + MAIL_REST
        return _log("sent", began, digests=len(became))

    def _keep_promises(self) -> bool:
        at = clock.now()
        if at < self._promises_after:
            return False
        self._promises_after = at + PROMISES_EVERY
        kept = [self._keep(word, promise, at) for word, promise in PROMISES.items()]
        return any(kept)

    def _clear_away(self) -> bool:
        began, at = time.monotonic(), clock.now()
        if at < self._clear_after:
            return False
        self._clear_after = at + CLEAR_EVERY
        with self._maker() as session:
            cleared = reports.clear_away(session, Folder(self._settings.files_dir), at=at)
        return _log("cleared away", began, files=cleared)

    def _keep(self, word: str, promise: Promise, at: datetime) -> bool:
        began = time.monotonic()
        with self._maker() as session:
            done = promise(session, at)
        return _log(word, began, number=done)

    def _notify(self) -> bool:
        began = time.monotonic()
        told = self._notifier.notify_due(self._maker, at=clock.now())
        return _log("notified", began, deliveries=told)

    def _poll(self) -> bool:
        began = time.monotonic()
        polled = relays.poll_due(self._maker, self._settings, clock.now())
        return _log("polled", began, sources=polled)

    def _collect(self) -> bool:
        began, folder = time.monotonic(), self._settings.mail.bounces_folder
        if not folder:
            return False
        secret = self._settings.require_secret()
        taken = collect(self._maker, Path(folder), secret=secret, at=clock.now())
        return _log("took in", began, messages=taken)

    def _copy(self) -> bool:
        began = time.monotonic()
        copied = self._copying.copy_some(self._maker, at=clock.now())
        return _log("copied the record", began, entries=copied)

    def _index(self) -> bool:
        with self._maker() as session:
            mended = self._upkeep.check(session, at=clock.now())
        began = time.monotonic()
        with self._maker() as session:
            put = self._unindexed.put_some(
                session, finishing=self._finishing, stopping=self._stopping
            )
        return _log("indexed", began, reports=put) or mended


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


def _log(done: str, began: float, **figures: str | int) -> bool:
    # Kinds and counts only: no title, address or secret ever reaches the log.
    if any(figures.values()):
        words = " ".join(f"{name}={figure}" for name, figure in figures.items())
        logger.info("%s %s ms=%d", done, words, (time.monotonic() - began) * 1000)
    return any(figures.values())
