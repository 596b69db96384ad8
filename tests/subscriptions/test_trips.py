"""Trips: told of, begun and ended by the clock, and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.delivery.actions import match
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.promises import PROMISES
from osac_share.subscriptions import policy
from osac_share.subscriptions.actions import plan_trip
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.models import Subscription, SubscriptionTerm, Trip
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

PAGE = "/trips"
DAY = timedelta(days=1)
BEGINS = datetime(2026, 3, 9, 21, tzinfo=UTC)
"""The tenth of March in Nairobi."""
ENDS = BEGINS + 3 * DAY
ANSWERS = {"places": "Nairobi, Kenya\nKampala, Uganda", "first": "2026-03-10", "last": "2026-03-12"}


@pytest.fixture
def dora(clock: Traveller, signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.dora)


def planned(session: Session, cast: Cast, *, at: datetime) -> Trip:
    with transaction(session):
        return plan_trip(
            session,
            [("KE", "Nairobi")],
            first=BEGINS.date() + DAY,
            last=ENDS.date(),
            channels=["mail"],
            by=cast.actors["dora"],
            at=at,
        )


def trips(session: Session) -> list[Trip]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Trip).order_by(Trip.id)))


def wish_of_trip(session: Session, trip: Trip) -> Subscription:
    session.expire_all()
    return session.scalars(select(Subscription).where(Subscription.trip_id == trip.id)).one()


def hears(session: Session, cast: Cast, *, at: datetime) -> bool:
    """Tell whether Dora is told of a routine report on Kenya that comes out now."""
    with transaction(session):
        words = Words(severity="routine", topics=["crime"])
        by = cast.actors["amara"]
        _report, edition = make_report(session, cast.kenya, by=by, words=words, at=at)
        match(session, edition.id, at=at)
    question = select(Delivery.id).where(
        Delivery.edition_id == edition.id, Delivery.person_id == cast.dora.id
    )
    return session.scalar(question) is not None


def turn(session: Session, at: datetime) -> int:
    return PROMISES["trips turned"](session, at)


def test_trip_is_noted_with_its_days_there(dora: Visitor, session: Session) -> None:
    shown = dora.submit(PAGE, to=None, follow=True, **ANSWERS)
    (trip,) = trips(session)
    assert (trip.name, trip.time_zone) == ("Nairobi and Kampala", "Africa/Nairobi")
    assert (trip.starts_at, trip.ends_at) == (BEGINS, ENDS)
    assert trip.places == [
        {"country": "KE", "place": "Nairobi"},
        {"country": "UG", "place": "Kampala"},
    ]
    assert "Nairobi and Kampala, Kenya, Uganda: 10 Mar 2026 to 12 Mar 2026. Still to come." in (
        shown.text
    )
    wish = wish_of_trip(session, trip)
    assert [(term.place, term.topic, term.open) for term in wish.terms] == [
        ("KE", "*", False),
        ("UG", "*", False),
    ]
    assert describe(wish) == "what concerns your trip to Nairobi and Kampala"
    assert "You have no subscriptions" not in dora.open("/subscriptions").text


def test_same_trip_twice_is_one(dora: Visitor, session: Session) -> None:
    for _ in range(2):
        assert dora.submit(PAGE, to=None, follow=False, **ANSWERS).status == 303
    assert len(trips(session)) == 1


def test_traveller_hears_from_the_first_day_to_the_last(
    session: Session, cast: Cast, at: datetime
) -> None:
    planned(session, cast, at=at)
    second = timedelta(seconds=1)
    turned = {}
    for moment in (at, BEGINS - second, BEGINS, ENDS - second, ENDS):
        turned[moment] = (turn(session, moment), hears(session, cast, at=moment))
    assert list(turned.values()) == [(0, False), (0, False), (1, True), (0, True), (1, False)]


def test_trip_that_has_begun_already_is_heard_of_at_once(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        plan_trip(
            session,
            [("KE", "")],
            first=at.date() - DAY,
            last=at.date(),
            channels=["mail"],
            by=cast.actors["dora"],
            at=at,
        )
    assert hears(session, cast, at=at)


def test_trip_missed_in_an_outage_is_ended_and_forgotten_at_once(
    session: Session, cast: Cast, at: datetime
) -> None:
    trip = planned(session, cast, at=at)
    assert turn(session, ENDS + 8 * DAY) == 2
    session.refresh(trip)
    assert (trip.forgotten_at, trip.places) == (ENDS + 8 * DAY, [])


def test_week_after_nothing_says_where_somebody_was(
    session: Session, cast: Cast, at: datetime
) -> None:
    trip = planned(session, cast, at=at)
    turn(session, BEGINS)
    assert hears(session, cast, at=BEGINS)
    turn(session, ENDS)
    assert turn(session, ENDS + 7 * DAY - timedelta(seconds=1)) == 0
    assert turn(session, ENDS + 7 * DAY) == 1
    session.refresh(trip)
    assert (trip.name, trip.places, trip.forgotten_at) == ("", [], ENDS + 7 * DAY)
    assert (trip.time_zone, trip.starts_at, trip.ends_at) == ("UTC", at, at)
    wish = wish_of_trip(session, trip)
    assert (describe(wish), wish.terms) == ("a trip that is over", [])
    assert (wish.ended_at, wish.ended_reason) == (ENDS, "the trip is over")
    assert session.scalar(select(func.count()).where(Delivery.subscription_id == wish.id)) == 1
    assert session.scalar(select(func.count()).select_from(SubscriptionTerm)) == 0
    told = [str(entry.detail) for entry in session.scalars(select(AuditEntry))]
    assert not [words for words in told if "Nairobi" in words or "'KE'" in words]
    assert turn(session, ENDS + 30 * DAY) == 0


def test_deleted_trip_is_forgotten_at_once(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    trip = planned(session, cast, at=at)
    gone = dora.submit(PAGE, to=f"{PAGE}/{trip.public_id}/delete", follow=True)
    assert "Deleted" in gone.text
    assert gone.texts("//li[@class='wish']") == []
    (kept,) = trips(session)
    assert (kept.name, kept.places, kept.forgotten_at) == ("", [], at)
    assert wish_of_trip(session, kept).ended_reason == "the trip was deleted"
    assert turn(session, BEGINS) == 0
    assert not hears(session, cast, at=BEGINS)


def test_trip_of_somebody_else_is_as_absent_as_none(
    dora: Visitor, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    trip = planned(session, cast, at=at)
    ben = signed_in(cast.ben)
    assert "Nairobi and" not in ben.open(PAGE).text
    token = ben.open("/").form_to("/logout")
    answer = ben.client.post(f"{PAGE}/{trip.public_id}/delete", data=token)
    assert answer.status_code == 404
    assert trips(session)[0].forgotten_at is None


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"places": ""}, "Say where to."),
        ({"places": "Atlantis"}, "No country is known by 'Atlantis'"),
        ({"places": "Kenya\n" * 13}, "12 places at most"),
        ({"first": ""}, "Give the first day."),
        ({"first": "0000-00-00"}, "Not a valid date"),
        ({"last": "2026-03-09"}, "before the first"),
        ({"first": "2026-02-01", "last": "2026-02-02"}, "over already"),
        ({"last": "2027-03-12"}, "no longer than a year"),
        ({"first": "2028-03-10", "last": "2028-03-12"}, "two years ahead"),
        ({"first": "9999-12-31", "last": "9999-12-31"}, "two years ahead"),
        ({"first": "0001-01-01"}, "no longer than a year"),
    ],
)
def test_trip_that_makes_no_sense_is_refused_with_what_was_typed(
    dora: Visitor, session: Session, answers: dict[str, str], words: str
) -> None:
    page = dora.submit(PAGE, to=None, follow=False, **(ANSWERS | answers))
    assert page.status == 422
    assert words in page.text
    assert trips(session) == []


def test_number_of_trips_is_bounded_and_only_members_have_any(
    session: Session, cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policy, "MOST_TRIPS", 1)
    planned(session, cast, at=at)
    planned(session, cast, at=at)

    def plan(name: str, at: datetime = at) -> None:
        with transaction(session):
            plan_trip(
                session,
                [("UG", "")],
                first=at.date(),
                last=at.date(),
                channels=["mail"],
                by=cast.actors[name],
                at=at,
            )

    with pytest.raises(RuleBroken, match="too many trips"):
        plan("dora")
    plan("dora", at=ENDS + DAY / 2)
    with pytest.raises(NotAllowed):
        plan("sven")
