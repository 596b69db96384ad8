"""Trips and sites: whose, which are due for what, and who hears of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from osac_share.accounts.models import Membership
from osac_share.kernel.errors import NotFound
from osac_share.subscriptions.models import SITE, TRIP, Subscription, SubscriptionTerm, Trip
from osac_share.subscriptions.policy import FORGET_AFTER

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

AT_A_TIME = 200
"""So many trips are settled in one go; the rest a few seconds later."""


def trips_of(session: Session, person_id: int) -> Sequence[Trip]:
    """Return somebody's own trips that are not forgotten, the next one first."""
    question = (
        select(Trip)
        .where(Trip.person_id == person_id, Trip.kind == TRIP, Trip.forgotten_at.is_(None))
        .order_by(Trip.starts_at, Trip.id)
    )
    return session.scalars(question).all()


def heard_trips(session: Session, person_id: int) -> frozenset[int]:
    """Return the ids of the trips and sites about which somebody has a living wish."""
    question = select(Subscription.trip_id).where(
        Subscription.person_id == person_id,
        Subscription.ended_at.is_(None),
        Subscription.trip_id.is_not(None),
    )
    return frozenset(one for one in session.scalars(question) if one is not None)


def get_own_trip(session: Session, public_id: str, person_id: int | None) -> Trip:
    """Return a trip of this person's that is not forgotten, locked.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    question = select(Trip).where(
        Trip.public_id == public_id, Trip.person_id == person_id, Trip.kind == TRIP
    )
    return _one(session, question)


def sites_of(session: Session, organization_id: int) -> Sequence[Trip]:
    """Return the sites of an organization by name."""
    question = (
        select(Trip)
        .where(Trip.organization_id == organization_id, *_SITE)
        .order_by(Trip.name, Trip.id)
    )
    return session.scalars(question).all()


def get_site(session: Session, public_id: str, organization_id: int) -> Trip:
    """Return a site of this organization, locked.

    Raises:
        NotFound: there is none, or it is another organization's.

    """
    question = select(Trip).where(
        Trip.public_id == public_id, Trip.organization_id == organization_id, *_SITE
    )
    return _one(session, question)


def _one(session: Session, question: Select[Trip]) -> Trip:
    locked = question.where(Trip.forgotten_at.is_(None)).with_for_update(of=Trip)
    trip = session.scalar(locked.execution_options(populate_existing=True))
    if trip is None:
        raise NotFound
    return trip


def wishes_for(session: Session, trip_id: int) -> Sequence[int]:
    """Return the ids of all wishes that a trip or a site has or had."""
    return session.scalars(select(Subscription.id).where(Subscription.trip_id == trip_id)).all()


def living_wishes_for(session: Session, trip_id: int) -> Sequence[Subscription]:
    """Return the living wishes of a trip or a site."""
    question = select(Subscription).where(
        Subscription.trip_id == trip_id, Subscription.ended_at.is_(None)
    )
    return session.scalars(question).all()


def trips_to_begin(session: Session, *, at: datetime) -> Sequence[Trip]:
    """Return trips that are on and whose wish is not open yet, each locked."""
    shut = (
        exists(Subscription.id)
        .where(Subscription.trip_id == Trip.id, Subscription.ended_at.is_(None))
        .where(SubscriptionTerm.subscription_id == Subscription.id)
        .where(SubscriptionTerm.open.is_(False))
    )
    is_on = and_(Trip.starts_at <= at, Trip.ends_at > at)
    return _due(session, select(Trip).where(Trip.kind == TRIP, is_on, shut))


def trips_to_end(session: Session, *, at: datetime) -> Sequence[Trip]:
    """Return what is over and has living wishes still, each locked."""
    living = exists(Subscription.id).where(
        Subscription.trip_id == Trip.id, Subscription.ended_at.is_(None)
    )
    return _due(session, select(Trip).where(Trip.ends_at <= at, living))


def trips_to_forget(session: Session, *, at: datetime) -> Sequence[Trip]:
    """Return what was over a week ago, each locked."""
    return _due(session, select(Trip).where(Trip.ends_at <= at - FORGET_AFTER))


def _due(session: Session, question: Select[Trip]) -> Sequence[Trip]:
    # What another worker is settling just now is left to it.
    locked = (
        question.where(Trip.forgotten_at.is_(None))
        .order_by(Trip.id)
        .limit(AT_A_TIME)
        .with_for_update(of=Trip, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(locked).all()


def wishes_about_sites(
    session: Session, person_id: int, organization_id: int
) -> Sequence[Subscription]:
    """Return the living wishes by which somebody hears of an organization's sites."""
    question = (
        select(Subscription)
        .join(Trip, Subscription.trip_id == Trip.id)
        .where(Trip.organization_id == organization_id, *_SITE)
        .where(Subscription.person_id == person_id, Subscription.ended_at.is_(None))
        .order_by(Subscription.id)
    )
    return session.scalars(question).all()


def hearing_of_sites(session: Session, organization_id: int) -> Sequence[int]:
    """Return the ids of those who hear of any of an organization's sites."""
    question = (
        select(Subscription.person_id)
        .join(Trip, Subscription.trip_id == Trip.id)
        .where(Trip.organization_id == organization_id, *_SITE)
        .where(Subscription.ended_at.is_(None))
        .distinct()
        .order_by(Subscription.person_id)
    )
    return session.scalars(question).all()


def hears_of(session: Session, trip_id: int, person_id: int) -> bool:
    """Tell whether somebody has a living wish about this trip or site."""
    question = select(Subscription.id).where(
        Subscription.trip_id == trip_id,
        Subscription.person_id == person_id,
        Subscription.ended_at.is_(None),
    )
    return session.scalar(question.limit(1)) is not None


def wishes_of_those_who_left(session: Session) -> Sequence[Subscription]:
    """Return living wishes about sites whose person no longer represents the organization."""
    represents = exists(Membership.id).where(
        Membership.person_id == Subscription.person_id,
        Membership.organization_id == Trip.organization_id,
        Membership.ended_at.is_(None),
    )
    question = (
        select(Subscription)
        .join(Trip, Subscription.trip_id == Trip.id)
        .where(*_SITE, Subscription.ended_at.is_(None), ~represents)
        .order_by(Subscription.id)
        .limit(AT_A_TIME)
    )
    return session.scalars(question).all()


def contacts_to_hear(session: Session, *, but_not_after: str) -> Sequence[tuple[Trip, int]]:
    """Return each site with a point of contact who does not hear of it and never stopped it.

    Args:
        session: the session of the question.
        but_not_after: the one reason for an end that was not the person's own doing.

    """
    known = aliased(Subscription)
    heard = exists(known.id).where(
        known.trip_id == Trip.id,
        known.person_id == Membership.person_id,
        or_(known.ended_at.is_(None), known.ended_reason != but_not_after),
    )
    question = (
        select(Trip, Membership.person_id)
        .join(Membership, Membership.organization_id == Trip.organization_id)
        .where(*_SITE, Membership.is_contact, Membership.ended_at.is_(None))
        .where(Membership.suspended_at.is_(None), ~heard)
        .order_by(Trip.id, Membership.person_id)
        .limit(AT_A_TIME)
    )
    return [(trip, person_id) for trip, person_id in session.execute(question)]


_SITE = (Trip.kind == SITE, Trip.ends_at.is_(None), Trip.forgotten_at.is_(None))
