"""Subscribing and ending it. None of these commits."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from osac_share.accounts.models import Person
from osac_share.audit.actions import record as record_act
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.subscriptions import policy, queries
from osac_share.subscriptions.models import Subscription, SubscriptionTerm
from osac_share.subscriptions.policy import ANY, SEVERITY_RANK

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor

MOST_TERMS = 2000
"""A bound on countries x topics of one wish; whoever wants more means "any"."""


def subscribe(
    session: Session,
    *,
    countries: Collection[str],
    topics: Collection[str],
    min_severity: str,
    by: Actor,
    at: datetime,
) -> Subscription:
    """Note a wish for mail at once; the same wish twice stays one subscription.

    Args:
        session: the session of the act.
        countries: ISO codes; none means any country.
        topics: topic slugs; none means any topic.
        min_severity: the lowest severity that is wanted.
        by: the member who wishes.
        at: when, in UTC.

    Raises:
        NotAllowed: the actor is no member in good standing.
        RuleBroken: the wish names too many combinations.

    """
    if not policy.may_subscribe(by) or by.id is None:
        raise NotAllowed("Only members can subscribe by mail. Feeds are open to everyone.")
    terms = _terms(countries, topics)
    rank = SEVERITY_RANK[min_severity]
    _take_turns(session, by.id)
    if same := queries.find_same(session, by.id, terms=terms, min_rank=rank):
        return same
    subscription = Subscription(person_id=by.id, min_rank=rank, created_at=at)
    subscription.terms = [
        SubscriptionTerm(country=country, topic=topic, person_id=by.id, min_rank=rank)
        for country, topic in sorted(terms)
    ]
    session.add(subscription)
    session.flush()
    _record(session, "subscription.begin", subscription, by=by.name_in_record, at=at)
    return subscription


def _terms(countries: Collection[str], topics: Collection[str]) -> set[tuple[str, str]]:
    terms = set(product(countries or (ANY,), topics or (ANY,)))
    if len(terms) > MOST_TERMS:
        raise RuleBroken("That is too many combinations; leave countries or topics open instead.")
    return terms


def _take_turns(session: Session, person_id: int) -> None:
    # Of the same wish made twice at once, the second waits here and then finds the first.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())


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
