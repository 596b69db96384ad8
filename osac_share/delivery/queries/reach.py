"""How far an edition has come: counted by the database, however many its readers are.

Readers are counted, not messages: whoever has several channels is reached by the first of them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, case, false, func, or_, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.councils.models import Council, Seat
from osac_share.delivery.models import (
    ACCEPTED,
    BOUNCED,
    FAILED,
    HELD,
    SENDING,
    SKIPPED,
    TO_READ,
    WAITING,
    Delivery,
)
from osac_share.delivery.policy.reach import (
    IS_HELD,
    REACHED,
    STANDINGS,
    WAITS,
    Speed,
    Tally,
    Unreached,
    in_all,
    promised_within,
    words_of_failure,
)
from osac_share.delivery.queries.readers import (
    counts,
    made,
    readers_of,
    represents,
    seated,
    with_answers,
)
from osac_share.subscriptions.documents import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition

MOST_ORGANIZATIONS = 30
"""So many are shown; the file has all of them."""

_MOST_MATCHES = 20
"""More statements than it ever takes to match one edition."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an edition has come."""

    total: Tally
    speed: Speed | None
    channels: Sequence[Tally]
    reasons: Sequence[tuple[str, int]]
    """Why messages were not sent, or came back, and how many, the most frequent first."""
    organizations: Sequence[Tally]
    """Those of whom most were not reached come first; of the rest there are so many more."""
    more_organizations: int
    councils: Sequence[Tally]
    """Those of the seats that readers hold; who sits on several counts in each."""


class Past(NamedTuple):
    """One edition of a series, and how far it has come."""

    edition: Edition
    tally: Tally


def reach_of(session: Session, edition: Edition, *, at: datetime) -> Reach:
    """Return how far an edition has come at `at`, in a handful of questions."""
    counting = _Counting(session, edition, at)
    organizations = counting.by_organization()
    return Reach(
        total=in_all(organizations),
        speed=counting.speed(),
        channels=_by_channel(session, edition.id),
        reasons=_reasons(session, edition.id),
        organizations=sorted(organizations, key=_by_unreached)[:MOST_ORGANIZATIONS],
        more_organizations=max(0, len(organizations) - MOST_ORGANIZATIONS),
        councils=counting.by_council(),
    )


def organizations_reached(session: Session, edition: Edition, *, at: datetime) -> list[Tally]:
    """Return the tallies of the organizations that readers of an edition represent, by name."""
    return _Counting(session, edition, at).by_organization()


def short_reach(session: Session, edition_id: int) -> tuple[int, int]:
    """Return how many readers an edition has reached, and how many were to be reached."""
    accepted = case((Delivery.state == ACCEPTED, Delivery.person_id))
    row = session.execute(
        select(func.count(accepted.distinct()), func.count(Delivery.person_id.distinct())).where(
            Delivery.edition_id == edition_id, Delivery.purpose == TO_READ
        )
    ).one()
    return row[0], row[1]


def series_reach(session: Session, editions: Sequence[Edition]) -> list[Past]:
    """Return how far each of these editions has come; those that told nobody are left out."""
    readers = readers_of([edition.id for edition in editions])
    question = (
        select(readers.c.edition_id, *counts(readers))
        .select_from(with_answers(readers))
        .group_by(readers.c.edition_id)
    )
    rows = session.execute(question).mappings()
    counted = {row["edition_id"]: made("", row) for row in rows}
    return [Past(one, counted[one.id]) for one in editions if one.id in counted]


def unreached_members(
    session: Session, edition: Edition, council_id: int, *, at: datetime, limit: int
) -> list[Unreached]:
    """Return those members of a council who were to hear of an edition and did not, by name."""
    readers = readers_of([edition.id])
    question = (
        select(Person.name, Organization.name, readers.c.standing)
        .join(readers, readers.c.person_id == Person.id)
        .outerjoin(Membership, represents(Person.id))
        .outerjoin(Organization, Organization.id == Membership.organization_id)
        .where(Person.id.in_(seated(at).where(Seat.council_id == council_id)))
        .where(readers.c.standing != STANDINGS.index(REACHED))
        .order_by(Person.name, Person.id)
        .limit(limit)
    )
    rows = session.execute(question)
    return [Unreached(name, of, STANDINGS[standing]) for name, of, standing in rows]


class _Counting:
    """Counts the readers of one edition, by whatever they have in common."""

    def __init__(self, session: Session, edition: Edition, at: datetime) -> None:
        self._session = session
        self._at = at
        self._readers = readers_of([edition.id])
        self.answered = with_answers(self._readers)
        # All readers are matched by one statement, or by a few where one had to be repeated:
        # so the promise is a handful of moments, and no database needs to compute with times.
        matched = select(Delivery.matched_at).where(
            Delivery.edition_id == edition.id, Delivery.purpose == TO_READ
        )
        self._matched = session.scalars(matched.distinct().limit(_MOST_MATCHES)).all()
        self._within = promised_within(edition.severity)

    def _tallies(self, source: Any, key: Any, name: Any) -> list[Tally]:  # noqa: ANN401
        """Return a tally for each group of readers that have the same key, by name."""
        question = (
            select(*counts(self._readers), self._late(), name.label("name"))
            .select_from(source)
            .group_by(key, name)
            .order_by(name)
        )
        return [made(row["name"], row) for row in self._session.execute(question).mappings()]

    def by_organization(self) -> list[Tally]:
        source = self.answered.outerjoin(
            Membership, represents(self._readers.c.person_id)
        ).outerjoin(Organization, Organization.id == Membership.organization_id)
        return self._tallies(source, Organization.id, Organization.name)

    def by_council(self) -> list[Tally]:
        seats = seated(self._at).add_columns(Seat.council_id).distinct().subquery()
        source = self.answered.join(seats, seats.c.person_id == self._readers.c.person_id).join(
            Council, Council.id == seats.c.council_id
        )
        return self._tallies(source, Council.id, Council.name)

    def speed(self) -> Speed | None:
        """Return how fast those were told who hear at once, or None while there are none."""
        moment = self._readers.c.reached_at
        question = (
            select(moment, func.count())
            .where(moment.is_not(None), self._readers.c.is_later == 0)
            .group_by(moment)
            .order_by(moment)
        )
        told = [(reached, number) for reached, number in self._session.execute(question)]
        if not told:
            return None
        began, so_far = min(self._matched), list(accumulate(number for _, number in told))
        median = told[bisect_left(so_far, (so_far[-1] + 1) // 2)][0]
        return Speed(told[0][0] - began, median - began, told[-1][0] - began)

    def _late(self) -> ColumnElement[int]:
        reached = self._readers.c.reached_at
        late: list[ColumnElement[bool]] = [false()]
        for matched in self._matched:
            due = matched + self._within
            missed = or_(reached > due, reached.is_(None)) if self._at > due else reached > due
            late.append(and_(self._readers.c.matched_at == matched, missed))
        counted = case((and_(self._readers.c.is_later == 0, or_(*late)), 1), else_=0)
        return func.coalesce(func.sum(counted), 0).label("late")


def _by_unreached(tally: Tally) -> tuple[int, str]:
    return tally.reached - tally.matched, tally.name


def _by_channel(session: Session, edition_id: int) -> list[Tally]:
    """Return what became of the messages on each channel, the busiest first."""
    is_held = or_(
        Delivery.state == HELD,
        and_(Delivery.state == WAITING, Delivery.held_for.is_not(None)),
    )
    became = case(
        (is_held, IS_HELD),
        (Delivery.state == ACCEPTED, REACHED),
        (Delivery.state == SENDING, WAITS),
        else_=Delivery.state,
    )
    question = (
        select(Delivery.channel, became, func.count())
        .where(Delivery.edition_id == edition_id, Delivery.purpose == TO_READ)
        .group_by(Delivery.channel, became)
    )
    found: dict[str, dict[str, int]] = {}
    for channel, standing, number in session.execute(question):
        found.setdefault(channel, {})[standing] = number
    tallies = (
        Tally(_titled(CHANNELS[channel]), matched=sum(figures.values()), **figures)
        for channel, figures in found.items()
    )
    return sorted(tallies, key=lambda tally: -tally.matched)


def _titled(name: str) -> str:
    return name[0].upper() + name[1:]


def _reasons(session: Session, edition_id: int) -> list[tuple[str, int]]:
    """Return why messages did not come, and how many; refusals without what a server said."""
    code = func.substr(Delivery.reason, 1, 3)
    said = case((Delivery.state == SKIPPED, Delivery.reason), else_=code)
    question = (
        select(Delivery.state, said, func.count())
        .where(Delivery.edition_id == edition_id, Delivery.purpose == TO_READ)
        .where(Delivery.state.in_((SKIPPED, FAILED, BOUNCED)))
        .group_by(Delivery.state, said)
    )
    words: dict[str, int] = {}
    for state, reason, number in session.execute(question):
        shown = reason if state == SKIPPED else words_of_failure(state, reason)
        words[shown or state] = words.get(shown or state, 0) + number
    return sorted(words.items(), key=lambda one: (-one[1], one[0]))
