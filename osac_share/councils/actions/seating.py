"""Who takes and who leaves a seat. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.accounts.queries import get_person
from osac_share.councils.actions.clearing import settle
from osac_share.councils.actions.noting import note, tell
from osac_share.councils.models import Seat
from osac_share.councils.policy import (
    MEMBER,
    SEATS,
    SECRETARY,
    STEERING,
    may_keep_list,
    may_run_councils,
    may_seat_for,
)
from osac_share.councils.queries import find_seat, seats_to_come
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor


def seat(
    session: Session,
    council: Council,
    person_id: int,
    kind: str,
    *,
    at: datetime,
    starts: datetime | None = None,
    until: datetime | None = None,
    by: Actor | None = None,
) -> Seat:
    """Give a person a seat; what they may see changes in the same transaction.

    This asks for no right: whoever calls it has. A seat that starts later counts from then on.

    Args:
        session: the session of the act.
        council: where the seat is.
        person_id: who takes it.
        kind: one of the kinds in `policy`.
        at: now, in UTC.
        starts: when the seat begins; now, when left out.
        until: when it ends; open, when left out.
        by: who does it; the house itself when left out.

    """
    begins = at if starts is None else starts
    taken = Seat(council=council, person_id=person_id, kind=kind, started_at=begins, ended_at=until)
    session.add(taken)
    settle(session, taken, at=at)
    detail = {} if begins == at else {"starts": begins.isoformat()}
    note(session, "seat", council, by=by, at=at, person=person_id, kind=kind, **detail)
    return taken


def unseat(
    session: Session,
    held: Seat,
    *,
    at: datetime,
    ends: datetime | None = None,
    by: Actor | None = None,
    because: str = "",
) -> None:
    """End a seat, now or at a later moment; one that never began never counts.

    This asks for no right: whoever calls it has.
    """
    held.ended_at = max(at if ends is None else ends, held.started_at)
    settle(session, held, at=at)
    detail = {"because": because} if because else {}
    note(
        session,
        "unseat",
        held.council,
        by=by,
        at=at,
        person=held.person_id,
        kind=held.kind,
        ends=held.ended_at.isoformat(),
        **detail,
    )


def end_seats_of(
    session: Session, person_id: int, *, at: datetime, by: Actor | None = None, because: str = ""
) -> int:
    """End every seat of somebody who leaves, and return how many there were."""
    held = seats_to_come(session, person_id, at=at)
    for one in held:
        unseat(session, one, at=at, by=by, because=because)
    return len(held)


def seat_on_committee(
    session: Session, council: Council, person_id: int, kind: str, *, by: Actor, at: datetime
) -> Seat:
    """Let the chair seat a member of the council on its steering committee or as its secretary.

    Raises:
        NotAllowed: the actor does not chair this council.
        RuleBroken: it is no such seat, somebody from outside, or theirs already.

    """
    if not may_seat_for(by.standing, council.id):
        raise NotAllowed("The chair seats the steering committee and the secretary.")
    if kind not in (STEERING, SECRETARY):
        raise RuleBroken("Chairs and co-chairs are appointed by two people together.")
    if find_seat(session, council.id, person_id, (kind,), at=at) is not None:
        raise RuleBroken("They hold this seat already.")
    if find_seat(session, council.id, person_id, SEATS, at=at) is None:
        raise RuleBroken("Only somebody who sits on the council can take this seat.")
    taken = seat(session, council, person_id, kind, at=at, by=by)
    tell_of_seat(session, taken, at=at)
    return taken


def remove(session: Session, held: Seat, *, by: Actor, at: datetime) -> None:
    """Let the chairs and the secretary end a member's seat, or the chair one that helps them.

    Raises:
        NotAllowed: the actor does not decide about this seat.

    """
    standing, council_id = by.standing, held.council_id
    if held.kind == MEMBER:
        is_theirs = may_keep_list(standing, council_id)
    else:
        is_theirs = held.kind in (STEERING, SECRETARY) and may_seat_for(standing, council_id)
    if not is_theirs:
        raise NotAllowed("You do not decide about this seat.")
    unseat(session, held, at=at, by=by)
    tell_of_end(session, held, at=at)


def end_term(session: Session, held: Seat, *, by: Actor, at: datetime) -> None:
    """Let an administrator end an office at once, without a successor.

    Raises:
        NotAllowed: the actor does not run councils.
        RuleBroken: it has ended already.

    """
    if not may_run_councils(by.standing):
        raise NotAllowed("This is for the program's administrators.")
    if held.has_ended_by(at):
        raise RuleBroken("This seat has ended already.")
    unseat(session, held, at=at, by=by)
    tell_of_end(session, held, at=at)


def leave(session: Session, council: Council, *, by: Actor, at: datetime) -> None:
    """Give up one's own seat as a member; officers ask whoever seated them.

    Raises:
        RuleBroken: they hold no such seat.

    """
    held = by.id and find_seat(session, council.id, by.id, (MEMBER,), at=at)
    if not held:
        raise RuleBroken("You hold no seat here that you could give up by yourself.")
    unseat(session, held, at=at, by=by)


def tell_of_seat(session: Session, taken: Seat, *, at: datetime) -> None:
    """Write to somebody whom others have given a seat."""
    words: dict[str, str | datetime] = {"seat": _label(taken), "starts": taken.started_at}
    words["until"] = "" if taken.ended_at is None else taken.ended_at
    person = get_person(session, taken.person_id)
    tell(session, "seat_given", person, taken.council, words, at=at)


def tell_of_end(session: Session, held: Seat, *, at: datetime) -> None:
    """Write to somebody whose seat others have ended, or will."""
    words: dict[str, str | datetime] = {"seat": _label(held), "ends": held.ended_at or at}
    person = get_person(session, held.person_id)
    tell(session, "seat_ended", person, held.council, words, at=at)


def _label(seat: Seat) -> str:
    return taxonomy.seat_kind(seat.kind).label.lower()
