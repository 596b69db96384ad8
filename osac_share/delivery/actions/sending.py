"""Handing claimed deliveries to the mail server, and writing down what it said."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import insert, update

from osac_share.delivery.actions.bouncing import mark_early_returns, note_refusals
from osac_share.delivery.actions.braking import brake, remember_quiet
from osac_share.delivery.models import HELD, Delivery, DeliveryAttempt
from osac_share.delivery.policy import EMERGENCY, reason_not_to_call, reason_to_skip
from osac_share.delivery.queries import Parcel, Summons, parcels, summonses
from osac_share.delivery.queries.wording import findings, words_of
from osac_share.kernel import outcomes
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.outcomes import Batch, Outcome, attempted, hand_over
from osac_share.subscriptions.models import AT_ONCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.delivery.messages import Calls, Letters
    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Mailer


def address(
    session: Session, claims: Sequence[Claim], *, letters: Letters, calls: Calls, at: datetime
) -> Batch:
    """Return the mails that these claims are for.

    Everybody's right is checked now, on freshly read facts: whoever was suspended, lost a
    seat or unsubscribed since they were matched gets nothing. Whoever is in quiet hours gets it
    when they end, and whoever wishes for digests by now gets it in the next one.
    """
    found = _found(session, {taken.id for taken in claims}, at=at)
    claims, waiting = brake(session, claims, _readers(found), at=at)
    found = {taken.id: found[taken.id] for taken in claims}
    batch = Batch(settled=waiting)
    give_new_reasons(session, found)
    words = _words(session, [one for one in found.values() if isinstance(one, Parcel)])
    for taken in claims:
        parcel = found[taken.id]
        if reason := _reason_to_skip(parcel):
            batch.settled.append(Outcome(taken, skipped=reason))
        elif isinstance(parcel, Summons):
            what = parcel.edition, parcel.purpose, parcel.address
            batch.write(taken, partial(calls.address, *what, delivery_id=taken.id))
        elif _belongs_to_a_digest(parcel):
            _hold(session, taken, parcel.reason.frequency)
        else:
            _put(batch, taken, parcel, words[parcel.edition.id, parcel.reason.id], letters)
    return batch


def _put(batch: Batch, taken: Claim, parcel: Parcel, words: str, letters: Letters) -> None:
    # What an edition says is written now, and what is personal on the way: it asks the database
    # nothing, and other writers need not wait for it.
    letter = attempted(taken, partial(letters.letter, parcel.edition))
    if isinstance(letter, Outcome):
        batch.settled.append(letter)
        return
    personal = {"subscription": parcel.reason.public_id, "subscription_words": words}
    write = partial(letters.personal, letter, parcel.address, delivery_id=taken.id, **personal)
    batch.ready.append((taken, write))


def _words(session: Session, parcels: Sequence[Parcel]) -> dict[tuple[int, int], str]:
    """Return by edition and wish what was asked for, and what it found there if it was a search."""
    wishes = words_of(session, {one.reason.id for one in parcels})
    found = findings(session, ((one.edition, one.reason.id) for one in parcels))
    return {
        key: f"{wishes[key[1]]}, which found {found[key]}" if key in found else wishes[key[1]]
        for key in {(one.edition.id, one.reason.id) for one in parcels}
    }


def _found(
    session: Session, delivery_ids: AbstractSet[int], *, at: datetime
) -> dict[int, Parcel | Summons]:
    found: dict[int, Parcel | Summons] = {**parcels(session, delivery_ids, at=at)}
    if others := delivery_ids - found.keys():
        found |= summonses(session, others, at=at)
    return found


def _readers(found: Mapping[int, Parcel | Summons]) -> dict[int, int]:
    return {
        delivery_id: parcel.person_id
        for delivery_id, parcel in found.items()
        if isinstance(parcel, Parcel) and parcel.edition.severity != EMERGENCY
    }


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


def send(mailer: Mailer, batch: Batch, *, seconds: float | None = None) -> list[Outcome]:
    """Hand a batch to the mail server, and return what became of each of its claims.

    Args:
        mailer: open already.
        batch: what is to go out.
        seconds: see `hand_over`.

    """
    crashpoint("before_send")
    return hand_over(mailer, batch, seconds=seconds, passed=lambda: crashpoint("after_send"))


def _reason_to_skip(parcel: Parcel | Summons) -> str | None:
    if isinstance(parcel, Summons):
        return reason_not_to_call(parcel.work)
    return reason_to_skip(parcel.facts)


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
