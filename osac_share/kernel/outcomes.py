"""What becomes of a claim: sent, refused, left out, or put off; and writing it down."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, update

from osac_share.kernel.leases import ACCEPTED, FAILED, SKIPPED, WAITING, Claim, Leased
from osac_share.kernel.mail import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import Envelope, Mailer

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=72)

FEWEST_TRIES = 30
"""So often, which takes about a day, it is tried in any case: what is asked for again, or was left
lying in an outage, is older than `GIVE_UP_AFTER` when its first try fails."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A claim that is to wait: until when, in UTC, and why."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: an answer, why it must not be sent any more, or until when not.

    None of the three means that nothing was tried: the claim goes back unused.
    """

    claim: Claim
    answer: Answer | None = None
    skipped: str | None = None
    put_off: PutOff | None = None

    @property
    def is_untried(self) -> bool:
        """Tell whether nothing was done about this claim."""
        return self.answer is None and self.skipped is None and self.put_off is None

    def state(self, at: datetime) -> str:
        """Return the state in which this leaves the row at `at`."""
        if self.skipped is not None:
            return SKIPPED
        if self.answer is None:
            return WAITING
        if self.answer.accepted:
            return ACCEPTED
        is_old = at - self.claim.began_at > GIVE_UP_AFTER
        was_tried_enough = self.claim.attempts + 1 >= FEWEST_TRIES
        given_up = self.answer.permanent or (is_old and was_tried_enough)
        return FAILED if given_up else WAITING


@dataclass(frozen=True, slots=True)
class Batch:
    """Mails on the point of going out, and the claims that are settled without."""

    ready: list[tuple[Claim, Envelope]] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)


def hand_over(
    mailer: Mailer, batch: Batch, *, passed: Callable[[], None] | None = None
) -> list[Outcome]:
    """Hand a batch to the mail server, and return what became of each of its claims.

    Args:
        mailer: open already.
        batch: what is to go out.
        passed: called after each answer; a test may end the process there.

    """
    answers: list[Answer] = []
    for answer in mailer.send([envelope for _, envelope in batch.ready]):
        answers.append(answer)
        if passed is not None:
            passed()
    # A mailer that reaches nobody repeats one and the same refusal for all that is left.
    times = Counter(id(answer) for answer in answers if not answer.accepted)
    return batch.settled + [
        Outcome(taken, answer=None if times[id(answer)] > 1 else answer)
        for (taken, _), answer in zip(batch.ready, answers, strict=True)
    ]


def refused(words: str, *, permanent: bool) -> Answer:
    """Return the answer that we give ourselves to what cannot be written or sent."""
    return Answer(accepted=False, permanent=permanent, code=0, text=words)


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed tries: doubling, with jitter, to an hour.

    The jitter keeps the mails of one outage from coming back all at once.
    """
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 10))
    return pause * random.uniform(0.8, 1.0)  # noqa: S311 -- spreads load, guards nothing.


def record(
    session: Session, model: type[Leased], outcomes: Sequence[Outcome], *, at: datetime
) -> None:
    """Write down what became of claims, in one statement.

    A claim whose fence has risen belongs to another worker by now; its row is left alone.
    """
    if not outcomes:
        return
    session.connection().execute(
        update(model)
        .where(model.id == bindparam("claim_id"), model.fence == bindparam("claim_fence"))
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


def _row(outcome: Outcome, at: datetime) -> dict[str, Any]:
    taken, state = outcome.claim, outcome.state(at)
    attempts = taken.attempts + (outcome.answer is not None)
    return {
        "claim_id": taken.id,
        "claim_fence": taken.fence,
        "new_state": state,
        "new_available_at": _due_again(outcome, state, attempts, at),
        "new_attempts": attempts,
        "new_accepted_at": at if state == ACCEPTED else None,
        "new_reason": None if state == ACCEPTED else _reason(outcome),
    }


def _due_again(outcome: Outcome, state: str, attempts: int, at: datetime) -> datetime:
    if outcome.put_off is not None:
        return outcome.put_off.until
    is_refused = outcome.answer is not None and state == WAITING
    return at + pause_after(attempts) if is_refused else at


def _reason(outcome: Outcome) -> str | None:
    if outcome.put_off is not None:
        return outcome.put_off.why
    if outcome.answer is not None:
        return f"{outcome.answer.code or ''} {outcome.answer.text}".strip()[:200]
    return outcome.skipped
