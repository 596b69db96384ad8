"""Holding back mail from whoever is in quiet hours, or was told too much within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from osac_share.delivery.models import BURST, HELD, QUIET, SENDING, Delivery
from osac_share.delivery.queries.brakes import Brakes
from osac_share.kernel.outcomes import Outcome, PutOff

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.kernel.leases import Claim

IN_QUIET_HOURS = "quiet hours"


def brake(
    session: Session, claims: Sequence[Claim], *, at: datetime
) -> tuple[list[Claim], list[Outcome]]:
    """Return the claims that may go on, and the outcomes of those that wait for quiet hours' end.

    What is one mail too many for today is held as if it were of a burst, and comes in a digest
    with the rest. Emergencies, and calls to work, always go on.
    """
    brakes = Brakes(session, [taken.id for taken in claims], at=at)
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
    _note(session, [outcome.claim.id for outcome in waiting], held_for=QUIET)
    _note(session, too_many, held_for=BURST, state=HELD, available_at=at, lease_until=None)
    return passing, waiting


def _note(session: Session, delivery_ids: Collection[int], **values: object) -> None:
    # They have just been claimed: nobody else can hold them in this transaction.
    if delivery_ids:
        session.execute(
            update(Delivery)
            .where(Delivery.id.in_(delivery_ids), Delivery.state == SENDING)
            .values(values)
            .execution_options(synchronize_session=False)
        )
