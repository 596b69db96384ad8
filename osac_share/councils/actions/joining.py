"""Members of the community come to sit on a council. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.actions.noting import note, tell
from osac_share.councils.actions.seating import seat, tell_of_seat
from osac_share.councils.models import BY_ANYBODY, JoinRequest
from osac_share.councils.models.joining import ACCEPTED, REFUSED, TAKEN_BACK, WAITING
from osac_share.councils.policy import (
    AUTHORING,
    MEMBER,
    MEMBERS,
    SEATS,
    may_keep_list,
    may_publish_for,
)
from osac_share.councils.queries import actor_of, find_own_request, find_seat, holders
from osac_share.kernel.errors import NotAllowed, RuleBroken

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council, Seat
    from osac_share.councils.policy import Actor


def join(session: Session, council: Council, *, words: str, by: Actor, at: datetime) -> Seat | None:
    """Join a council that is open to the community, or ask one that decides for itself.

    Args:
        session: the session of the act.
        council: which, locked: of two presses at once, one finds the other's request.
        words: what those who decide read, if anything.
        by: who wants to join.
        at: now, in UTC.

    Returns:
        The seat, or None when the council has been asked.

    Raises:
        NotAllowed: the actor is no member of the community in good order.
        RuleBroken: the council is closed, or they sit there or have asked already.

    """
    if by.id is None or MEMBERS not in by.clearance:
        raise NotAllowed("This is for members of the community.")
    if council.is_closed:
        raise RuleBroken("It is closed and takes nobody in.")
    if find_seat(session, council.id, by.id, SEATS, at=at) is not None:
        raise RuleBroken("You have a seat here already.")
    if find_own_request(session, council.id, by.id) is not None:
        raise RuleBroken("You have asked already. The chairs will answer you.")
    if council.joining == BY_ANYBODY:
        return seat(session, council, by.id, MEMBER, at=at, by=by)
    asked = JoinRequest(council=council, person_id=by.id, words=words, asked_at=at)
    session.add(asked)
    session.flush()
    note(session, "ask", council, by=by, at=at)
    for _seat, person in holders(session, council.id, AUTHORING, at=at):
        tell(session, "join_asked", person, council, {"name": by.name}, at=at)
    return None


def take_back(session: Session, asked: JoinRequest, *, by: Actor, at: datetime) -> None:
    """Take back one's own request.

    Raises:
        RuleBroken: it has been answered.

    """
    _answer(asked, TAKEN_BACK, by=by, at=at)
    note(session, "ask_no_more", asked.council, by=by, at=at)


def accept(session: Session, asked: JoinRequest, *, by: Actor, at: datetime) -> Seat:
    """Let somebody in who asked.

    Raises:
        NotAllowed: the actor does not keep this council's list.
        RuleBroken: it has been answered, or they may not join any more.

    """
    _require_keeper(asked.council, by)
    _answer(asked, ACCEPTED, by=by, at=at)
    _tell_answer(session, asked, at=at)
    return _seat_member(session, asked.council, asked.person_id, by=by, at=at)


def turn_down(
    session: Session, asked: JoinRequest, *, because: str, by: Actor, at: datetime
) -> None:
    """Refuse somebody who asked, with the reason that they read.

    Raises:
        NotAllowed: the actor does not keep this council's list.
        RuleBroken: it has been answered.

    """
    _require_keeper(asked.council, by)
    asked.why = because
    _answer(asked, REFUSED, by=by, at=at)
    _tell_answer(session, asked, at=at)
    note(session, "turn_down", asked.council, by=by, at=at, person=asked.person_id)


def add_member(
    session: Session, council: Council, person_id: int, *, by: Actor, at: datetime
) -> Seat:
    """Put a member of the community on the council's list without their asking.

    Raises:
        NotAllowed: the actor does not keep this council's list.
        RuleBroken: they are no member in good order, or sit here already.

    """
    _require_keeper(council, by)
    if council.is_closed:
        raise RuleBroken("It is closed and takes nobody in.")
    taken = _seat_member(session, council, person_id, by=by, at=at)
    asked = find_own_request(session, council.id, person_id)
    if asked is not None:
        _answer(asked, ACCEPTED, by=by, at=at)
    tell_of_seat(session, taken, at=at)
    return taken


def set_joining(
    session: Session, council: Council, joining: str, *, by: Actor, at: datetime
) -> None:
    """Say how members come to sit on the council, one of `models.JOINING`.

    Raises:
        NotAllowed: the actor does not lead this council.

    """
    if not may_publish_for(by.standing, council.id):
        raise NotAllowed("The chairs say how members join.")
    if council.joining != joining:
        note(session, "joining", council, by=by, at=at, changed=[council.joining, joining])
        council.joining = joining


def _seat_member(
    session: Session, council: Council, person_id: int, *, by: Actor, at: datetime
) -> Seat:
    if MEMBERS not in actor_of(session, person_id, at=at).clearance:
        raise RuleBroken("They are no member of the community in good order.")
    if find_seat(session, council.id, person_id, SEATS, at=at) is not None:
        raise RuleBroken("They have a seat here already.")
    return seat(session, council, person_id, MEMBER, at=at, by=by)


def _require_keeper(council: Council, by: Actor) -> None:
    if not may_keep_list(by.standing, council.id):
        raise NotAllowed("The chairs and the secretary let people in.")


def _answer(asked: JoinRequest, state: str, *, by: Actor, at: datetime) -> None:
    if asked.state != WAITING:
        raise RuleBroken("This has been answered already.")
    asked.state, asked.decided_by, asked.decided_at = state, by.id, at


def _tell_answer(session: Session, asked: JoinRequest, *, at: datetime) -> None:
    words = {"answer": asked.state, "why": asked.why}
    tell(session, "join_answered", asked.person, asked.council, words, at=at)
