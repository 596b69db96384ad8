"""Subscribing and ending it. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from osac_share.audit.actions import record as record_act
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.subscriptions import policy, queries
from osac_share.subscriptions.actions.hours import ensure_hours
from osac_share.subscriptions.actions.turns import take_turns
from osac_share.subscriptions.models import AT_ONCE, Subscription, SubscriptionTerm

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.subscriptions.policy import Wish

CHANGED = "changed"

MOST_TERMS = 2000
"""A bound on places x topics of one wish; whoever wants more means "any"."""

MOST_WISHES = 100
"""A bound on the living wishes of one person; wishes can be joined."""


def subscribe(session: Session, wish: Wish, *, by: Actor, at: datetime) -> Subscription:
    """Note a wish; the same wish twice stays one subscription.

    Raises:
        NotAllowed: the actor is no member in good standing.
        RuleBroken: the wish names too many combinations, or there are too many wishes.

    """
    if not policy.may_subscribe(by) or by.id is None:
        raise NotAllowed("Only members can subscribe by mail. Feeds are open to everyone.")
    if len(wish.terms) > MOST_TERMS:
        raise RuleBroken("That is too many combinations; leave places or topics open instead.")
    take_turns(session, by.id)
    if same := queries.find_same(session, by.id, wish):
        return same
    if queries.count_living(session, by.id) >= MOST_WISHES:
        raise RuleBroken("You have too many subscriptions. End some, or join several into one.")
    if wish.frequency != AT_ONCE:
        ensure_hours(session, by.id, at=at)
    subscription = Subscription(
        person_id=by.id,
        created_at=at,
        frequency=wish.frequency,
        words=wish.words,
        **wish.columns,
    )
    pace = policy.PACES[wish.frequency]
    subscription.terms = [
        SubscriptionTerm(place=place, topic=topic, person_id=by.id, pace=pace, **wish.columns)
        for place, topic in sorted(wish.terms)
    ]
    session.add(subscription)
    session.flush()
    _record(session, "subscription.begin", subscription, by=by.name_in_record, at=at)
    return subscription


def change(
    session: Session, subscription: Subscription, wish: Wish, *, by: Actor, at: datetime
) -> Subscription:
    """Let another wish take the place of one: that one ends, as changed, and the other begins.

    Raises:
        NotAllowed: the actor is no member in good standing.
        RuleBroken: the old one has ended, or belongs to a trip; or the new one names too much.

    """
    if subscription.ended_at is not None or subscription.trip_id is not None:
        raise RuleBroken("This subscription cannot be changed any more.")
    if by.id is not None and queries.find_same(session, by.id, wish) is subscription:
        return subscription
    end(session, subscription, reason=CHANGED, by=by.name_in_record, at=at)
    return subscribe(session, wish, by=by, at=at)


def end(
    session: Session,
    subscription: Subscription,
    *,
    reason: str,
    by: tuple[int | None, str],
    at: datetime,
) -> None:
    """End a subscription. Ending it twice changes nothing."""
    if subscription.ended_at is not None:
        return
    subscription.ended_at, subscription.ended_reason = at, reason
    session.execute(
        update(SubscriptionTerm)
        .where(SubscriptionTerm.subscription_id == subscription.id)
        .values(open=False)
    )
    _record(session, "subscription.end", subscription, by=by, at=at, reason=reason)


def _record(
    session: Session,
    action: str,
    subscription: Subscription,
    *,
    by: tuple[int | None, str],
    at: datetime,
    **detail: str,
) -> None:
    record_act(
        session,
        action,
        by=by,
        at=at,
        object_kind="subscription",
        object_id=subscription.public_id,
        **detail,
    )
