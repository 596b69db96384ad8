"""Planning trips, keeping what they promise, and forgetting them. None of these commits.

A trip owns the wish by which its traveller hears of the countries: noted when the trip is
planned, open while it lasts, and without a word of where it led a week after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, update

from osac_share.audit.actions import record
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.subscriptions import policy, queries
from osac_share.subscriptions.actions.hours import settle_hours, settle_silent_travellers
from osac_share.subscriptions.actions.turns import take_turns
from osac_share.subscriptions.actions.wishes import end
from osac_share.subscriptions.documents import name_of_places
from osac_share.subscriptions.models import TRIP, Subscription, SubscriptionTerm, Trip
from osac_share.subscriptions.policy import ANY
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor

THE_CLOCK = (None, "the clock")
OVER = "the trip is over"
OVER_ALREADY = "This trip is over already."


def plan_trip(
    session: Session,
    places: Sequence[tuple[str, str]],
    *,
    first: date,
    last: date,
    channels: Collection[str],
    by: Actor,
    at: datetime,
) -> Trip:
    """Note where a member will be; from the first day to the last they hear of all of it at once.

    The same trip twice stays one.

    Args:
        session: the session of the act.
        places: where to, as `(iso2, place or "")`; days begin by the clock of the first.
        first: the first day there.
        last: the last day there.
        channels: by which ways they want to hear.
        by: the traveller.
        at: when this is noted, in UTC.

    Raises:
        NotAllowed: the actor is no member in good standing.
        RuleBroken: the days make no sense, or there are too many trips.

    """
    if not policy.may_subscribe(by) or by.id is None:
        raise NotAllowed("Only members can tell of their trips.")
    trip = _trip(places, first, last, by.id, at)
    take_turns(session, by.id)
    planned = queries.trips_of(session, by.id)
    if same := next((other for other in planned if _is_same(trip, other)), None):
        return same
    _check_room(planned, at)
    hear_of(session, trip, by.id, channels=policy.channel_mask(channels), at=at)
    settle_hours(session, by.id, at=at)
    _record(session, "trip.plan", trip, by=by.name_in_record, at=at)
    return trip


def _check_room(planned: Sequence[Trip], at: datetime) -> None:
    coming = [trip for trip in planned if trip.ends_at is None or trip.ends_at > at]
    if len(coming) >= policy.MOST_TRIPS:
        raise RuleBroken("You have too many trips. Delete some of those that are still to come.")


def _trip(
    places: Sequence[tuple[str, str]], first: date, last: date, person_id: int, at: datetime
) -> Trip:
    _check_days(first, last, at)
    zone = taxonomy.country(places[0][0]).time_zone
    starts_at, ends_at = policy.span_of(first, last, zone)
    if ends_at <= at:
        raise RuleBroken(OVER_ALREADY)
    kept = [{"country": country, "place": place} for country, place in places]
    return Trip(
        kind=TRIP,
        person_id=person_id,
        name=name_of_places(kept),
        time_zone=zone,
        starts_at=starts_at,
        ends_at=ends_at,
        places=kept,
        created_at=at,
    )


def _is_same(trip: Trip, other: Trip) -> bool:
    days = (trip.starts_at, trip.ends_at) == (other.starts_at, other.ends_at)
    return days and trip.places == other.places


def _check_days(first: date, last: date, at: datetime) -> None:
    if last < first:
        raise RuleBroken("The last day is before the first.")
    if last - first > policy.LONGEST_TRIP:
        raise RuleBroken("A trip lasts no longer than a year. Subscribe to the country instead.")
    # Somewhere it is still the day before.
    if last < at.date() - policy.DAY:
        raise RuleBroken(OVER_ALREADY)
    if first - at.date() > policy.FARTHEST_AHEAD:
        raise RuleBroken("This trip is more than two years ahead.")


def hear_of(
    session: Session, trip: Trip, person_id: int, *, channels: int, at: datetime
) -> Subscription:
    """Let somebody hear of all that concerns the countries of a trip or a site while it lasts."""
    ends_at = trip.ends_at
    is_on = trip.starts_at <= at and (ends_at is None or ends_at > at)
    subscription = Subscription(person_id=person_id, trip=trip, channels=channels, created_at=at)
    subscription.terms = [
        SubscriptionTerm(
            place=country, topic=ANY, person_id=person_id, min_rank=1, channels=channels, open=is_on
        )
        for country in sorted({place["country"] for place in trip.places})
    ]
    session.add(subscription)
    session.flush()
    return subscription


def cancel_trip(session: Session, trip: Trip, *, by: Actor, at: datetime) -> None:
    """End a trip and forget it at once, whether it is over or not."""
    _end(session, trip, reason="the trip was deleted", by=by.name_in_record, at=at)
    trip.ends_at = min(trip.ends_at or at, at)
    _forget(session, trip, at=at)
    settle_hours(session, trip.person_id, at=at)
    _record(session, "trip.delete", trip, by=by.name_in_record, at=at)


def begin_due_trips(session: Session, *, at: datetime) -> int:
    """Open the wishes of trips whose first day has come, and return how many trips began."""
    due = queries.trips_to_begin(session, at=at)
    for trip in due:
        of_trip = queries.living_wishes_for(session, trip.id)
        session.execute(
            update(SubscriptionTerm)
            .where(SubscriptionTerm.subscription_id.in_([one.id for one in of_trip]))
            .values(open=True)
        )
        settle_hours(session, trip.person_id, at=at)
    settle_silent_travellers(session, at=at)
    return len(due)


def end_due_trips(session: Session, *, at: datetime) -> int:
    """End the wishes of trips whose last day is over, and return how many trips ended."""
    due = queries.trips_to_end(session, at=at)
    for trip in due:
        _end(session, trip, reason=OVER, by=THE_CLOCK, at=at)
        if trip.kind == TRIP:
            settle_hours(session, trip.person_id, at=at)
    return len(due)


def forget_old_trips(session: Session, *, at: datetime) -> int:
    """Delete where people were, and when, a week after; return of how many trips.

    The wish itself stays, without a place, for the ledger that names it as a reason.
    """
    due = queries.trips_to_forget(session, at=at)
    for trip in due:
        _forget(session, trip, at=at)
    return len(due)


def _end(
    session: Session, trip: Trip, *, reason: str, by: tuple[int | None, str], at: datetime
) -> None:
    for subscription in queries.living_wishes_for(session, trip.id):
        end(session, subscription, reason=reason, by=by, at=at)


def _forget(session: Session, trip: Trip, *, at: datetime) -> None:
    wishes = queries.wishes_for(session, trip.id)
    session.execute(delete(SubscriptionTerm).where(SubscriptionTerm.subscription_id.in_(wishes)))
    trip.name, trip.places, trip.time_zone = "", [], "UTC"
    # Days say where somebody was, too, to whoever knows what happened there.
    trip.starts_at = trip.ends_at = trip.created_at
    trip.forgotten_at = at
    session.flush()


def _record(
    session: Session, action: str, trip: Trip, *, by: tuple[int | None, str], at: datetime
) -> None:
    # The record is kept for good: it says that there was a trip, and never where to.
    record(session, action, by=by, at=at, object_kind="trip", object_id=trip.public_id)
