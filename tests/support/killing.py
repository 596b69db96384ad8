"""Workers that are killed again and again while others race them, and what the ledger says then."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import time_machine
from sqlalchemy import func, select, update

from osac_share.accounts.models import Person
from osac_share.delivery.models import ACCEPTED, MAIL, SENDING, WAITING, Delivery, Digest
from osac_share.delivery.policy import message_id
from osac_share.kernel.crashpoints import VARIABLE
from osac_share.kernel.db import open_engine, session_factory, transaction
from osac_share.kernel.leases import LEASE
from osac_share.kernel.mail.returns import DIGESTED, mail_id
from osac_share.reports.models import Edition
from osac_share.settings import load_settings
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.models import DAILY, ReadingHours, Subscription
from osac_share.subscriptions.policy import Wish
from osac_share.worker import AT_ONCE, Worker
from tests.support.alerting import Newsroom
from tests.support.application import FORKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.process import BaseProcess

    from sqlalchemy.orm import Session

    from tests.support.mailbox import SmtpServer

PLACES = (
    *("after_claim", "matched", "after_reaction", "after_claim_of_mail", "before_send"),
    *("after_send:1", "after_send:7", "before_mark", "after_mark"),
    *("digests_made", "after_claim_of_digests", "after_send_of_digest", "before_mark_of_digests"),
)
"""Every named place at which a worker that tells readers can be killed."""

EDITIONS = 10
"""More editions of one council within an hour would be rolled up."""

AT_A_TIME = AT_ONCE + 5
"""How many readers are told at once of each edition: more than one batch of mails."""

LONGEST_LIFE_S = 0.8
"""Within so many seconds one that is to be killed at no named place meets its end."""

PATIENCE_S = 20


@dataclass
class Tally:
    """What became of all those kills."""

    kills: int = 0
    lost: int = 0
    doubled: int = 0
    """Mails beyond those that were in flight at a kill, or with another Message-ID."""
    repeated: int = 0
    """Mails that were in flight at a kill, and came once more under the same Message-ID."""
    problems: list[str] = field(default_factory=list)


class Campaign:
    """A newsroom whose workers are killed; its mail goes to a real server."""

    def __init__(self, environment: Mapping[str, str], server: SmtpServer) -> None:
        """Seat a council and its readers in a migrated database."""
        self._environment = {**environment, "OSAC_MAIL_URL": server.url}
        self._settings = load_settings(self._environment)
        self._server = server
        server.received.clear()
        self._engine = open_engine(self._settings.database_url)
        self._maker = session_factory(self._engine)
        self._random = random.Random()  # noqa: S311 -- it decides when, and guards nothing.
        self.tally = Tally()
        self._session = self._maker()
        with transaction(self._session):
            self._newsroom = Newsroom(self._session, datetime.now(UTC))
            for number in range(AT_A_TIME):
                self._newsroom.subscriber(f"reader{number}@example.org")

    def close(self) -> None:
        """Let go of the database."""
        self._session.close()
        self._engine.dispose()

    def run(self, places: Sequence[str]) -> Tally:
        """Kill a worker at each place while another one works, and count what was lost.

        Args:
            places: of `PLACES`, or nothing for some random moment; at most `EDITIONS` of them.

        """
        for place in places:
            self._round(place)
        self._finish()
        self._audit()
        return self.tally

    def recovery_seconds(self) -> float:
        """Kill a worker that has mail in hand; return after how long another has sent it all.

        No clock is moved: this takes as long as a lease.
        """
        self._publish()
        self._until_killed(self._begin("after_send:3"))
        began = time.monotonic()
        other = self._begin("")
        while self._unsent():
            if time.monotonic() - began > LEASE.total_seconds() + PATIENCE_S:
                break
            time.sleep(0.1)
        took = time.monotonic() - began
        self._end(other)
        return took

    def _round(self, place: str) -> None:
        self._publish()
        condemned, other = self._begin(place), self._begin("")
        if place:
            self._until_killed(condemned)
        else:
            time.sleep(self._random.uniform(0.05, LONGEST_LIFE_S))
            if condemned.is_alive():
                self._kill(condemned)
            condemned.join()
            self.tally.kills += condemned.exitcode == -signal.SIGKILL
        self._end(other)
        self._let_leases_end()

    def _until_killed(self, condemned: BaseProcess) -> None:
        # Another worker may have been faster at all there is: then nobody passes the place.
        condemned.join(PATIENCE_S if self._is_work_left() else 0.5)
        if condemned.is_alive():
            self._kill(condemned)
            condemned.join()
        self.tally.kills += condemned.exitcode == -signal.SIGKILL

    def _kill(self, condemned: BaseProcess) -> None:
        if condemned.pid is not None:
            os.kill(condemned.pid, signal.SIGKILL)

    def _begin(self, place: str) -> BaseProcess:
        worker = FORKING.Process(target=_work, args=(self._environment, place))
        worker.start()
        return worker

    def _end(self, worker: BaseProcess) -> None:
        worker.terminate()
        worker.join(PATIENCE_S)
        if worker.is_alive():
            self.tally.problems.append("a worker did not end when it was asked to")
            worker.kill()
            worker.join()

    def _publish(self) -> None:
        at = datetime.now(UTC)
        self._newsroom.at = at
        with transaction(self._session) as session:
            # Each round has a reader of digests of its own: nobody has two on one date.
            reader = self._newsroom.member(f"daily{self._number(session)}@example.org")
            wish = Wish(places=["KE"], frequency=DAILY)
            subscribe(session, wish, by=self._newsroom.actor(reader), at=at)
            hours = session.get(ReadingHours, reader.id) or ReadingHours(person_id=reader.id)
            hours.next_daily_at = at + timedelta(seconds=1)
            session.add(hours)
            self._newsroom.publish()

    def _number(self, session: Session) -> int:
        return session.scalar(select(func.count(Person.id))) or 0

    def _is_work_left(self) -> bool:
        return bool(self._unsent())

    def _unsent(self) -> int:
        self._session.rollback()
        question = select(func.count(Delivery.id)).where(Delivery.state.in_((WAITING, SENDING)))
        told = select(func.count(Delivery.id))
        return (self._session.scalar(question) or 0) or not self._session.scalar(told)

    def _let_leases_end(self) -> None:
        # What the dead held is due again when its lease ends; here it does so at once.
        past = datetime.now(UTC) - timedelta(seconds=1)
        with transaction(self._session) as session:
            for model in (Delivery, Digest):
                session.execute(
                    update(model).where(model.state == SENDING).values(lease_until=past)
                )

    def _finish(self) -> None:
        # First what is due now, and then the digests of the day after.
        for hours in (1, 26):
            later = datetime.now(UTC) + timedelta(hours=hours)
            with time_machine.travel(later), Worker(self._settings, self._engine) as worker:
                worker.drain()

    def _audit(self) -> None:
        session = self._session
        session.rollback()
        rows = session.execute(
            select(
                *(Delivery.id, Delivery.state, Delivery.digest_id, Delivery.channel),
                *(Delivery.edition_id, Delivery.person_id),
            )
        ).all()
        host = urlsplit(self._settings.public.url).hostname or ""
        secret = self._settings.require_secret()
        single = {message_id(secret, host, row.id) for row in rows if row.digest_id is None}
        digests = {
            mail_id(secret, host, DIGESTED, one.id)
            for one in session.scalars(select(Digest).where(Digest.state == ACCEPTED))
        }
        arrived = Counter(str(one.message["Message-ID"]) for one in self._server.received)
        undone = [row.state for row in rows if row.state != ACCEPTED or row.channel != MAIL]
        missing = (single | digests) - arrived.keys()
        unmatched = self._wanted() - {(row.edition_id, row.person_id) for row in rows}
        self.tally.lost += len(undone) + len(missing) + len(unmatched)
        self.tally.repeated = arrived.total() - len(arrived)
        unknown = arrived.keys() - single - digests
        beyond = max(0, self.tally.repeated - AT_ONCE * self.tally.kills)
        self.tally.doubled += len(unknown) + beyond
        if undone or missing or unknown or unmatched:
            words = (
                f"{Counter(undone)} undone, {len(missing)} missing, {len(unknown)} unknown, "
                f"{len(unmatched)} unmatched"
            )
            self.tally.problems.append(words)

    def _wanted(self) -> set[tuple[int, int]]:
        """Return who must have heard of what: whoever had subscribed when it was published."""
        question = select(Edition.id, Subscription.person_id).where(
            Subscription.created_at <= Edition.published_at
        )
        return {
            (edition_id, person_id) for edition_id, person_id in self._session.execute(question)
        }


def _work(environment: Mapping[str, str], place: str) -> None:
    if place:
        os.environ[VARIABLE] = place
    with Worker(load_settings(environment)) as worker:
        signal.signal(signal.SIGTERM, lambda _number, _frame: worker.stop())
        worker.run()
