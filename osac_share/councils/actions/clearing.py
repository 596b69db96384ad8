"""The kept copy of what people may see: renewed with every change, and when a seat turns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert

from osac_share.accounts.actions import end_weak_sessions
from osac_share.councils.models import Clearance
from osac_share.councils.policy import AUTHORING, MEMBERS, clearance_of, next_turn
from osac_share.councils.queries import standing_of, turned_seats

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Seat


def renew_clearance(session: Session, person_id: int, *, at: datetime) -> None:
    """Write the kept copy of a person's clearance anew.

    Call it in the transaction of every change of standing. Somebody who is no member in
    good order keeps no row at all: nothing is matched to them.
    """
    tokens = clearance_of(standing_of(session, person_id, at=at))
    session.execute(delete(Clearance).where(Clearance.person_id == person_id))
    if MEMBERS in tokens:
        session.execute(
            insert(Clearance),
            [{"person_id": person_id, "token": token} for token in sorted(tokens)],
        )


def settle(session: Session, seat: Seat, *, at: datetime) -> None:
    """Let a seat that is new, ended or turned count as it does at `at`, and note when it turns.

    Whoever comes to write for a council goes on only in a session that is strong enough.
    """
    session.flush()
    seat.turns_at = next_turn(seat.started_at, seat.ended_at, at)
    session.flush()
    renew_clearance(session, seat.person_id, at=at)
    if seat.kind in AUTHORING and seat.counts_at(at):
        end_weak_sessions(session, seat.person_id, at=at)


def settle_turned_seats(session: Session, *, at: datetime) -> int:
    """Settle the seats that began or ended by the clock, and return how many."""
    turned = turned_seats(session, at=at)
    for seat in turned:
        settle(session, seat, at=at)
    return len(turned)
