"""What becomes of a claim: sent, refused, left out, or put off; and writing it down."""

from __future__ import annotations

import logging
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sqlalchemy import bindparam, update

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.leases import ACCEPTED, FAILED, SKIPPED, WAITING, Claim, Leased, give_back
from osac_share.kernel.mail import Answer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Update
    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import Envelope, Mailer

logger = logging.getLogger(__name__)

Made = TypeVar("Made")

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
    """Mails on the point of going out, each as what writes it, and the claims settled without."""

    ready: list[tuple[Claim, Callable[[], Envelope]]] = field(default_factory=list)
    settled: list[Outcome] = field(default_factory=list)

    def write(self, taken: Claim, write: Callable[[], Envelope]) -> None:
        """Write the mail of a claim now; where that fails, it is settled."""
        written = attempted(taken, write)
        if isinstance(written, Outcome):
            self.settled.append(written)
        else:
            self.ready.append((taken, lambda: written))


def attempted(taken: Claim, make: Callable[[], Made]) -> Made | Outcome:
    """Return what is made for a claim, or its outcome where that fails.

    One mail that cannot be written must not keep the others waiting.
    """
    try:
        return make()
    except RuleBroken as refusal:
        return Outcome(taken, answer=refused(refusal.message, permanent=True))
    except Exception as problem:
        logger.exception("mail %s cannot be written", taken.id)
        words = f"the mail could not be written ({type(problem).__name__})"
        return Outcome(taken, answer=refused(words, permanent=False))


def hand_over(
    mailer: Mailer,
    batch: Batch,
    *,
    seconds: float | None = None,
    passed: Callable[[], None] | None = None,
) -> list[Outcome]:
    """Hand a batch to the mail server, and return what became of each of its claims.

    Args:
        mailer: open already.
        batch: what is to go out, written on the way.
        seconds: after which nothing more goes out that follows on something accepted; what is
            left, the last of the batch, has no outcome.
        passed: called after each answer; a test may end the process there.

    """
    going = _Going(batch, seconds)
    for answer in mailer.send(going):
        going.answers.append(answer)
        if passed is not None:
            passed()
    # A mailer that reaches nobody repeats one and the same refusal for all that is left.
    times = Counter(id(answer) for answer in going.answers if not answer.accepted)
    sent = [
        Outcome(taken, answer=None if times[id(answer)] > 1 else answer)
        for taken, answer in zip(going.claims, going.answers, strict=True)
    ]
    return [*batch.settled, *going.unwritten, *sent]


class _Going:
    """The mails of a batch, each of them written when its turn comes."""

    def __init__(self, batch: Batch, seconds: float | None) -> None:
        self._batch = batch
        self._ends = inf if seconds is None else time.monotonic() + seconds
        self.claims: list[Claim] = []
        self.unwritten: list[Outcome] = []
        self.answers: list[Answer] = []

    def __iter__(self) -> Iterator[Envelope]:
        for taken, write in self._batch.ready:
            # Where nobody is reached it goes on: the mailer gives up by itself, and says so.
            if self.answers and self.answers[-1].accepted and time.monotonic() > self._ends:
                return
            written = attempted(taken, write)
            if isinstance(written, Outcome):
                self.unwritten.append(written)
            else:
                self.claims.append(taken)
                yield written


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
    """Write down what became of claims: what became alike of many, in one statement.

    A claim whose fence has risen belongs to another worker by now; its row is left alone.
    """
    alike: defaultdict[_Ending, list[int]] = defaultdict(list)
    for outcome in outcomes:
        if not outcome.is_untried:
            alike[_ending(outcome, at)].append(outcome.claim.id)
    for ending, ids in alike.items():
        written = {f"new_{name}": value for name, value in ending._asdict().items()}
        session.connection().execute(_writing(model), written | {"claim_ids": ids})
    give_back(session, model, [outcome.claim for outcome in outcomes if outcome.is_untried])


class _Ending(NamedTuple):
    """What is written into the row of a claim, and the fence that it must still have."""

    fence: int
    state: str
    available_at: datetime
    attempts: int
    accepted_at: datetime | None
    reason: str | None


_KEPT: dict[str, Update] = {}


def _writing(model: type[Leased]) -> Update:
    """Return the statement that ends claims; putting it together takes longer than asking it."""
    if model.__name__ not in _KEPT:
        values: dict[str, Any] = {
            name: bindparam(f"new_{name}") for name in _Ending._fields if name != "fence"
        }
        _KEPT[model.__name__] = (
            update(model)
            .where(model.id.in_(bindparam("claim_ids", expanding=True)))
            .where(model.fence == bindparam("new_fence"))
            .values(**values, lease_until=None)
        )
    return _KEPT[model.__name__]


def _ending(outcome: Outcome, at: datetime) -> _Ending:
    taken, state = outcome.claim, outcome.state(at)
    attempts = taken.attempts + (outcome.answer is not None)
    return _Ending(
        fence=taken.fence,
        state=state,
        available_at=_due_again(outcome, state, attempts, at),
        attempts=attempts,
        accepted_at=at if state == ACCEPTED else None,
        reason=None if state == ACCEPTED else _reason(outcome),
    )


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
