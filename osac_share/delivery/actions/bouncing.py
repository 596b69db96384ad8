"""Mail that came back: what becomes of its row, of the mailbox, and of the subscription."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, select, update

from osac_share.accounts.models import Person
from osac_share.audit.actions import SYSTEM, record
from osac_share.delivery.models import (
    ACCEPTED,
    BOUNCED,
    MAIL,
    Bounce,
    Delivery,
    Digest,
    Mailbox,
)
from osac_share.delivery.policy.bouncing import (
    A_ROW_ENDS_AFTER,
    COMPLAINT,
    HARD,
    Refusal,
    is_about_us,
    is_closed_by,
    refusal_in,
)
from osac_share.kernel.db import insert_or_leave
from osac_share.kernel.mail.returns import DELIVERED, DIGESTED, WRITTEN, Sent
from osac_share.letters.models import Letter
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.models import Subscription

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.delivery.messages.returned import Returned
    from osac_share.kernel.outcomes import Outcome


@dataclass(frozen=True, slots=True)
class _Whose:
    """Whose mail came back, and which row of which table it was."""

    person_id: int
    delivery_id: int | None = None
    digest_id: int | None = None


def take_returned(session: Session, returned: Returned, *, at: datetime) -> bool:
    """Note that a mail came back or was complained of, and do what follows from it.

    The same report twice changes nothing the second time.

    Returns:
        whether there was anything to note.

    """
    whose = _whose(session, returned.sent)
    if whose is None or _is_known(session, whose, returned.refusal):
        return False
    _note(session, whose, returned.refusal, at)
    if returned.refusal.kind == COMPLAINT:
        _end_subscriptions(session, whose, at)
        return True
    _mark(session, whose, returned.refusal)
    _count(session, whose, returned.refusal, at)
    return True


def note_refusals(
    session: Session, outcomes: Sequence[Outcome], *, kind: str = DELIVERED, at: datetime
) -> None:
    """Count against their mailboxes what a server refused for good in a batch of mails.

    A server that refuses every one of many says something of us, and of no mailbox.

    Args:
        session: the session in which the outcomes are recorded.
        outcomes: those of the whole batch.
        kind: what their claims are of, `DELIVERED` or `DIGESTED`.
        at: now, in UTC.

    """
    answers = {one.claim.id: one.answer for one in outcomes if one.answer and one.answer.code}
    refused = {place: answer for place, answer in answers.items() if answer.permanent}
    if is_about_us(len(refused), len(answers)):
        return
    for place, answer in refused.items():
        refusal = refusal_in("", answer.text) or refusal_in(str(answer.code), answer.text)
        whose = _whose(session, Sent(kind, place))
        if whose is not None and refusal is not None and refusal.kind == HARD:
            _note(session, whose, refusal, at)
            _count(session, whose, refusal, at)


_EARLY = {
    kind: select(Bounce.id)
    .where(place.in_(bindparam("taken", expanding=True)), Bounce.kind != COMPLAINT)
    .order_by(Bounce.id)
    for kind, place in ((DELIVERED, Bounce.delivery_id), (DIGESTED, Bounce.digest_id))
}
"""Asked whenever mails have gone out, and put together once."""


def mark_early_returns(
    session: Session, outcomes: Sequence[Outcome], *, kind: str = DELIVERED, at: datetime
) -> None:
    """Mark what had come back already when the ledger was told that it was accepted.

    Args:
        session: the session in which the outcomes have just been recorded.
        outcomes: those of the whole batch.
        kind: what their claims are of, `DELIVERED` or `DIGESTED`.
        at: now, in UTC.

    """
    taken_at = {one.claim.id: one.claim.taken_at for one in outcomes if one.state(at) == ACCEPTED}
    if not taken_at:
        return
    early = session.connection().execute(_EARLY[kind], {"taken": list(taken_at)}).scalars().all()
    for bounce_id in early:
        one = session.get_one(Bounce, bounce_id)
        # What came back from an earlier try says nothing of this one.
        if one.at >= taken_at[one.delivery_id or one.digest_id or 0]:
            whose = _Whose(one.person_id, one.delivery_id, one.digest_id)
            _mark(session, whose, Refusal(one.kind, one.code, one.words))


def reopen(session: Session, person: Person, *, at: datetime) -> bool:
    """Let mail go to somebody again whose mail came back; they say that it works now.

    Returns:
        whether it was closed, or on the way there.

    """
    mailbox = session.get(Mailbox, person.id)
    if mailbox is None or not mailbox.failures:
        return False
    _empty(mailbox)
    record(
        session,
        "mailbox.reopen",
        by=(person.id, person.name),
        at=at,
        object_kind="person",
        object_id=person.public_id,
    )
    return True


def _whose(session: Session, sent: Sent) -> _Whose | None:
    # The row is locked: of two who read the same report, one finds that it is known.
    if sent.kind == DELIVERED:
        delivery = session.get(Delivery, sent.id, with_for_update=True)
        if delivery is None or delivery.channel != MAIL:
            return None
        return _Whose(delivery.person_id, delivery_id=delivery.id)
    if sent.kind == DIGESTED:
        digest = session.get(Digest, sent.id, with_for_update=True)
        return None if digest is None else _Whose(digest.person_id, digest_id=digest.id)
    letter = session.get(Letter, sent.id) if sent.kind == WRITTEN else None
    return _Whose(letter.person_id) if letter is not None and letter.person_id else None


def _is_known(session: Session, whose: _Whose, refusal: Refusal) -> bool:
    same = exists().where(
        Bounce.person_id == whose.person_id,
        Bounce.delivery_id.is_not_distinct_from(whose.delivery_id),
        Bounce.digest_id.is_not_distinct_from(whose.digest_id),
        Bounce.kind == refusal.kind,
        Bounce.code == refusal.code[:20],
        Bounce.words == refusal.words,
    )
    return bool(session.scalar(select(same)))


def _note(session: Session, whose: _Whose, refusal: Refusal, at: datetime) -> None:
    session.add(
        Bounce(
            person_id=whose.person_id,
            delivery_id=whose.delivery_id,
            digest_id=whose.digest_id,
            kind=refusal.kind,
            code=refusal.code[:20],
            words=refusal.words,
            at=at,
        )
    )


def _mark(session: Session, whose: _Whose, refusal: Refusal) -> None:
    """Say in the ledger that what was accepted came back after all."""
    came_back = {"state": BOUNCED, "reason": refusal.said[:200]}
    of_it = Delivery.id == whose.delivery_id
    if whose.digest_id is not None:
        of_it = Delivery.digest_id == whose.digest_id
        # One that is still on its way, or goes out again, ends by itself.
        of_digest = (Digest.id == whose.digest_id, Digest.state == ACCEPTED)
        digest = update(Digest).where(*of_digest).values(came_back)
        session.execute(digest.execution_options(synchronize_session="fetch"))
    rows = update(Delivery).where(of_it, Delivery.state == ACCEPTED).values(came_back)
    session.execute(rows.execution_options(synchronize_session="fetch"))


def _count(session: Session, whose: _Whose, refusal: Refusal, at: datetime) -> None:
    """Count a failure against a mailbox; in a row, that is, and what may yet arrive does not.

    One mail counts once, however often it is tried.
    """
    if not refusal.is_of_the_mailbox:
        return
    person = session.get_one(Person, whose.person_id)
    mailbox = _mailbox_of(session, person)
    is_repeat = mailbox.failures > 0 and _was_noted_before(session, whose)
    if mailbox.closed_at is not None or (is_repeat and not refusal.closes_at_once):
        return
    if mailbox.failures == 0 or _has_arrived_since(session, mailbox, at):
        mailbox.failures, mailbox.failing_since = 0, at
    mailbox.failures += 1
    mailbox.reason = refusal.said[:300]
    if is_closed_by(refusal, mailbox.failures):
        mailbox.closed_at = at
        record(
            session,
            "mailbox.close",
            by=SYSTEM,
            at=at,
            object_kind="person",
            object_id=person.public_id,
            code=refusal.code,
            failures=mailbox.failures,
        )
    session.flush()


def _mailbox_of(session: Session, person: Person) -> Mailbox:
    """Return what is known of a person's mailbox, locked: nothing, of one they had not before."""
    row = {"person_id": person.id, "address": person.email, "failures": 0}
    session.execute(insert_or_leave(session, Mailbox).values(row))
    mailbox = session.get_one(Mailbox, person.id, with_for_update=True)
    if mailbox.address != person.email:
        mailbox.address = person.email
        _empty(mailbox)
    return mailbox


def _was_noted_before(session: Session, whose: _Whose) -> bool:
    """Tell whether the same mail came back for good, or was refused, before this time."""
    if whose.delivery_id is None and whose.digest_id is None:
        return False
    noted = select(func.count()).where(
        Bounce.person_id == whose.person_id,
        Bounce.delivery_id.is_not_distinct_from(whose.delivery_id),
        Bounce.digest_id.is_not_distinct_from(whose.digest_id),
        Bounce.kind == HARD,
    )
    return (session.scalar(noted) or 0) > 1


def _empty(mailbox: Mailbox) -> None:
    mailbox.failures, mailbox.failing_since = 0, None
    mailbox.closed_at, mailbox.reason = None, None


def _has_arrived_since(session: Session, mailbox: Mailbox, at: datetime) -> bool:
    last_failure = (
        select(func.max(Bounce.at))
        .where(Bounce.person_id == mailbox.person_id, Bounce.at < at)
        .scalar_subquery()
    )
    arrived = exists().where(
        Delivery.person_id == mailbox.person_id,
        Delivery.channel == MAIL,
        Delivery.state == ACCEPTED,
        Delivery.accepted_at > last_failure,
        Delivery.accepted_at <= at - A_ROW_ENDS_AFTER,
    )
    return bool(session.scalar(select(arrived)))


def _end_subscriptions(session: Session, whose: _Whose, at: datetime) -> None:
    """End what brought a mail that its reader calls abuse: they did not want it."""
    of_it = Delivery.id == whose.delivery_id
    if whose.digest_id is not None:
        of_it = Delivery.digest_id == whose.digest_id
    wishes = (
        select(Subscription)
        .where(Subscription.id.in_(select(Delivery.subscription_id).where(of_it)))
        .where(Subscription.ended_at.is_(None))
    )
    for wish in session.scalars(wishes).all():
        by = (whose.person_id, "the holder of the mail")
        subscriptions.end(session, wish, reason=COMPLAINT, by=by, at=at)
