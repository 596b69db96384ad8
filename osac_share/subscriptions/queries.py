"""Whose wish is met by a report, and what a person has subscribed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

from osac_share.accounts.models import Membership
from osac_share.councils.models import Clearance
from osac_share.kernel.errors import NotFound
from osac_share.subscriptions.models import Subscription, SubscriptionTerm
from osac_share.subscriptions.policy import ANY, SEVERITY_RANK

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session


def matching(
    *,
    countries: Collection[str],
    topics: Collection[str],
    severity: str,
    audience: AbstractSet[str],
) -> Select[int, int]:
    """Return the question who hears of such a report: `(person id, subscription id)` rows.

    Each person once, with the oldest of the subscriptions that match, which is the reason
    they are given. Only people whose clearance meets the audience are among them. The
    question is one set-based statement: nothing per recipient runs outside the database.
    """
    cleared = select(Clearance.person_id).where(Clearance.token.in_(audience))
    return (
        select(
            SubscriptionTerm.person_id.label("person_id"),
            func.min(SubscriptionTerm.subscription_id).label("subscription_id"),
        )
        .where(SubscriptionTerm.open.is_(True))
        .where(SubscriptionTerm.country.in_([*countries, ANY]))
        .where(SubscriptionTerm.topic.in_([*topics, ANY]))
        .where(SubscriptionTerm.min_rank <= SEVERITY_RANK[severity])
        .where(SubscriptionTerm.person_id.in_(cleared))
        .group_by(SubscriptionTerm.person_id)
    )


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many would hear of a report, and how many would not, and why."""

    people: int
    organizations: int
    only_graver: int
    """Subscribed to the places and topics, but for graver things only."""
    not_cleared: int
    """Subscribed to the places and topics, but outside of those who may see it."""
    unsubscribed: int
    """Members of the issuing council who may see it and subscribed to nothing that fits."""


def forecast(
    session: Session,
    *,
    countries: Collection[str],
    topics: Collection[str],
    severity: str,
    audience: AbstractSet[str],
    council_id: int | None,
) -> Forecast:
    """Return who would hear of such a report at once, as things stand."""
    cleared = select(Clearance.person_id).where(Clearance.token.in_(audience))
    fitting = (
        select(SubscriptionTerm.person_id)
        .where(SubscriptionTerm.open.is_(True))
        .where(SubscriptionTerm.country.in_([*countries, ANY]))
        .where(SubscriptionTerm.topic.in_([*topics, ANY]))
    )
    asked = SubscriptionTerm.min_rank <= SEVERITY_RANK[severity]
    hear = fitting.where(asked, SubscriptionTerm.person_id.in_(cleared))
    own = select(Clearance.person_id).where(Clearance.token == f"council:{council_id}")
    homes = select(Membership.organization_id).where(
        Membership.person_id.in_(hear), Membership.ended_at.is_(None)
    )
    graver = fitting.where(
        SubscriptionTerm.person_id.in_(cleared), SubscriptionTerm.person_id.not_in(hear)
    )
    outside = fitting.where(asked, SubscriptionTerm.person_id.not_in(cleared))
    idle = own.where(Clearance.person_id.in_(cleared), Clearance.person_id.not_in(fitting))
    return Forecast(
        people=_number(session, hear),
        organizations=_number(session, homes),
        only_graver=_number(session, graver),
        not_cleared=_number(session, outside),
        unsubscribed=_number(session, idle),
    )


def _number(session: Session, question: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(question.distinct().subquery())) or 0


def subscriptions_of(session: Session, person_id: int) -> Sequence[Subscription]:
    """Return a person's living subscriptions, oldest first."""
    question = (
        select(Subscription)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .order_by(Subscription.id)
    )
    return session.scalars(question).all()


def find_same(
    session: Session, person_id: int, *, terms: AbstractSet[tuple[str, str]], min_rank: int
) -> Subscription | None:
    """Return the person's living subscription to exactly these terms, if there is one."""
    # Those that have one of the terms are few; only their other terms are looked at.
    country, topic = min(terms)
    question = (
        select(Subscription)
        .join(SubscriptionTerm)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .where(Subscription.min_rank == min_rank)
        .where(SubscriptionTerm.country == country, SubscriptionTerm.topic == topic)
        .order_by(Subscription.id)
    )
    for subscription in session.scalars(question):
        if {(term.country, term.topic) for term in subscription.terms} == terms:
            return subscription
    return None


def get_own(session: Session, public_id: str, person_id: int | None) -> Subscription:
    """Return a subscription of this person's, living or ended.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    question = select(Subscription).where(
        Subscription.public_id == public_id, Subscription.person_id == person_id
    )
    subscription = session.scalar(question)
    if subscription is None:
        raise NotFound
    return subscription


def find_by_public_id(session: Session, public_id: str) -> Subscription | None:
    """Return a subscription by the id that its signed link names."""
    return session.scalar(select(Subscription).where(Subscription.public_id == public_id))
