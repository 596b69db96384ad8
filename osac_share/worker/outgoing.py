"""Sending what is due by mail: letters, word of editions, and digests, over one mail server."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.accounts.queries import suspended_among
from osac_share.delivery import actions as delivery
from osac_share.delivery.messages import Calls, DigestWriter, Letters
from osac_share.kernel import clock
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import transaction
from osac_share.kernel.leases import WAITING
from osac_share.kernel.mail import open_mailer, open_signer
from osac_share.kernel.outcomes import Batch, Outcome
from osac_share.letters import actions as letters
from osac_share.letters.messages import Writer
from osac_share.worker.log import noted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Envelope
    from osac_share.settings import Settings

    Ready = tuple[Claim, Callable[[], Envelope]]

AT_ONCE = 50
"""How many mails go out between two entries in the ledger; a crash repeats at most these."""

AT_ONCE_S = 0.5
"""For how long they go out, when the mail server takes its time: a crash repeats the fewer."""

CLAIMED_FOR_S = 1
"""So many mails are claimed at a time as went out in so many seconds: few from a slow server,
since an emergency waits for them, and many from a quick one, since each time costs the same."""

MOST_BATCHES = 5
"""Never more than so many times what the settings say."""

FRESH_FOR_S = 5
"""For so many seconds an answer holds to who may still be told. What has not gone out by then is
given back: it is asked about anew when its turn comes, and an emergency has come before it."""

MAIL_REST = timedelta(seconds=30)
"""How long a worker leaves a mail server alone that it could not reach."""


class Outgoing:
    """A worker's outgoing mail. Each round returns whether there was anything to do."""

    def __init__(self, settings: Settings, maker: sessionmaker[Session]) -> None:
        """Open the mail server and the pens.

        Raises:
            Misconfigured: the installation is incomplete; the message says what to set.

        """
        self._settings = settings
        self._maker = maker
        mail = settings.mail
        signer = open_signer(mail.dkim_domain, mail.dkim_selector, mail.dkim_key_file)
        self._mailer = open_mailer(mail.url, settings.data.dir, signer)
        self._letters = Letters(settings)
        self._writer = Writer(settings)
        self._calls = Calls(settings)
        self._digests = DigestWriter(settings)
        self._rests_until = clock.now()
        self._limit = settings.worker.batch
        self.is_stopping = False

    def send_letters(self) -> bool:
        """Send letters that are due."""
        began = time.monotonic()
        with_what = self._maker, self._mailer, self._writer, suspended_among
        sent = letters.send_due(*with_what, at=clock.now())
        return noted("sent", began, letters=sent)

    def send_deliveries(self) -> bool:
        """Send mail about editions that is due."""
        if clock.now() < self._rests_until:
            return False
        began, at = time.monotonic(), clock.now()
        with self._maker() as session, transaction(session):
            delivery.take_back(session, at=at)
            hold = self._settings.worker.hold
            claims = delivery.claim(session, at=at, limit=self._limit, only_emergencies=hold)
        crashpoint("after_claim_of_mail")
        if not claims:
            return False
        with delivery.kept(self._maker, claims), self._maker() as session, self._mailer:
            states = Counter(self._send(session, claims))
        done = len(claims) - states[WAITING]
        self._limit = self._as_many_as_go_out(done, time.monotonic() - began)
        noted("sent", began, **states)
        return True

    def _as_many_as_go_out(self, mails: int, seconds: float) -> int:
        """Return how many to claim the next time when so many went out in so many seconds."""
        usual = self._settings.worker.batch
        mails_then = mails * CLAIMED_FOR_S / max(seconds, 0.001)
        return max(usual, min(int(mails_then), usual * MOST_BATCHES))

    def _send(self, session: Session, claims: Sequence[Claim]) -> list[str]:
        """Send as long as the answers hold to who may be told; return what became of the claims."""
        until = time.monotonic() + FRESH_FOR_S
        with transaction(session):
            batch = delivery.address(
                session, claims, letters=self._letters, calls=self._calls, at=clock.now()
            )
        ready: Sequence[Ready] = batch.ready
        settled: Sequence[Outcome] = batch.settled
        states: list[str] = []
        while ready or settled:
            outcomes, ready = self._send_and_mark(session, ready, settled, until)
            states += outcomes
            settled = []
        return states

    def _send_and_mark(
        self, session: Session, ready: Sequence[Ready], settled: Sequence[Outcome], until: float
    ) -> tuple[list[str], Sequence[Ready]]:
        """Send some of what is ready; return what became of it, and what is left."""
        # No transaction is open while the mail server is spoken to.
        batch = Batch(list(ready[:AT_ONCE]), list(settled))
        outcomes = delivery.send(self._mailer, batch, seconds=AT_ONCE_S)
        left = ready[len(outcomes) - len(settled) :]
        at = clock.now()
        if any(outcome.is_untried for outcome in outcomes):
            self._rests_until = at + MAIL_REST
        if self.is_stopping or self._rests_until > at or time.monotonic() > until:
            outcomes += [Outcome(taken) for taken, _ in left]
            left = []
        with transaction(session):
            delivery.record(session, outcomes, at=at)
        crashpoint("after_mark")
        return [outcome.state(at) for outcome in outcomes], left

    def send_digests(self) -> bool:
        """Send digests that are due."""
        began, at = time.monotonic(), clock.now()
        if at < self._rests_until or self._settings.worker.hold:
            return False
        became = delivery.send_digests(self._maker, self._mailer, self._digests, at=at)
        if any(outcome.is_untried for outcome in became):
            self._rests_until = at + MAIL_REST
        return noted("sent", began, digests=len(became))
