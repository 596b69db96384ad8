"""Quiet hours, bursts rolled up into one mail, and a bound on what anybody gets in a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.delivery.actions import address, claim, record
from osac_share.delivery.models import Delivery, Digest
from osac_share.delivery.policy.brakes import (
    BURST_SIZE,
    CALM_AFTER,
    LONGEST_BURST,
    MOST_MAILS_A_DAY,
)
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import Answer
from osac_share.kernel.outcomes import Outcome
from osac_share.settings import load_settings
from osac_share.subscriptions.models import AT_ONCE, DAILY, TRIP, Trip
from osac_share.worker import Worker
from tests.support.alerting import Alert, Newsroom
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

ONE = "one@example.org"
NIGHT = (22 * 60, 6 * 60)
MIDNIGHT = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
"""Half past midnight in Nairobi; half past ten at night in Berlin; half past four in New York."""

SIX = datetime(2026, 3, 3, 3, 0, tzinfo=UTC)
"""Six in the morning in Nairobi."""


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Desk:
    return Desk(engine, settings)


def publish(newsroom: Newsroom, desk: Desk, at: datetime, severity: str = "security") -> None:
    newsroom.at = at
    with transaction(newsroom.session):
        edition = newsroom.publish(Alert(severity=severity))
    desk.match(edition, at)


def states(session: Session) -> list[tuple[str, str | None]]:
    session.rollback()
    question = select(Delivery.state, Delivery.held_for).order_by(Delivery.id)
    return [(row[0], row[1]) for row in session.execute(question)]


def test_mail_waits_for_the_end_of_quiet_hours(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE, quiet=NIGHT)
    publish(newsroom, desk, MIDNIGHT)
    desk.send_single_mails(MIDNIGHT)
    assert states(newsroom.session) == [("waiting", "quiet")]
    assert newsroom.session.scalar(select(Delivery.reason)) == "quiet hours"
    assert newsroom.session.scalar(select(Delivery.available_at)) == SIX
    desk.send_single_mails(SIX - timedelta(seconds=1))
    assert desk.mails(ONE) == []
    desk.send_single_mails(SIX)
    assert states(newsroom.session) == [("accepted", "quiet")]
    assert len(desk.mails(ONE)) == 1


def test_emergency_breaks_quiet_hours(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE, quiet=NIGHT)
    publish(newsroom, desk, MIDNIGHT, severity="emergency")
    desk.send_single_mails(MIDNIGHT)
    assert states(newsroom.session) == [("accepted", None)]


@pytest.mark.parametrize(
    ("zone", "state"), [("America/New_York", "accepted"), ("Europe/Berlin", "waiting")]
)
def test_quiet_hours_follow_the_traveler(
    newsroom: Newsroom, desk: Desk, zone: str, state: str
) -> None:
    with transaction(newsroom.session) as session:
        wish = reader(newsroom, ONE, frequency=AT_ONCE, quiet=NIGHT)
        trip = Trip(
            person_id=wish.person_id,
            kind=TRIP,
            name="Example Fair",
            time_zone=zone,
            starts_at=MIDNIGHT - timedelta(days=1),
            ends_at=MIDNIGHT + timedelta(days=1),
            created_at=newsroom.at,
        )
        session.add(trip)
    publish(newsroom, desk, MIDNIGHT)
    desk.send_single_mails(MIDNIGHT)
    assert [row[0] for row in states(newsroom.session)] == [state]


def test_digest_that_is_caught_up_at_night_waits_for_the_morning(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=DAILY, hour=20, quiet=NIGHT)
    publish(newsroom, desk, newsroom.at)
    desk.round(MIDNIGHT)
    assert desk.mails(ONE) == []
    desk.round(SIX)
    assert ledger(newsroom.session, ONE) == [("accepted", None, "daily/2026-03-02")]
    assert len(desk.mails(ONE)) == 1


def burst(newsroom: Newsroom, desk: Desk, *, more: int) -> datetime:
    """Publish so many more than make a burst, a minute apart, and return the last minute."""
    begin = newsroom.at
    for number in range(BURST_SIZE + more):
        publish(newsroom, desk, begin + timedelta(minutes=number))
        desk.send_single_mails(newsroom.at)
    return newsroom.at


def test_burst_of_one_council_becomes_one_mail_when_it_is_calm(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        for address in (ONE, "two@example.org"):
            reader(newsroom, address, frequency=AT_ONCE)
    last = burst(newsroom, desk, more=3)
    publish(newsroom, desk, last, severity="emergency")
    desk.send_single_mails(last)
    assert len(desk.mails(ONE)) == BURST_SIZE + 1
    desk.round(last + CALM_AFTER - timedelta(seconds=1))
    assert newsroom.session.scalar(select(func.count(Digest.id))) == 0
    desk.round(last + CALM_AFTER)
    desk.round(last + CALM_AFTER + timedelta(minutes=1))
    for address in (ONE, "two@example.org"):
        rolled_up = [mail for mail in desk.mails(address) if "at once" in mail.subject]
        assert [mail.subject for mail in rolled_up] == [
            "[TLP:GREEN] Much at once from Nairobi: 3 reports, Kenya"
        ]
        assert {row[0] for row in ledger(newsroom.session, address)} == {"accepted"}


@pytest.mark.one_database
def test_burst_that_does_not_end_is_rolled_up_every_hour(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE)
    burst(newsroom, desk, more=0)
    held_since = newsroom.at + timedelta(minutes=1)
    for minutes in range(0, 75, 5):
        publish(newsroom, desk, held_since + timedelta(minutes=minutes))
        desk.round(newsroom.at)
        is_old = newsroom.at - held_since >= LONGEST_BURST
        newsroom.session.rollback()
        assert newsroom.session.scalar(select(func.count(Digest.id))) == is_old
    assert states(newsroom.session).count(("accepted", "burst")) == 13


@pytest.mark.one_database
def test_burst_of_digest_readers_stays_in_their_digest(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    last = burst(newsroom, desk, more=2)
    desk.round(last + LONGEST_BURST)
    assert set(states(newsroom.session)) == {("held", "daily")}


@pytest.mark.one_database
def test_house_that_holds_lets_only_emergencies_out(
    newsroom: Newsroom, engine: Engine, environment: dict[str, str], clock: time_machine.Traveller
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE)
        reader(newsroom, "daily@example.org")
        newsroom.publish()
        newsroom.publish(Alert(severity="emergency"))
    with Worker(load_settings(environment | {"OSAC_WORKER_HOLD": "true"}), engine) as worker:
        worker.drain()
        clock.shift(timedelta(days=1))
        worker.drain()
    question = select(Delivery.urgency, Delivery.state)
    newsroom.session.rollback()
    assert set(newsroom.session.execute(question).all()) == {
        (0, "accepted"),
        (1, "waiting"),
        (1, "held"),
    }
    with Worker(load_settings(environment), engine) as worker:
        worker.drain()
    newsroom.session.rollback()
    assert set(newsroom.session.scalars(select(Delivery.state))) == {"accepted"}


@pytest.mark.one_database
def test_nobody_gets_more_single_mails_a_day_than_the_bound(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE)
    begin = newsroom.at
    # Slowly enough to be no burst.
    for number in range(MOST_MAILS_A_DAY + 4):
        publish(newsroom, desk, begin + timedelta(minutes=10 * number))
    desk.send_single_mails(newsroom.at)
    assert states(newsroom.session)[MOST_MAILS_A_DAY:] == [("held", "cap")] * 4
    publish(newsroom, desk, newsroom.at, severity="emergency")
    desk.send_single_mails(newsroom.at)
    assert states(newsroom.session)[-1] == ("accepted", None)
    desk.round(newsroom.at + CALM_AFTER)
    assert {row[0] for row in ledger(newsroom.session, ONE)} == {"accepted"}
    # A day later there is room again.
    publish(newsroom, desk, newsroom.at + timedelta(days=1))
    desk.send_single_mails(newsroom.at)
    assert states(newsroom.session)[-1] == ("accepted", None)


@pytest.mark.one_database
def test_what_is_late_after_quiet_hours_is_not_held_any_more(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=AT_ONCE, quiet=NIGHT)
    publish(newsroom, desk, MIDNIGHT)
    desk.send_single_mails(MIDNIGHT)
    refused = Answer(accepted=False, permanent=False, code=421, text="Try again later")
    with transaction(newsroom.session) as session:
        (taken,) = claim(session, at=SIX, limit=5)
        address(session, [taken], letters=desk.letters, calls=desk.calls, at=SIX)
        record(session, [Outcome(taken, answer=refused)], at=SIX)
    assert states(newsroom.session) == [("waiting", None)]
