"""Handing over: servers that refuse, hang, lead on or are gone, and what is sent again."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.channels.models import WEBHOOK
from osac_share.channels.policy import rests_until
from osac_share.delivery.actions import take_back
from osac_share.delivery.actions.notifying import Notifier
from osac_share.delivery.models import Delivery, DeliveryAttempt
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.outcomes import FEWEST_TRIES
from osac_share.letters.models import Letter
from osac_share.settings import load_settings

if TYPE_CHECKING:
    from tests.channels.conftest import Desk

HOUR = timedelta(hours=1)


def test_refused_message_is_repeated_with_growing_pauses_and_the_same_id(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.receiver.status = 500
    at, pauses = desk.at, []
    for _ in range(3):
        assert desk.notify(at) == 1
        (row,) = desk.rows()
        assert row.state == "waiting"
        pauses.append(row.available_at - at)
        at = row.available_at
    assert pauses == sorted(pauses)
    assert len({one.headers["webhook-id"] for one in desk.receiver.posted}) == 1
    assert len({one.headers["webhook-timestamp"] for one in desk.receiver.posted}) == 3
    desk.receiver.status = 200
    desk.notify(at)
    assert desk.rows()[0].state == "accepted"


def test_message_is_given_up_after_three_days(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.receiver.status = 503
    desk.notify(desk.at + timedelta(hours=71))
    assert desk.rows()[0].state == "waiting"
    with transaction(desk.session):
        desk.rows()[0].attempts = FEWEST_TRIES - 1
    desk.notify(desk.at + timedelta(hours=74))
    assert desk.rows()[0].state == "failed"
    assert endpoint.ended_at is None


def test_endpoint_that_is_gone_ends_and_its_owner_is_told(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.receiver.status = 410
    desk.notify()
    assert desk.rows()[0].state == "failed"
    assert (endpoint.ended_at, endpoint.ended_reason, endpoint.sealed) == (desk.at, "gone", "")
    (letter,) = desk.session.scalars(select(Letter).where(Letter.purpose == "channel_ended"))
    assert (letter.address, letter.words["kind"]) == (desk.cast.dora.email, "webhook")
    desk.publish()
    assert desk.notify() == 0


def test_redirect_is_a_refusal_and_followed_nowhere(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.receiver.status, desk.receiver.headers = 307, {"Location": desk.receiver.at("/other")}
    desk.notify()
    assert [one.path for one in desk.receiver.posted] == ["/hook"]
    (row,) = desk.rows()
    assert (row.state, row.reason) == ("waiting", "307 Temporary Redirect")


def test_private_address_is_not_asked(desk: Desk, environment: dict[str, str]) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.settings = load_settings(environment | {"OSAC_CHANNELS_ALLOWED_PRIVATE": ""})
    desk.notify()
    assert not desk.receiver.posted
    assert "not on the public Internet" in (desk.rows()[0].reason or "")


def test_endless_answer_is_not_read(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.receiver.answer, desk.receiver.times = b"x" * 1_000_000, 10_000
    began = time.monotonic()
    desk.notify()
    assert time.monotonic() - began < 5
    assert desk.rows()[0].state == "accepted"


def test_slow_servers_are_waited_for_together(desk: Desk) -> None:
    for name in ("amara", "ben", "dora", "sade"):
        desk.endpoint(getattr(desk.cast, name))
        desk.subscribe(name, WEBHOOK)
    desk.publish()
    desk.receiver.pause = 0.5
    began = time.monotonic()
    assert desk.notify() == 4
    assert time.monotonic() - began < 1.5
    assert {row.state for row in desk.rows()} == {"accepted"}


def test_failing_endpoint_rests_but_not_from_an_emergency(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    with transaction(desk.session):
        endpoint.failures, endpoint.last_tried_at = 6, desk.at
    desk.publish()
    assert desk.notify() == 1
    assert not desk.receiver.posted
    (row,) = desk.rows()
    assert (row.state, row.available_at, row.attempts) == ("waiting", rests_until(endpoint), 0)
    desk.publish(severity="emergency")
    desk.notify()
    assert len(desk.receiver.posted) == 1
    assert endpoint.failures == 0


def test_server_that_is_away_for_a_moment_has_failed_once(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    for number in range(8):
        desk.publish(title=f"Report {number}")
    desk.receiver.status = 503
    assert desk.notify() == 8
    assert (endpoint.failures, rests_until(endpoint)) == (1, None)


def test_two_failures_weeks_apart_end_nothing(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.receiver.status = 503
    for later in (timedelta(), timedelta(days=15)):
        desk.publish()
        desk.notify(desk.at + later)
    assert (endpoint.ended_at, endpoint.failures) == (None, 1)
    assert endpoint.failing_since == desk.at + timedelta(days=15)


def test_endpoint_whose_keys_are_lost_stops_nobody(desk: Desk) -> None:
    lost = desk.endpoint(desk.cast.dora)
    desk.endpoint(desk.cast.ben)
    for name in ("dora", "ben"):
        desk.subscribe(name, WEBHOOK)
    with transaction(desk.session):
        lost.sealed = "nonsense"
    desk.publish()
    desk.notify()
    assert sorted(row.state for row in desk.rows()) == ["accepted", "skipped"]


def test_delivery_of_a_worker_that_died_is_taken_up_with_the_same_id(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.notify()
    with transaction(desk.session):
        dead = {"state": "sending", "accepted_at": None, "lease_until": desk.at - HOUR}
        desk.session.execute(update(Delivery).where(Delivery.channel == WEBHOOK).values(dead))
        take_back(desk.session, at=desk.at)
    desk.notify(desk.at + HOUR)
    assert len(desk.receiver.posted) == 2
    assert len({one.headers["webhook-id"] for one in desk.receiver.posted}) == 1
    assert [row.state for row in desk.rows()] == ["accepted"]


def test_replayed_message_bears_the_same_id_and_stays_accepted(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.notify()
    desk.receiver.status = 500
    (row,) = desk.rows()
    answer = Notifier(desk.settings).again(desk.session, row.id, at=desk.at)
    assert (answer.accepted, answer.code) == (False, 500)
    assert desk.rows()[0].state == "accepted"
    assert len({one.headers["webhook-id"] for one in desk.receiver.posted}) == 1
    assert len(list(desk.session.scalars(select(DeliveryAttempt)))) == 2


def test_replay_settles_what_had_failed(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.receiver.status = 500
    desk.notify()
    desk.receiver.status = 204
    answer = Notifier(desk.settings).again(desk.session, desk.rows()[0].id, at=desk.at + HOUR)
    assert answer.accepted
    (row,) = desk.rows()
    assert (row.state, row.accepted_at, row.reason) == ("accepted", desk.at + HOUR, None)
    assert desk.notify(desk.at + 2 * HOUR) == 0


def test_nothing_is_replayed_to_somebody_who_may_not_see_it_any_more(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    desk.notify()
    with transaction(desk.session):
        desk.cast.dora.suspended_at = desk.at
    with pytest.raises(RuleBroken, match="the account is suspended"):
        Notifier(desk.settings).again(desk.session, desk.rows()[0].id, at=desk.at)
    assert len(desk.receiver.posted) == 1
