"""Whose wish is met by a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Select, and_, bindparam, case, cast, exists, func, select

from osac_share.accounts.models import Membership
from osac_share.councils.models import Clearance
from osac_share.subscriptions.models import AT_ONCE, Subscription, SubscriptionTerm
from osac_share.subscriptions.policy import (
    ANY,
    CHANNEL_BITS,
    EMERGENCY,
    KIND_BITS,
    PACES,
    SEVERITY_RANK,
    place_of_council,
    place_of_region,
)
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from sqlalchemy import BindParameter, ColumnElement
    from sqlalchemy.orm import Session

_ROOM = 10**12
"""More than there will ever be subscriptions: pace and subscription share one number below it."""


@dataclass(frozen=True, slots=True)
class News:
    """What decides who wants to hear of an edition.

    `searches` are the ids of the subscriptions, living or not, whose words find it.
    """

    countries: Collection[str]
    topics: Collection[str]
    kind: str
    severity: str
    council_id: int | None
    audience: AbstractSet[str]
    searches: Collection[int] = ()

    @property
    def places(self) -> list[str]:
        """Return the places of terms that ask for it."""
        regions = {taxonomy.country(code).region for code in self.countries}
        councils = [] if self.council_id is None else [place_of_council(self.council_id)]
        return [*self.countries, *sorted(map(place_of_region, regions)), *councils, ANY]

    def is_wanted(self) -> ColumnElement[bool]:
        """Return the condition that an open term asks for it, whoever may see it."""
        return and_(
            SubscriptionTerm.open.is_(True),
            SubscriptionTerm.place.in_(self.places),
            SubscriptionTerm.topic.in_([*self.topics, ANY]),
            SubscriptionTerm.min_rank <= SEVERITY_RANK[self.severity],
            SubscriptionTerm.kinds.bitwise_and(KIND_BITS[self.kind]) != 0,
        )


def matching(news: News, *, channel: str | None = None) -> Select[int, int, int]:
    """Return the question who hears of it: `(person id, subscription id, pace)` rows.

    Each person once, with the fastest and then the oldest of the wishes that match: it is the
    reason they are given. Only people whose clearance meets the audience are among them. The
    question is one set-based statement: nothing per recipient runs outside the database.

    Args:
        news: what there is to hear.
        channel: wishes for this channel alone; for any when left out.

    """
    term = SubscriptionTerm
    wanted = news.is_wanted()
    if channel is not None:
        wanted = and_(wanted, term.channels.bitwise_and(CHANNEL_BITS[channel]) != 0)
    first = func.min(cast(term.pace, BigInteger) * _ROOM + term.subscription_id)
    asked = select(term.person_id, first.label("first")).where(wanted).group_by(term.person_id)
    if news.searches:
        both = asked.union_all(_searching(news, channel)).subquery()
        asked = select(both.c.person_id, func.min(both.c.first).label("first")).group_by(
            both.c.person_id
        )
    found = asked.subquery()
    return select(
        found.c.person_id,
        (found.c.first % _ROOM).label("subscription_id"),
        found.c.first.op("/")(_ROOM).label("pace"),
        # Asked once of each person rather than of each term, and of nobody who wants nothing.
    ).where(_may_see(found.c.person_id, news))


def _searching(news: News, channel: str | None) -> Select[int, int]:
    """Return the question whose searches find it, as `(person id, pace and subscription)` rows."""
    wish = Subscription
    pace = case(PACES, value=wish.frequency, else_=0)
    question = select(wish.person_id, cast(pace, BigInteger) * _ROOM + wish.id).where(
        wish.ended_at.is_(None), _is_among(wish.id, news.searches)
    )
    if channel is not None:
        question = question.where(wish.channels.bitwise_and(CHANNEL_BITS[channel]) != 0)
    return question


def _is_among(column: Any, ids: Collection[int]) -> ColumnElement[bool]:  # noqa: ANN401
    # Written into the statement: there may be more of them than it can have parameters.
    among: BindParameter[Any] = bindparam(None, list(ids), expanding=True, literal_execute=True)
    found: ColumnElement[bool] = column.in_(among)
    return found


def _may_see(person_id: ColumnElement[int], news: News) -> ColumnElement[bool]:
    return exists().where(Clearance.person_id == person_id, Clearance.token.in_(news.audience))


def another_reason(
    session: Session,
    news: News,
    person_ids: Collection[int],
    *,
    channel: str | None = None,
    at_once: bool = False,
) -> dict[int, Subscription]:
    """Return, for those of these people who still want to hear of it, the wish that says so.

    Args:
        session: the session to ask in.
        news: what there is to hear.
        person_ids: the people.
        channel: wishes for this channel alone; for any when left out.
        at_once: wishes to hear at once alone, none for a digest.

    """
    asked = matching(news, channel=channel).subquery()
    question = (
        select(asked.c.person_id, Subscription)
        .join(Subscription, Subscription.id == asked.c.subscription_id)
        .where(asked.c.person_id.in_(person_ids))
    )
    if at_once:
        question = question.where(asked.c.pace == PACES[AT_ONCE])
    return dict(session.execute(question).all())


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many would hear of a report, and how many would not, and why."""

    people: int
    in_digest: int
    """Of those people, so many read it in a digest; an emergency waits for none."""
    organizations: int
    only_graver: int
    """Subscribed to the places and topics, but for graver things only."""
    not_cleared: int
    """Subscribed to the places and topics, but outside of those who may see it."""
    unsubscribed: int
    """Members of the issuing council who may see it and subscribed to nothing that fits."""


def forecast(session: Session, news: News) -> Forecast:
    """Return who would hear of such a report, as things stand."""
    term = SubscriptionTerm
    cleared = select(Clearance.person_id).where(Clearance.token.in_(news.audience))
    fitting = (
        select(term.person_id)
        .where(term.open.is_(True), term.place.in_(news.places))
        .where(term.topic.in_([*news.topics, ANY]))
        .where(term.kinds.bitwise_and(KIND_BITS[news.kind]) != 0)
    )
    asked = term.min_rank <= SEVERITY_RANK[news.severity]
    hear = fitting.where(asked, term.person_id.in_(cleared))
    at_once = hear if news.severity == EMERGENCY else hear.where(term.pace == PACES[AT_ONCE])
    own = select(Clearance.person_id).where(Clearance.token == f"council:{news.council_id}")
    homes = select(Membership.organization_id).where(
        Membership.person_id.in_(hear), Membership.ended_at.is_(None)
    )
    graver = fitting.where(term.person_id.in_(cleared), term.person_id.not_in(hear))
    outside = fitting.where(asked, term.person_id.not_in(cleared))
    idle = own.where(Clearance.person_id.in_(cleared), Clearance.person_id.not_in(fitting))
    people = _number(session, hear)
    return Forecast(
        people=people,
        in_digest=people - _number(session, at_once),
        organizations=_number(session, homes),
        only_graver=_number(session, graver),
        not_cleared=_number(session, outside),
        unsubscribed=_number(session, idle),
    )


def _number(session: Session, question: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(question.distinct().subquery())) or 0
