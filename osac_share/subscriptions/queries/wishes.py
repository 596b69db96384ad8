"""What a person has subscribed to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.kernel.errors import NotFound
from osac_share.subscriptions.models import ALL_KINDS, Subscription, SubscriptionTerm
from osac_share.subscriptions.policy import ANY, SEVERITY_RANK

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from osac_share.subscriptions.policy import Wish


AT_A_TIME = 1000
"""So many ids are asked for in one question."""


def subscriptions_of(session: Session, person_id: int) -> Sequence[Subscription]:
    """Return a person's living subscriptions, oldest first, those of trips and sites apart."""
    question = (
        select(Subscription)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .where(Subscription.trip_id.is_(None))
        .order_by(Subscription.id)
    )
    return session.scalars(question).all()


def find_same(session: Session, person_id: int, wish: Wish) -> Subscription | None:
    """Return the person's living subscription to exactly this, if there is one."""
    question = (
        select(Subscription)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .where(Subscription.frequency == wish.frequency, Subscription.trip_id.is_(None))
        .where(Subscription.words == wish.words)
        .where(*(getattr(Subscription, name) == it for name, it in wish.columns.items()))
        .order_by(Subscription.id)
    )
    if wish.terms:
        # Those that have one of the terms are few; only their other terms are looked at.
        place, topic = min(wish.terms)
        question = question.join(SubscriptionTerm).where(
            SubscriptionTerm.place == place, SubscriptionTerm.topic == topic
        )
    for subscription in session.scalars(question):
        if {(term.place, term.topic) for term in subscription.terms} == wish.terms:
            return subscription
    return None


def find_worded(session: Session, person_id: int | None, words: str) -> Subscription | None:
    """Return the person's living subscription to what a search finds, if there is one."""
    question = (
        select(Subscription)
        .where(Subscription.person_id == person_id, Subscription.words == words)
        .where(Subscription.ended_at.is_(None))
        .order_by(Subscription.id)
    )
    return session.scalars(question.limit(1)).first()


def worded_wishes_of(
    session: Session, person_ids: Collection[int], *, living: bool = True
) -> Sequence[Subscription]:
    """Return these people's subscriptions to what searches find, oldest first."""
    question = select(Subscription).where(
        Subscription.person_id.in_(person_ids), Subscription.words != ""
    )
    if living:
        question = question.where(Subscription.ended_at.is_(None))
    return session.scalars(question.order_by(Subscription.id)).all()


def standing_wishes(session: Session) -> list[tuple[int, str]]:
    """Return `(id, public id)` of every living subscription to what a search finds."""
    question = select(Subscription.id, Subscription.public_id).where(
        Subscription.words != "", Subscription.ended_at.is_(None)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def words_of(session: Session, subscription_ids: Collection[int]) -> dict[int, str]:
    """Return the words of these subscriptions, by id."""
    question = select(Subscription.id, Subscription.words)
    ids = sorted(subscription_ids)
    found: dict[int, str] = {}
    for start in range(0, len(ids), AT_A_TIME):
        some = question.where(Subscription.id.in_(ids[start : start + AT_A_TIME]))
        found |= {row[0]: row[1] for row in session.execute(some)}
    return found


def find_about(
    session: Session, person_id: int | None, *, place: str = ANY, topic: str = ANY
) -> Subscription | None:
    """Return the person's living subscription to all that concerns one place or one topic."""
    if person_id is None:
        return None
    found = _whole(session, person_id, [place], topic)
    return found[0] if found else None


def wishes_about_places(
    session: Session, person_id: int | None, places: Collection[str]
) -> dict[str, Subscription]:
    """Return, by place, the person's living subscription to all that concerns it, if any."""
    if person_id is None:
        return {}
    found = _whole(session, person_id, places, ANY)
    return {subscription.terms[0].place: subscription for subscription in reversed(found)}


def _whole(
    session: Session, person_id: int, places: Collection[str], topic: str
) -> list[Subscription]:
    question = (
        select(Subscription)
        .join(SubscriptionTerm)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .where(Subscription.trip_id.is_(None), Subscription.kinds == ALL_KINDS)
        .where(Subscription.min_rank == min(SEVERITY_RANK.values()))
        .where(SubscriptionTerm.place.in_(places), SubscriptionTerm.topic == topic)
        .order_by(Subscription.id)
    )
    found = session.scalars(question)
    return [subscription for subscription in found if len(subscription.terms) == 1]


def count_living(session: Session, person_id: int) -> int:
    """Return how many living subscriptions a person has, those of trips and sites apart."""
    question = select(func.count()).where(
        Subscription.person_id == person_id,
        Subscription.ended_at.is_(None),
        Subscription.trip_id.is_(None),
    )
    return session.scalar(question) or 0


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


def get_own_wish(
    session: Session, public_id: str, person_id: int | None, *, to_change: bool = False
) -> Subscription:
    """Return a living subscription of this person's that can be changed; `to_change` locks it.

    Raises:
        NotFound: there is none, it has ended, belongs to a trip or a site, or is somebody else's.

    """
    question = select(Subscription).where(
        Subscription.public_id == public_id,
        Subscription.person_id == person_id,
        Subscription.ended_at.is_(None),
        Subscription.trip_id.is_(None),
    )
    if to_change:
        question = question.with_for_update(of=Subscription)
        question = question.execution_options(populate_existing=True)
    subscription = session.scalar(question)
    if subscription is None:
        raise NotFound
    return subscription


def find_by_public_id(session: Session, public_id: str) -> Subscription | None:
    """Return a subscription by the id that its signed link names."""
    return session.scalar(select(Subscription).where(Subscription.public_id == public_id))
