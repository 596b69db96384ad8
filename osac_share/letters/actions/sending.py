"""Taking due letters under a lease, and handing them to the mail server."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, or_, select, update

from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import Answer
from osac_share.letters.models import ACCEPTED, FAILED, SENDING, SKIPPED, WAITING, Letter
from osac_share.letters.policy import is_given_up, is_living, pause_after
from osac_share.letters.queries import letters_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.mail import Envelope, Mailer
    from osac_share.letters.messages import Writer

    Suspended = Callable[[Session, Collection[int]], AbstractSet[int]]
    """Who of these people is suspended; letters know nobody, whoever calls does."""

logger = logging.getLogger(__name__)

AT_ONCE = 10
"""How many letters go out between two entries in the ledger; a crash repeats at most these."""

LEASE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter that this worker may send until its lease ends."""

    id: int
    fence: int
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one claim: an answer, or the reason why it must not be sent any more."""

    claim: Claim
    answer: Answer | None = None
    skipped: str | None = None

    def state(self, at: datetime) -> str:
        """Return the state in which this leaves the letter at `at`."""
        if self.answer is None:
            return SKIPPED
        if self.answer.accepted:
            return ACCEPTED
        given_up = self.answer.permanent or is_given_up(self.claim.created_at, at)
        return FAILED if given_up else WAITING


@dataclass(frozen=True, slots=True)
class Batch:
    """Letters on the point of going out, and the claims that are settled without."""

    ready: list[tuple[Claim, Envelope]]
    settled: list[Outcome]


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
            claims = claim(session, at=at)
            batch = address(session, claims, writer=writer, suspended=suspended, at=at)
        if not claims:
            return 0
        crashpoint("after_claim_of_letters")
        with mailer:
            outcomes = send(mailer, batch)
        with transaction(session):
            record(session, outcomes, at=at)
    return len(claims)


def claim(session: Session, *, at: datetime, limit: int = AT_ONCE) -> list[Claim]:
    """Lease up to `limit` due letters, the longest due first, those of dead workers among them.

    PostgreSQL passes over rows that another worker is claiming; SQLite has a single writer.
    """
    is_due = and_(Letter.state == WAITING, Letter.available_at <= at)
    is_lost = and_(Letter.state == SENDING, Letter.lease_until < at)
    due = session.execute(
        select(Letter.id, Letter.fence + 1, Letter.attempts, Letter.created_at)
        .where(or_(is_due, is_lost))
        .order_by(Letter.available_at, Letter.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    claims = [Claim(*row) for row in due]
    session.execute(
        update(Letter)
        .where(Letter.id.in_([taken.id for taken in claims]))
        .values(state=SENDING, lease_until=at + LEASE, fence=Letter.fence + 1)
        .execution_options(synchronize_session=False)
    )
    return claims


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
    batch = Batch([], [])
    letters = letters_of(session, [taken.id for taken in claims])
    people = {letter.person_id for letter in letters.values() if letter.person_id is not None}
    barred = suspended(session, people)
    for taken in claims:
        letter = letters[taken.id]
        if reason := _reason_to_skip(letter, barred, at):
            batch.settled.append(Outcome(taken, skipped=reason))
            continue
        try:
            batch.ready.append((taken, writer.envelope(letter)))
        except RuleBroken as refusal:
            refused = _refused(refusal.message, permanent=True)
            batch.settled.append(Outcome(taken, answer=refused))
        except Exception as problem:
            # One letter that cannot be written must not keep the others waiting.
            logger.exception("letter %s cannot be written", taken.id)
            words = f"the letter could not be written ({type(problem).__name__})"
            batch.settled.append(Outcome(taken, answer=_refused(words, permanent=False)))
    return batch


def send(mailer: Mailer, batch: Batch) -> list[Outcome]:
    """Hand a batch to the mail server, and return what became of each of its claims."""
    answers = mailer.send([envelope for _, envelope in batch.ready])
    sent = [
        Outcome(taken, answer=answer)
        for (taken, _), answer in zip(batch.ready, answers, strict=True)
    ]
    crashpoint("after_send_of_letters")
    return batch.settled + sent


def record(session: Session, outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Write down what became of claims, except of those that another worker holds by now."""
    for outcome in outcomes:
        taken, answer, state = outcome.claim, outcome.answer, outcome.state(at)
        attempts = taken.attempts + (answer is not None)
        pause = pause_after(attempts) if state == WAITING else timedelta()
        session.execute(
            update(Letter)
            .where(Letter.id == taken.id, Letter.fence == taken.fence)
            .values(
                state=state,
                available_at=at + pause,
                attempts=attempts,
                accepted_at=at if state == ACCEPTED else None,
                reason=None if state == ACCEPTED else _reason(outcome),
                lease_until=None,
            )
            .execution_options(synchronize_session=False)
        )


def _reason_to_skip(letter: Letter, suspended: AbstractSet[int], at: datetime) -> str | None:
    if letter.person_id in suspended:
        return "the account is suspended"
    if letter.link is not None and not is_living(letter.link, at):
        return "its link was used, has ended or has expired"
    return None


def _refused(words: str, *, permanent: bool) -> Answer:
    return Answer(accepted=False, permanent=permanent, code=0, text=words)


def _reason(outcome: Outcome) -> str:
    if outcome.answer is None:
        return outcome.skipped or ""
    return f"{outcome.answer.code or ''} {outcome.answer.text}".strip()[:200]
