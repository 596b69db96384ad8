"""Taking due letters under a lease, and handing them to the mail server."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from osac_share.kernel import leases, outcomes
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import transaction
from osac_share.kernel.outcomes import Batch, Outcome, hand_over
from osac_share.letters.models import Letter
from osac_share.letters.policy import is_living
from osac_share.letters.queries import letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Mailer
    from osac_share.letters.messages import Writer

    Suspended = Callable[[Session, Collection[int]], AbstractSet[int]]
    """Who of these people is suspended; letters know nobody, whoever calls does."""

AT_ONCE = 10
"""How many letters go out between two entries in the ledger; a crash repeats at most these."""


def send_due(
    maker: sessionmaker[Session],
    mailer: Mailer,
    writer: Writer,
    suspended: Suspended,
    *,
    at: datetime,
) -> int:
    """Send some of the letters that are due, and return how many were taken up.

    No transaction is open while the mail server is spoken to.
    """
    with maker() as session:
        with transaction(session):
            leases.take_back(session, Letter, at=at)
            claims = claim(session, at=at)
            batch = address(session, claims, writer=writer, suspended=suspended, at=at)
        if not claims:
            return 0
        crashpoint("after_claim_of_letters")
        with leases.kept(maker, Letter, claims), mailer:
            became = hand_over(mailer, batch)
        crashpoint("after_send_of_letters")
        with transaction(session):
            outcomes.record(session, Letter, became, at=at)
    return len(claims)


def claim(session: Session, *, at: datetime, limit: int = AT_ONCE) -> list[Claim]:
    """Lease up to `limit` due letters, the longest due first."""
    return leases.claim(session, Letter, since=Letter.created_at, at=at, limit=limit)


def address(
    session: Session,
    claims: Sequence[Claim],
    *,
    writer: Writer,
    suspended: Suspended,
    at: datetime,
) -> Batch:
    """Return the mails that these claims are for.

    Whether each may still go is asked now: of a link that was used, or of somebody who was
    suspended since, nothing is sent.
    """
    batch = Batch()
    letters = letters_of(session, [taken.id for taken in claims])
    people = {letter.person_id for letter in letters.values() if letter.person_id is not None}
    barred = suspended(session, people)
    for taken in claims:
        letter = letters[taken.id]
        if reason := _reason_to_skip(letter, barred, at):
            batch.settled.append(Outcome(taken, skipped=reason))
            continue
        batch.write(taken, partial(writer.envelope, letter))
    return batch


def _reason_to_skip(letter: Letter, suspended: AbstractSet[int], at: datetime) -> str | None:
    if letter.person_id in suspended:
        return "the account is suspended"
    if letter.link is not None and not is_living(letter.link, at):
        return "its link was used, has ended or has expired"
    return None
