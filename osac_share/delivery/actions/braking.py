"""Holding back mail from whoever is in quiet hours, or was told too much within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, update

from osac_share.delivery.models import CAP, HELD, QUIET, SENDING, Delivery
from osac_share.delivery.policy.brakes import IN_QUIET_HOURS
from osac_share.delivery.queries.brakes import Brakes
from osac_share.kernel.outcomes import Outcome, PutOff

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from osac_share.kernel.leases import Claim


def brake(
    session: Session, claims: Sequence[Claim], readers: Mapping[int, int], *, at: datetime
) -> tuple[list[Claim], list[Outcome]]:
    """Return the claims that may go on, and the outcomes of those that wait for quiet hours' end.

    What is one mail too many for today is held, and comes with all else that is, of whichever
    councils, in a mail now and then. Emergencies, and calls to work, always go on.

    Args:
        session: the session in which they are claimed.
        claims: all of them.
        readers: who is to read what may be held back, by the delivery; nobody of other claims.
        at: now, in UTC.

    """
    brakes = Brakes(session, readers, at=at)
    passing: list[Claim] = []
    waiting: list[Outcome] = []
    too_many: list[int] = []
    for taken in claims:
        if until := brakes.quiet_until(taken.id):
            waiting.append(Outcome(taken, put_off=PutOff(until, IN_QUIET_HOURS)))
        elif brakes.lets_pass(taken.id):
            passing.append(taken)
        else:
            too_many.append(taken.id)
    note_quiet(session, [one.claim.id for one in waiting], [one.id for one in passing])
    held = {"state": HELD, "held_for": CAP, "digest_id": None, "available_at": at}
    _note(session, too_many, Delivery.state == SENDING, **held, lease_until=None)
    return passing, waiting


def note_quiet(session: Session, asleep: Collection[int], awake: Collection[int]) -> None:
    """Note which of the claimed deliveries wait for the end of quiet hours, and which no more.

    Args:
        session: the session in which they are claimed.
        asleep: the ids of those whose readers are in quiet hours, and
        awake: of those whose readers are not: nothing of the kind excuses it if they are late.

    """
    _note(session, asleep, Delivery.state == SENDING, held_for=QUIET)
    _note(session, awake, Delivery.held_for == QUIET, held_for=None)


def remember_quiet(session: Session, became: Sequence[Outcome]) -> None:
    """Note of what was taken at the first try after quiet hours that it had waited for their end.

    It came when it was to come. Call this before the outcomes are written down.
    """
    taken = [one.claim.id for one in became if one.answer is not None and one.answer.accepted]
    if taken:
        session.connection().execute(_REMEMBERING, {"taken": taken})


_REMEMBERING = (
    update(Delivery)
    .where(Delivery.id.in_(bindparam("taken", expanding=True)))
    .where(Delivery.reason == IN_QUIET_HOURS)
    .values(held_for=QUIET)
)
"""Asked whenever mails have gone out, and put together once."""


def _note(
    session: Session, delivery_ids: Collection[int], which: ColumnElement[bool], **values: object
) -> None:
    # They are claimed: nobody else writes to them meanwhile.
    if delivery_ids:
        session.connection().execute(
            update(Delivery).where(Delivery.id.in_(delivery_ids), which).values(values)
        )
