"""Handing claimed deliveries to the mail server, and writing down what it said."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, update

from osac_share.delivery.models import (
    ACCEPTED,
    FAILED,
    SKIPPED,
    WAITING,
    Delivery,
    DeliveryAttempt,
)
from osac_share.delivery.policy import (
    is_given_up,
    pause_after,
    reason_not_to_call,
    reason_to_skip,
)
from osac_share.delivery.queries import Summons, parcels, summonses
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.delivery.actions.claiming import Claim
    from osac_share.delivery.documents import Calls
    from osac_share.delivery.messages import Letters
    from osac_share.delivery.queries import Parcel
    from osac_share.kernel.mail import Envelope, Mailer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: an answer, or the reason why it must not be sent any more.

    Neither of the two means that nothing was tried: the claim goes back unused.
    """

    claim: Claim
    answer: Answer | None = None
    skipped: str | None = None

    @property
    def is_untried(self) -> bool:
        """Tell whether nothing was done about this claim."""
        return self.answer is None and self.skipped is None

    def state(self, at: datetime) -> str:
        """Return the state in which this leaves the delivery at `at`."""
        if self.skipped is not None:
            return SKIPPED
        if self.answer is None:
            return WAITING
        if self.answer.accepted:
            return ACCEPTED
        given_up = self.answer.permanent or is_given_up(self.claim.matched_at, at)
        return FAILED if given_up else WAITING


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails on the point of going out, and the claims that need none."""

    ready: list[tuple[Claim, Envelope]]
    settled: list[Outcome]


def address(
    session: Session, claims: Sequence[Claim], *, letters: Letters, calls: Calls, at: datetime
) -> Batch:
    """Return the mails that these claims are for.

    Everybody's right is checked now, on freshly read facts: whoever was suspended, lost a
    seat or unsubscribed since they were matched gets nothing.
    """
    batch = Batch([], [])
    ids = [taken.id for taken in claims]
    found: dict[int, Parcel | Summons] = {
        **parcels(session, ids, at=at),
        **summonses(session, ids, at=at),
    }
    for taken in claims:
        parcel = found[taken.id]
        if reason := _reason_to_skip(parcel):
            batch.settled.append(Outcome(taken, skipped=reason))
            continue
        try:
            batch.ready.append((taken, _addressed(taken, parcel, letters, calls)))
        except RuleBroken as refusal:
            refused = _refused(refusal.message, permanent=True)
            batch.settled.append(Outcome(taken, answer=refused))
        except Exception as problem:
            # One mail that cannot be written must not keep the others waiting.
            logger.exception("delivery %s cannot be written", taken.id)
            words = f"the mail could not be written ({type(problem).__name__})"
            batch.settled.append(Outcome(taken, answer=_refused(words, permanent=False)))
    return batch


def send(mailer: Mailer, batch: Batch) -> list[Outcome]:
    """Hand a batch to the mail server, and return what became of each of its claims."""
    crashpoint("before_send")
    answers: list[Answer] = []
    for answer in mailer.send([envelope for _, envelope in batch.ready]):
        answers.append(answer)
        crashpoint("after_send")
    # A mailer that reaches nobody repeats one and the same refusal for all that is left.
    times = Counter(id(answer) for answer in answers if not answer.accepted)
    return batch.settled + [
        Outcome(taken, answer=None if times[id(answer)] > 1 else answer)
        for (taken, _), answer in zip(batch.ready, answers, strict=True)
    ]


def _refused(words: str, *, permanent: bool) -> Answer:
    return Answer(accepted=False, permanent=permanent, code=0, text=words)


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
        subscription=parcel.subscription,
        subscription_words=parcel.subscription_words,
    )


def record(session: Session, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Write down what became of claims: all of it in two statements.

    A claim whose fence has risen belongs to another worker by now; its row is left alone,
    but the attempt is kept: it did happen.
    """
    if not outcomes:
        return
    connection = session.connection()
    connection.execute(
        update(Delivery)
        .where(Delivery.id == bindparam("claim_id"), Delivery.fence == bindparam("claim_fence"))
        .values(
            state=bindparam("new_state"),
            available_at=bindparam("new_available_at"),
            attempts=bindparam("new_attempts"),
            accepted_at=bindparam("new_accepted_at"),
            reason=bindparam("new_reason"),
            lease_until=None,
        ),
        [_row(outcome, at) for outcome in outcomes],
    )
    attempts = [
        {
            "delivery_id": outcome.claim.id,
            "at": at,
            "accepted": outcome.answer.accepted,
            "code": outcome.answer.code,
            "answer": outcome.answer.text[:300],
        }
        for outcome in outcomes
        if outcome.answer is not None
    ]
    if attempts:
        connection.execute(insert(DeliveryAttempt), attempts)
    crashpoint("before_mark")


def _row(outcome: Outcome, at: datetime) -> dict[str, Any]:
    taken, answer, state = outcome.claim, outcome.answer, outcome.state(at)
    attempts = taken.attempts + (answer is not None)
    is_refused = answer is not None and state == WAITING
    refusal = f"{answer.code or ''} {answer.text}".strip()[:200] if answer is not None else None
    return {
        "claim_id": taken.id,
        "claim_fence": taken.fence,
        "new_state": state,
        "new_available_at": at + pause_after(attempts) if is_refused else at,
        "new_attempts": attempts,
        "new_accepted_at": at if state == ACCEPTED else None,
        "new_reason": outcome.skipped or (None if state == ACCEPTED else refusal),
    }
