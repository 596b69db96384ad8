"""Appointing chairs and co-chairs for a term, with a hand-over. Two people want it first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from osac_share.accounts.queries import get_person
from osac_share.councils.actions.seating import seat, tell_of_end, tell_of_seat, unseat
from osac_share.councils.policy import CHAIR, PUBLISHING, may_hold, may_run_councils
from osac_share.councils.queries import find_council, find_seat, get_seat, standing_of
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.proposals.actions import propose
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council, Seat
    from osac_share.councils.policy import Actor
    from osac_share.proposals.models import Proposal

CHANGE_CHAIR = "change_chair"
"""What proposals to appoint a chair or co-chair are called."""

A_MOMENT = timedelta(microseconds=1)
"""A term that ends at midnight ends on the day before."""

LONGEST_OVERLAP = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Term:
    """Who is to lead a council, from when until when, and whose seat they take over."""

    council_id: int
    person_id: int
    kind: str
    starts: datetime
    ends: datetime | None = None
    replaces: int | None = None
    overlap: timedelta = timedelta()

    def as_about(self) -> dict[str, Any]:
        """Return it as the ids and whole numbers of a proposal; moments are Unix seconds."""
        return {
            "council": self.council_id,
            "person": self.person_id,
            "kind": self.kind,
            "starts": int(self.starts.timestamp()),
            "ends": None if self.ends is None else int(self.ends.timestamp()),
            "replaces": self.replaces,
            "overlap_days": self.overlap.days,
        }

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Term:
        """Read what `as_about` wrote."""
        ends = about["ends"]
        return cls(
            about["council"],
            about["person"],
            about["kind"],
            datetime.fromtimestamp(about["starts"], UTC),
            None if ends is None else datetime.fromtimestamp(ends, UTC),
            about["replaces"],
            timedelta(days=about["overlap_days"]),
        )


def propose_term(session: Session, term: Term, *, by: Actor, at: datetime) -> Proposal:
    """Propose to appoint a chair or co-chair.

    Raises:
        NotAllowed: the actor does not run councils.
        RuleBroken: the term cannot be as things are, or is proposed already.

    """
    if not may_run_councils(by.standing):
        raise NotAllowed("This is for the program's administrators.")
    council, former = require_possible(session, term, at=at)
    words = _in_words(session, term, council, former)
    return propose(session, CHANGE_CHAIR, about=term.as_about(), words=words, by=by, at=at)


def require_possible(session: Session, term: Term, *, at: datetime) -> tuple[Council, Seat | None]:
    """Return the council of a term and the seat that it takes over, if any.

    Raises:
        NotFound: the seat to be taken over is not one of this council.
        RuleBroken: the term cannot be as things are at `at`; the message says why.

    """
    council = find_council(session, term.council_id, to_change=True)
    if council is None or council.is_closed:
        raise RuleBroken("It is closed: nobody leads it any more.")
    if term.kind not in PUBLISHING:
        raise RuleBroken("Only chairs and co-chairs are appointed this way.")
    standing = standing_of(session, term.person_id, at=at)
    if not may_hold(standing, term.kind):
        raise RuleBroken(
            "A chair is an active account of the U.S. Government."
            if term.kind == CHAIR
            else "A co-chair is an active account of a member organization in the private sector."
        )
    if term.ends is not None and term.ends <= max(term.starts, at):
        raise RuleBroken("The term would end before it begins.")
    if not timedelta() <= term.overlap <= LONGEST_OVERLAP:
        raise RuleBroken(f"The two can serve side by side for up to {LONGEST_OVERLAP.days} days.")
    if find_seat(session, council.id, term.person_id, PUBLISHING, at=at) is not None:
        raise RuleBroken("This person leads it already, or is appointed to.")
    former = None if term.replaces is None else get_seat(session, council, term.replaces)
    if former is not None and (former.kind != term.kind or former.has_ended_by(at)):
        raise RuleBroken("The seat to be handed over is not held any more.")
    return council, former


def appoint(session: Session, term: Term, *, by: Actor, at: datetime) -> Seat:
    """Seat a chair or co-chair for a term, and end the predecessor's with it.

    The predecessor's seat ends at the moment when the successor's begins, or so many days
    later as the two serve side by side. A beginning that has passed meanwhile is now. Both
    are told by letter.

    Raises:
        NotFound: the seat to be taken over is not one of this council.
        RuleBroken: the term cannot be as things are at `at`.

    """
    council, former = require_possible(session, term, at=at)
    starts = max(term.starts, at)
    taken = seat(
        session, council, term.person_id, term.kind, at=at, starts=starts, until=term.ends, by=by
    )
    tell_of_seat(session, taken, at=at)
    if former is not None:
        hands_over = starts + term.overlap
        if former.ended_at is None or former.ended_at > hands_over:
            unseat(session, former, at=at, ends=hands_over, by=by)
        tell_of_end(session, former, at=at)
    return taken


def _in_words(session: Session, term: Term, council: Council, former: Seat | None) -> str:
    label = taxonomy.seat_kind(term.kind).label.lower()
    name = get_person(session, term.person_id).name
    words = f"{name} becomes {label} of {council.name} on {_day(term.starts, council)}"
    if term.ends is not None:
        words += f", until {_day(term.ends - A_MOMENT, council)}"
    if former is not None:
        words += f", and takes over from {get_person(session, former.person_id).name}"
        if term.overlap:
            words += f" with {term.overlap.days} days side by side"
    return words


def _day(moment: datetime, council: Council) -> str:
    there = moment.astimezone(ZoneInfo(council.time_zone))
    return f"{there.day} {there:%b %Y}"
