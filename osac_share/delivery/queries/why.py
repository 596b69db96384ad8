"""Why somebody was told of an edition, and why not, out of the ledger and of what they wished.

Wishes are ended and never edited, so what they were at the time is there to be read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.councils.policy import clearance_of, may_see
from osac_share.councils.queries import standing_of
from osac_share.delivery.models import DAILY, TO_READ, WEEKLY, Delivery
from osac_share.delivery.policy import EMERGENCY
from osac_share.delivery.policy.why import (
    KIND,
    PLACE,
    SEVERITY,
    TOPIC,
    WORDS,
    Offer,
    Telling,
    Told,
    misfits,
    place_that_fits,
    told,
    topic_that_fits,
)
from osac_share.delivery.queries.acknowledging import acknowledged_at
from osac_share.delivery.queries.parcels import news_of
from osac_share.delivery.queries.wording import enumerate_finds
from osac_share.reports.models import WITHDRAWN
from osac_share.reports.policy import WRITTEN_HERE
from osac_share.search.queries.standing import words_found
from osac_share.subscriptions.documents import (
    CHANNELS,
    describe,
    names_of_councils,
    sentence_of,
)
from osac_share.subscriptions.models import ReadingHours, Subscription
from osac_share.subscriptions.policy import ANY, Wish, wish_of
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition, Report
    from osac_share.subscriptions.queries import News

FOUND_OUT_WITHIN = timedelta(minutes=5)
"""So long after its publication an edition's readers may not have been found yet."""


@dataclass(frozen=True, slots=True)
class Match:
    """What of a wish fitted an edition, each as it is called; of a search, the words `found`."""

    wish: str
    place: str
    topic: str
    kind: str
    severity: str
    found: str = ""
    is_search: bool = False


@dataclass(frozen=True, slots=True)
class Near:
    """The wish that came nearest, and the one thing in which it asks for something else."""

    wish: str
    misfit: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why somebody was told of an edition, or why not.

    Attributes:
        edition: the edition.
        told: on which ways, and what became of each; nothing when there was none.
        match: the wish that asked for it, if one did.
        why_not: why nothing was sent, as a sentence; empty when something was.
        near: the nearest of the wishes of that time, where none fitted.
        acknowledged_at: when they said that they received it.

    """

    edition: Edition
    told: Sequence[Told]
    match: Match | None
    why_not: str
    near: Near | None
    acknowledged_at: datetime | None


def explain(
    session: Session, person_id: int, report: Report, edition: Edition, *, at: datetime
) -> Explanation:
    """Return why a person was told of a published edition that they may see, or why not."""
    rows = session.scalars(
        select(Delivery)
        .where(Delivery.edition_id == edition.id, Delivery.person_id == person_id)
        .where(Delivery.purpose == TO_READ)
        .order_by(Delivery.id)
    ).all()
    hours = session.get(ReadingHours, person_id)
    due = {DAILY: hours.next_daily_at, WEEKLY: hours.next_weekly_at} if hours else {}
    news = news_of(session, edition)
    match, why_not, near = None, "", None
    if rows:
        match = _match(session, edition, news, rows[0].subscription_id)
    else:
        why_not, near = _why_not(session, person_id, report, edition, news, at)
    return Explanation(
        edition=edition,
        told=[_told(row, edition, due) for row in rows],
        match=match,
        why_not=why_not,
        near=near,
        acknowledged_at=acknowledged_at(session, edition.id, person_id),
    )


def _told(row: Delivery, edition: Edition, due: Mapping[str, datetime | None]) -> Told:
    telling = _telling(row, is_emergency=edition.severity == EMERGENCY)
    became = told(telling, next_digest_at=due.get(row.held_for or ""))
    return replace(became, channel=CHANNELS[row.channel])


def _telling(row: Delivery, *, is_emergency: bool) -> Telling:
    return Telling(
        channel=row.channel,
        state=row.state,
        held_for=row.held_for,
        reason=row.reason,
        attempts=row.attempts,
        matched_at=row.matched_at,
        available_at=row.available_at,
        accepted_at=row.accepted_at,
        in_digest=row.digest_id is not None,
        is_emergency=is_emergency,
    )


def _offer(news: News) -> Offer:
    return Offer(news.places, list(news.topics), news.kind, news.severity)


def _match(
    session: Session, edition: Edition, news: News, subscription_id: int | None
) -> Match | None:
    subscription = subscription_id and session.get(Subscription, subscription_id)
    if not subscription:
        return None
    wish, offer = wish_of(subscription), _offer(news)
    if _misfits(session, edition, wish, offer):
        # They were told of an earlier edition, which is no longer what it was.
        return None
    place, topic = place_that_fits(wish, offer), topic_that_fits(wish, offer)
    nearest = Wish(places=[] if place in {None, ANY} else [str(place)])
    words = sentence_of(nearest, names_of_councils(session, nearest))
    return Match(
        wish=describe(subscription),
        place=words.places or (f"published by {words.councils}" if words.councils else "any"),
        topic="any" if topic in {None, ANY} else taxonomy.topic(str(topic)).label,
        kind=taxonomy.kind(offer.kind).label,
        severity=taxonomy.severity(offer.severity).label,
        found=_found(session, edition, wish),
        is_search=bool(wish.words),
    )


def _found(session: Session, edition: Edition, wish: Wish) -> str:
    words = words_found(session, edition, wish.words) if wish.words else None
    return enumerate_finds(words)


def _misfits(session: Session, edition: Edition, wish: Wish, offer: Offer) -> list[str]:
    """Return what of a wish does not fit; a search, which is one thing, is farther than all."""
    if not wish.words:
        return misfits(wish, offer)
    fits = words_found(session, edition, wish.words) is not None
    return [] if fits else [WORDS] * len(Offer.__slots__)


def _why_not(
    session: Session,
    person_id: int,
    report: Report,
    edition: Edition,
    news: News,
    at: datetime,
) -> tuple[str, Near | None]:
    published = edition.published_at or at
    if report.origin not in WRITTEN_HERE:
        return "It was taken over from elsewhere. Nobody is told of what is imported.", None
    if not edition.is_major:
        return "It is a minor edition, a correction. Nobody is told of those.", None
    then = clearance_of(standing_of(session, person_id, at=published))
    if not may_see(then, news.audience):
        return "When it was published you were not among those who may see it.", None
    if edition.outcome == WITHDRAWN:
        return "That it was withdrawn was told to those who had been told of it.", None
    return _why_no_wish(session, person_id, edition, news, published, at)


def _why_no_wish(
    session: Session,
    person_id: int,
    edition: Edition,
    news: News,
    published: datetime,
    at: datetime,
) -> tuple[str, Near | None]:
    wishes = session.scalars(
        select(Subscription).where(Subscription.person_id == person_id).order_by(Subscription.id)
    ).all()
    offer = _offer(news)
    misses = {one.id: _misfits(session, edition, wish_of(one), offer) for one in wishes}
    held = [one for one in wishes if _held(one, published)]
    if any(not misses[one.id] for one in held):
        if at - published < FOUND_OUT_WITHIN:
            return "It has just been published: who hears of it is being found out.", None
        return "One of your subscriptions asks for it, and yet nothing was sent.", None
    later = [one for one in wishes if one.created_at > published]
    if any(not misses[one.id] for one in later):
        return "It was published before you subscribed to what it is about.", None
    if not held:
        return "You had no subscription when it was published.", None
    nearest = min(held, key=lambda one: len(misses[one.id]))
    words = "None of the subscriptions that you had when it was published asks for it."
    return words, Near(describe(nearest), _misfit(session, wish_of(nearest), offer))


def _held(subscription: Subscription, moment: datetime) -> bool:
    """Tell whether a wish was there at a moment, its trip on, and its places still known."""
    trip = subscription.trip
    if trip is not None:
        is_on = trip.starts_at <= moment and (trip.ends_at is None or moment < trip.ends_at)
        if trip.forgotten_at is not None or not is_on:
            return False
    ended = subscription.ended_at
    return subscription.created_at <= moment and (ended is None or moment < ended)


def _misfit(session: Session, wish: Wish, offer: Offer) -> str:
    """Return the first thing that does not fit, as what is asked for and what there is."""
    if wish.words:
        return "This has not all that it looks for."
    words = sentence_of(wish, names_of_councils(session, wish))
    has = sentence_of(
        Wish(places=[one for one in offer.places if ":" not in one and one != ANY]), {}
    )
    topics = ", ".join(taxonomy.topic(one).label for one in offer.topics)
    asked, there = {
        PLACE: (words.places or f"what {words.councils} publishes", has.places),
        TOPIC: (words.topics, topics or "no topic in particular"),
        KIND: (words.kinds, taxonomy.kind(offer.kind).plural),
        SEVERITY: (words.severities, taxonomy.severity(offer.severity).label.lower()),
    }[misfits(wish, offer)[0]]
    return f"It asks for {asked}; this is {there}."
