"""Sending digests, and writing into the ledger what became of each row that they held."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, tuple_, update

from osac_share.delivery.actions.bouncing import mark_early_returns, note_refusals
from osac_share.delivery.models import HELD, QUIET, SKIPPED, Delivery, Digest
from osac_share.delivery.queries.brakes import quiet_ends
from osac_share.delivery.queries.digests import contents_of
from osac_share.kernel import clock, leases, outcomes
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import transaction
from osac_share.kernel.leases import ACCEPTED, WAITING
from osac_share.kernel.mail.returns import DIGESTED
from osac_share.kernel.outcomes import Batch, Outcome, PutOff, hand_over

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.delivery.messages.digests import DigestWriter
    from osac_share.delivery.policy.digests import Contents
    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Mailer

AT_ONCE = 20
"""How many digests go out between two entries in the ledger; a crash repeats at most these."""


def send_digests(
    maker: sessionmaker[Session], mailer: Mailer, writer: DigestWriter, *, at: datetime
) -> list[Outcome]:
    """Send some of the digests that are due, and return what became of them.

    No transaction is open while the mail server is spoken to.
    """
    passing = clock.going_on_from(at)
    with maker() as session:
        with transaction(session):
            leases.take_back(session, Digest, at=at)
            claims = leases.claim(session, Digest, since=Digest.created_at, at=at, limit=AT_ONCE)
        if not claims:
            return []
        crashpoint("after_claim_of_digests")
        contents = contents_of(session, [taken.id for taken in claims], at=at)
        batch = address_digests(session, claims, contents, writer=writer, at=at)
        session.rollback()
        with leases.kept(maker, Digest, claims), mailer:
            became = hand_over(mailer, batch, passed=lambda: crashpoint("after_send_of_digest"))
        with transaction(session):
            record_digests(session, became, contents, at=passing())
    return became


def address_digests(
    session: Session,
    claims: Sequence[Claim],
    contents: Mapping[int, Contents],
    *,
    writer: DigestWriter,
    at: datetime,
) -> Batch:
    """Return the mails of claimed digests; one that has nothing left to tell needs none.

    Args:
        session: the session that read the contents.
        claims: the digests.
        contents: what stands in each, by its id.
        writer: writes them.
        at: now, in UTC: whoever has quiet hours is not written to until they end.

    """
    batch = Batch()
    quiet = quiet_ends(session, {one.digest.person_id for one in contents.values()}, at=at)
    for taken in claims:
        held = contents[taken.id]
        if not held.told:
            batch.settled.append(Outcome(taken, skipped=_why_nothing(held)))
        elif until := quiet.get(held.digest.person_id):
            batch.settled.append(Outcome(taken, put_off=PutOff(until, QUIET)))
        else:
            batch.write(taken, partial(writer.envelope, session, held))
    return batch


def _why_nothing(held: Contents) -> str:
    reasons = Counter(held.left_out.values()).most_common(1)
    return reasons[0][0] if reasons else "nothing is left in it"


def record_digests(
    session: Session,
    became: Sequence[Outcome],
    contents: Mapping[int, Contents],
    *,
    at: datetime,
) -> None:
    """Write down what became of digests, and with them of every row that they held.

    What a digest told is accepted, or has failed, with it; what was left out is skipped, with
    the reason. Of a digest that another worker holds by now, nothing is written.
    """
    outcomes.record(session, Digest, became, at=at)
    note_refusals(session, became, kind=DIGESTED, at=at)
    ended = {
        (outcome.claim.id, outcome.claim.fence): outcome
        for outcome in became
        if outcome.state(at) != WAITING
    }
    ours = select(Digest.id, Digest.fence, Digest.reason).where(
        tuple_(Digest.id, Digest.fence).in_(list(ended))
    )
    for digest_id, fence, reason in session.execute(ours).all():
        state = ended[digest_id, fence].state(at)
        held = contents[digest_id]
        _each(session, held.left_out, "reason", state=SKIPPED)
        _each(session, held.new_reasons, "subscription_id")
        session.execute(
            update(Delivery)
            .where(Delivery.digest_id == digest_id, Delivery.state == HELD)
            .values(
                state=state,
                accepted_at=at if state == ACCEPTED else None,
                reason=reason,
            )
            .execution_options(synchronize_session=False)
        )
    mark_early_returns(session, became, kind=DIGESTED, at=at)
    crashpoint("before_mark_of_digests")


def _each(session: Session, values: Mapping[int, str | int], column: str, **same: str) -> None:
    """Set a column of some rows to a value of their own each, and others to the same in all."""
    if values:
        session.connection().execute(
            update(Delivery)
            .where(Delivery.id == bindparam("row"), Delivery.state == HELD)
            .values({column: bindparam("its_own"), **same}),
            [{"row": delivery_id, "its_own": value} for delivery_id, value in values.items()],
        )
