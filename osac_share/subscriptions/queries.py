"""Whose wish is met by a report, and what a person has subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, func, select

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


def forecast(
    session: Session,
    *,
    countries: Collection[str],
    topics: Collection[str],
    severity: str,
    audience: AbstractSet[str],
) -> int:
    """Return how many people would hear of such a report at once."""
    question = matching(countries=countries, topics=topics, severity=severity, audience=audience)
    return session.scalar(select(func.count()).select_from(question.subquery())) or 0


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
