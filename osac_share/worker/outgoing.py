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
from osac_share.kernel.mail import open_mailer, open_signer
from osac_share.kernel.outcomes import Batch, Outcome
from osac_share.letters import actions as letters
from osac_share.letters.messages import Writer
from osac_share.worker.log import noted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Envelope
    from osac_share.settings import Settings

AT_ONCE = 20
"""How many mails go out between two entries in the ledger; a crash repeats at most these."""

FRESH_FOR_S = 5
"""For so many seconds an answer holds to who may still be told; then it is asked anew."""

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
            limit, hold = self._settings.worker.batch, self._settings.worker.hold
            claims = delivery.claim(session, at=at, limit=limit, only_emergencies=hold)
        crashpoint("after_claim_of_mail")
        if not claims:
            return False
        states: Counter[str] = Counter()
        with delivery.kept(self._maker, claims), self._maker() as session, self._mailer:
            while claims:
                claims, outcomes = self._send_some(session, claims)
                states.update(outcomes)
        noted("sent", began, **states)
        return True

    def _send_some(
        self, session: Session, claims: Sequence[Claim]
    ) -> tuple[Sequence[Claim], Sequence[str]]:
        """Send for a while; return the claims that are to be asked about anew, and what became."""
        asked = time.monotonic()
        with transaction(session):
            batch = delivery.address(
                session, claims, letters=self._letters, calls=self._calls, at=clock.now()
            )
        ready, settled = batch.ready, batch.settled
        states: list[str] = []
        while ready or settled:
            now, ready = ready[:AT_ONCE], ready[AT_ONCE:]
            states += self._send_and_mark(session, Batch(now, settled), ready)
            settled = []
            if self.is_stopping or self._rests_until > clock.now():
                ready = []
            if time.monotonic() - asked > FRESH_FOR_S:
                break
        return [taken for taken, _ in ready], states

    def _send_and_mark(
        self, session: Session, batch: Batch, later: Sequence[tuple[Claim, Envelope]]
    ) -> list[str]:
        # No transaction is open while the mail server is spoken to.
        outcomes = delivery.send(self._mailer, batch)
        at = clock.now()
        if any(outcome.is_untried for outcome in outcomes):
            self._rests_until = at + MAIL_REST
        if self.is_stopping or self._rests_until > at:
            outcomes += [Outcome(taken) for taken, _ in later]
        with transaction(session):
            delivery.record(session, outcomes, at=at)
        crashpoint("after_mark")
        return [outcome.state(at) for outcome in outcomes]

    def send_digests(self) -> bool:
        """Send digests that are due."""
        began, at = time.monotonic(), clock.now()
        if at < self._rests_until or self._settings.worker.hold:
            return False
        became = delivery.send_digests(self._maker, self._mailer, self._digests, at=at)
        if any(outcome.is_untried for outcome in became):
            self._rests_until = at + MAIL_REST
        return noted("sent", began, digests=len(became))
