"""Handing claimed deliveries to the mail server, and writing down what it said."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from osac_share.delivery.actions.bouncing import mark_early_returns, note_refusals
from osac_share.delivery.actions.braking import brake, remember_quiet
from osac_share.delivery.models import HELD, Delivery, DeliveryAttempt
from osac_share.delivery.policy import EMERGENCY, reason_not_to_call, reason_to_skip
from osac_share.delivery.queries import Parcel, Summons, parcels, summonses
from osac_share.kernel import outcomes
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.outcomes import Batch, Outcome, hand_over, refused
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.models import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.delivery.messages import Calls, Letters
    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Envelope, Mailer

logger = logging.getLogger(__name__)


def address(
    session: Session, claims: Sequence[Claim], *, letters: Letters, calls: Calls, at: datetime
) -> Batch:
    """Return the mails that these claims are for.

    Everybody's right is checked now, on freshly read facts: whoever was suspended, lost a
    seat or unsubscribed since they were matched gets nothing. Whoever is in quiet hours gets it
    when they end, and whoever wishes for digests by now gets it in the next one.
    """
    claims, waiting = brake(session, claims, at=at)
    batch = Batch(settled=[*waiting])
    ids = [taken.id for taken in claims]
    found: dict[int, Parcel | Summons] = {
        **parcels(session, ids, at=at),
        **summonses(session, ids, at=at),
    }
    give_new_reasons(session, found)
    for taken in claims:
        parcel = found[taken.id]
        if reason := _reason_to_skip(parcel):
            batch.settled.append(Outcome(taken, skipped=reason))
            continue
        if isinstance(parcel, Parcel) and _belongs_to_a_digest(parcel):
            _hold(session, taken, parcel.reason.frequency)
            continue
        try:
            batch.ready.append((taken, _addressed(taken, parcel, letters, calls)))
        except RuleBroken as refusal:
            answer = refused(refusal.message, permanent=True)
            batch.settled.append(Outcome(taken, answer=answer))
        except Exception as problem:
            # One mail that cannot be written must not keep the others waiting.
            logger.exception("delivery %s cannot be written", taken.id)
            words = f"the mail could not be written ({type(problem).__name__})"
            batch.settled.append(Outcome(taken, answer=refused(words, permanent=False)))
    return batch


def give_new_reasons(session: Session, found: Mapping[int, Parcel | Summons]) -> None:
    """Write down which wish each delivery goes back to, where the one that it had has ended."""
    for delivery_id, parcel in found.items():
        if isinstance(parcel, Parcel) and parcel.is_new_reason:
            session.execute(
                update(Delivery)
                .where(Delivery.id == delivery_id)
                .values(subscription_id=parcel.reason.id)
                .execution_options(synchronize_session=False)
            )


def _belongs_to_a_digest(parcel: Parcel) -> bool:
    is_later = parcel.is_new_reason and parcel.reason.frequency != AT_ONCE
    return is_later and parcel.edition.severity != EMERGENCY


def _hold(session: Session, taken: Claim, pace: str) -> None:
    session.execute(
        update(Delivery)
        .where(Delivery.id == taken.id)
        .values(state=HELD, held_for=pace, digest_id=None, lease_until=None)
        .execution_options(synchronize_session=False)
    )


def send(mailer: Mailer, batch: Batch) -> list[Outcome]:
    """Hand a batch to the mail server, and return what became of each of its claims."""
    crashpoint("before_send")
    return hand_over(mailer, batch, passed=lambda: crashpoint("after_send"))


def _reason_to_skip(parcel: Parcel | Summons) -> str | None:
    if isinstance(parcel, Summons):
        return reason_not_to_call(parcel.work)
    return reason_to_skip(parcel.facts)


def _addressed(taken: Claim, parcel: Parcel | Summons, letters: Letters, calls: Calls) -> Envelope:
    if isinstance(parcel, Summons):
        return calls.address(parcel.edition, parcel.purpose, parcel.address, delivery_id=taken.id)
    return letters.address(
        parcel.edition,
        parcel.address,
        delivery_id=taken.id,
        subscription=parcel.reason.public_id,
        subscription_words=describe(parcel.reason),
    )


def record(session: Session, became: Sequence[Outcome], *, at: datetime) -> None:
    """Write down what became of claims, and each try: a try that came too late did happen."""
    remember_quiet(session, became)
    outcomes.record(session, Delivery, became, at=at)
    note_attempts(session, became, at=at)
    note_refusals(session, became, at=at)
    mark_early_returns(session, became, at=at)
    crashpoint("before_mark")


def note_attempts(session: Session, became: Sequence[Outcome], *, at: datetime) -> None:
    """Write down the tries alone, with what the other side said."""
    attempts = [
        {
            "delivery_id": outcome.claim.id,
            "at": at,
            "accepted": outcome.answer.accepted,
            "code": outcome.answer.code,
            "answer": outcome.answer.text[:300],
        }
        for outcome in became
        if outcome.answer is not None
    ]
    if attempts:
        session.connection().execute(insert(DeliveryAttempt), attempts)
