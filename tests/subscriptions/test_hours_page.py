"""Saying when one reads, and the zone that counts while somebody is away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from time import sleep
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.kernel.db import session_factory, transaction
from osac_share.promises import PROMISES
from osac_share.subscriptions.actions import (
    Hours,
    choose_hours,
    end,
    plan_trip,
    settle_hours,
)
from osac_share.subscriptions.models import ReadingHours
from osac_share.subscriptions.queries import living_wishes_for, zone_of_reader

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

PAGE = "/subscriptions/hours"
LATE = {"digest_hour": "18", "digest_weekday": "4"}


@pytest.fixture
def dora(clock: Traveller, signed_in: SignIn, cast: Cast) -> Visitor:
    return signed_in(cast.dora)


def kept(session: Session, cast: Cast) -> ReadingHours:
    session.rollback()
    session.expire_all()
    return session.get_one(ReadingHours, cast.dora.id)


def test_hours_go_by_the_clock_that_somebody_names(
    dora: Visitor, session: Session, cast: Cast
) -> None:
    times = {"quiet_from": "22:00", "quiet_until": "06:30", "time_zone": "Africa/Nairobi"}
    assert dora.submit(PAGE, to=None, follow=False, **LATE, **times).status == 303
    hours = kept(session, cast)
    assert (hours.quiet_from, hours.quiet_until) == (22 * 60, 6 * 60 + 30)
    assert hours.next_daily_at == datetime(2026, 3, 2, 15, tzinfo=UTC)
    assert hours.next_weekly_at == datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert cast.dora.time_zone == "Africa/Nairobi"
    page = dora.open("/subscriptions")
    assert "Digests come at 18:00, the weekly one on Friday." in page.text
    assert "Quiet from 22:00 until 06:30" in page.text
    assert dora.open(PAGE).form_to(PAGE)["quiet_until"] == ["06:30"]
    dora.submit(PAGE, quiet_from="", quiet_until="")
    hours = kept(session, cast)
    assert (hours.quiet_from, hours.quiet_until, hours.digest_hour) == (None, None, 18)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"time_zone": "Mars/Base"}, "IANA name"),
        ({"quiet_from": "22:00", "quiet_until": ""}, "Give both times, or none."),
        ({"quiet_from": "", "quiet_until": "06:00"}, "Give both times, or none."),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "different times"),
        ({"digest_hour": "24"}, "Not a valid choice"),
    ],
)
def test_hours_that_make_no_sense_are_refused(
    dora: Visitor, session: Session, cast: Cast, answers: dict[str, str], words: str
) -> None:
    page = dora.submit(PAGE, to=None, follow=False, **answers)
    assert page.status == 422
    assert words in page.text
    assert session.get(ReadingHours, cast.dora.id) is None


def test_clock_of_a_trip_whose_mail_was_stopped_counts_too(
    session: Session, cast: Cast, at: datetime
) -> None:
    by = cast.actors["dora"]
    first = at.date() + timedelta(days=2)
    with transaction(session):
        choose_hours(session, Hours(18, 4), zone="America/New_York", by=by, at=at)
        trip = plan_trip(
            session, [("JP", "Tokyo")], first=first, last=first, channels=["mail"], by=by, at=at
        )
        (wish,) = living_wishes_for(session, trip.id)
        end(session, wish, reason="unsubscribed", by=by.name_in_record, at=at)
    on, over = datetime(2026, 3, 3, 15, tzinfo=UTC), datetime(2026, 3, 4, 15, tzinfo=UTC)
    due = []
    for moment in (on, over):
        with transaction(session):
            settle_hours(session, cast.dora.id, at=moment - timedelta(seconds=1))
        PROMISES["trips turned"](session, moment)
        due.append(kept(session, cast).next_daily_at)
    assert due == [datetime(2026, 3, 4, 9, tzinfo=UTC), datetime(2026, 3, 4, 23, tzinfo=UTC)]


def test_choosing_hours_twice_at_once_keeps_them_once(
    engine: Engine, session: Session, cast: Cast, at: datetime
) -> None:
    def choose() -> None:
        with session_factory(engine)() as own, transaction(own):
            choose_hours(own, Hours(18, 4), zone="UTC", by=cast.actors["dora"], at=at)
            # Long enough for the other to arrive here, too, if nothing kept it back.
            own.execute(select(ReadingHours)).all()
            sleep(0.1)

    with ThreadPoolExecutor(2) as both:
        for one in [both.submit(choose) for _ in range(2)]:
            one.result()
    assert kept(session, cast).digest_hour == 18


def test_clock_of_a_trip_counts_while_it_lasts(
    dora: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    dora.submit(PAGE, to=None, follow=False, time_zone="America/New_York", **LATE)
    first = at.date() + timedelta(days=2)
    with transaction(session):
        plan_trip(
            session,
            [("JP", "Tokyo")],
            first=first,
            last=first + timedelta(days=1),
            channels=["mail"],
            by=cast.actors["dora"],
            at=at,
        )
    on = datetime(2026, 3, 3, 15, tzinfo=UTC)
    over = datetime(2026, 3, 5, 15, tzinfo=UTC)
    zones = [
        zone_of_reader(session, [cast.dora.id, cast.ben.id], moment)
        for moment in (on - timedelta(seconds=1), on, over - timedelta(seconds=1), over)
    ]
    assert [zone[cast.dora.id] for zone in zones] == [
        "America/New_York",
        "Asia/Tokyo",
        "Asia/Tokyo",
        "America/New_York",
    ]
    assert {zone[cast.ben.id] for zone in zones} == {"UTC"}
    PROMISES["trips turned"](session, on)
    assert kept(session, cast).next_daily_at == datetime(2026, 3, 4, 9, tzinfo=UTC)
    PROMISES["trips turned"](session, over)
    assert kept(session, cast).next_daily_at == datetime(2026, 3, 5, 23, tzinfo=UTC)
