"""Notifying: who is told by which channel, signed and once, and what comes of it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.channels import actions
from osac_share.channels.models import SMS, WEBHOOK
from osac_share.channels.policy import rests_until
from osac_share.channels.queries import find_living
from osac_share.delivery.actions import match, take_back
from osac_share.delivery.actions.acknowledging import BY_PAGE, acknowledge
from osac_share.delivery.actions.notifying import Notifier
from osac_share.delivery.models import MAIL, Delivery, DeliveryAttempt
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.models import Letter
from osac_share.settings import load_settings
from osac_share.subscriptions.models import ReadingHours
from osac_share.worker import Worker
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from osac_share.reports.models import Edition
    from tests.channels.conftest import Desk

HOUR = timedelta(hours=1)


def publish(desk: Desk, **words: object) -> Edition:
    """Publish a report of Kenya's, and match it."""
    with transaction(desk.session):
        _report, edition = make_report(
            desk.session,
            desk.cast.kenya,
            by=desk.cast.actors["amara"],
            words=replace(Words(), **words),  # type: ignore[arg-type]
            at=desk.at,
        )
        match(desk.session, edition.id, at=desk.at)
    return edition


def rows(desk: Desk, channel: str = WEBHOOK) -> list[Delivery]:
    """Return the ledger rows of a channel."""
    question = select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id)
    return list(desk.session.scalars(question.execution_options(populate_existing=True)))


def test_webhook_gets_signed_json_and_the_ledger_what_it_said(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    edition = publish(desk)
    assert desk.notify() == 1
    (posted,) = desk.receiver.posted
    assert posted.is_signed_by(desk.contents(endpoint).signing)
    assert posted.headers["webhook-timestamp"] == str(int(desk.at.timestamp()))
    said = json.loads(posted.body)
    assert (said["type"], said["timestamp"]) == ("report.published", "2026-03-02T09:30:00Z")
    assert said["data"]["id"] == edition.report.public_id
    assert said["data"]["title"] == edition.title
    (row,) = rows(desk)
    assert (row.state, row.accepted_at, row.attempts) == ("accepted", desk.at, 1)
    (attempt,) = desk.session.scalars(select(DeliveryAttempt))
    assert (attempt.accepted, attempt.code) == (True, 200)
    assert (endpoint.last_accepted_at, endpoint.last_answer) == (desk.at, "200 OK")
    assert desk.notify() == 0


@pytest.mark.parametrize("marking", ["AMBER_STRICT", "RED"])
def test_no_word_of_what_is_withheld_goes_out(desk: Desk, marking: str) -> None:
    desk.endpoint(desk.cast.dora)
    desk.endpoint(desk.cast.dora, SMS)
    desk.subscribe("dora", WEBHOOK, SMS)
    dora = f"person:{desk.cast.dora.id}"
    edition = publish(desk, marking=marking, addressees=[dora] if marking == "RED" else [])
    assert desk.notify() == 2
    facts = [json.loads(one.body).get("data") for one in desk.receiver.posted]
    (told,) = [one for one in facts if one]
    assert set(told) == {"id", "url", "marking"}
    for posted in desk.receiver.posted:
        assert edition.title.encode() not in posted.body
        assert b"march" not in posted.body
    assert any(b"A new report is waiting for you" in one.body for one in desk.receiver.posted)


def test_refused_message_is_repeated_with_growing_pauses_and_the_same_id(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.receiver.status = 500
    at, pauses = desk.at, []
    for _ in range(3):
        assert desk.notify(at) == 1
        (row,) = rows(desk)
        assert row.state == "waiting"
        pauses.append(row.available_at - at)
        at = row.available_at
    assert pauses == sorted(pauses)
    assert len({one.headers["webhook-id"] for one in desk.receiver.posted}) == 1
    assert len({one.headers["webhook-timestamp"] for one in desk.receiver.posted}) == 3
    desk.receiver.status = 200
    desk.notify(at)
    assert rows(desk)[0].state == "accepted"


def test_message_is_given_up_after_three_days(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.receiver.status = 503
    desk.notify(desk.at + timedelta(hours=71))
    assert rows(desk)[0].state == "waiting"
    desk.notify(desk.at + timedelta(hours=74))
    assert rows(desk)[0].state == "failed"
    assert endpoint.ended_at is None


def test_endpoint_that_is_gone_ends_and_its_owner_is_told(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.receiver.status = 410
    desk.notify()
    assert rows(desk)[0].state == "failed"
    assert (endpoint.ended_at, endpoint.ended_reason, endpoint.sealed) == (desk.at, "gone", "")
    (letter,) = desk.session.scalars(select(Letter).where(Letter.purpose == "channel_ended"))
    assert (letter.address, letter.words["kind"]) == (desk.cast.dora.email, "webhook")
    publish(desk)
    assert desk.notify() == 0


def test_redirect_is_a_refusal_and_followed_nowhere(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.receiver.status, desk.receiver.headers = 307, {"Location": desk.receiver.at("/other")}
    desk.notify()
    assert [one.path for one in desk.receiver.posted] == ["/hook"]
    (row,) = rows(desk)
    assert (row.state, row.reason) == ("waiting", "307 Temporary Redirect")


def test_private_address_is_not_asked(desk: Desk, environment: dict[str, str]) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.settings = load_settings(environment | {"OSAC_CHANNELS_ALLOWED_PRIVATE": ""})
    desk.notify()
    assert not desk.receiver.posted
    assert "not on the public Internet" in (rows(desk)[0].reason or "")


def test_endless_answer_is_not_read(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.receiver.answer, desk.receiver.times = b"x" * 1_000_000, 10_000
    began = time.monotonic()
    desk.notify()
    assert time.monotonic() - began < 5
    assert rows(desk)[0].state == "accepted"


def test_slow_servers_are_waited_for_together(desk: Desk) -> None:
    for name in ("amara", "ben", "dora", "sade"):
        desk.endpoint(getattr(desk.cast, name))
        desk.subscribe(name, WEBHOOK)
    publish(desk)
    desk.receiver.pause = 0.5
    began = time.monotonic()
    assert desk.notify() == 4
    assert time.monotonic() - began < 1.5
    assert {row.state for row in rows(desk)} == {"accepted"}


def test_right_that_was_lost_since_the_match_is_asked_for_anew(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    with transaction(desk.session):
        desk.cast.dora.suspended_at = desk.at
    desk.notify()
    assert not desk.receiver.posted
    assert [(row.state, row.reason) for row in rows(desk)] == [
        ("skipped", "the account is suspended")
    ]


def test_endpoint_that_ended_since_the_match_is_left_out(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    with transaction(desk.session):
        actions.end(desk.session, endpoint, by=(None, "x"), at=desk.at)
    desk.notify()
    assert not desk.receiver.posted
    assert rows(desk)[0].reason == "the channel has ended"


def test_emergency_comes_by_every_channel_and_wakes_the_last_only_unless_acknowledged(
    desk: Desk,
) -> None:
    desk.endpoint(desk.cast.dora)
    waiting = desk.endpoint(desk.cast.dora, SMS)
    desk.endpoint(desk.cast.ben, SMS)
    with transaction(desk.session):
        for name in ("dora", "ben"):
            telephone = find_living(desk.session, getattr(desk.cast, name).id, SMS)
            assert telephone is not None
            telephone.after_minutes = 10
    for name in ("dora", "ben"):
        desk.subscribe(name)
    edition = publish(desk, severity="emergency")
    assert {row.channel for row in rows(desk, MAIL)} == {MAIL}
    assert desk.notify() == 1
    with transaction(desk.session):
        acknowledge(desk.session, edition.id, desk.cast.dora.id, via=BY_PAGE, at=desk.at)
    assert desk.notify(desk.at + timedelta(minutes=9)) == 0
    assert desk.notify(desk.at + timedelta(minutes=10)) == 2
    became = {row.person_id: (row.state, row.reason) for row in rows(desk, SMS)}
    assert became == {
        desk.cast.dora.id: ("skipped", "acknowledged meanwhile"),
        desk.cast.ben.id: ("accepted", None),
    }
    assert waiting.last_tried_at is None


def test_failing_endpoint_rests_but_not_from_an_emergency(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    with transaction(desk.session):
        endpoint.failures, endpoint.last_tried_at = 6, desk.at
    publish(desk)
    assert desk.notify() == 1
    assert not desk.receiver.posted
    (row,) = rows(desk)
    assert (row.state, row.available_at, row.attempts) == ("waiting", rests_until(endpoint), 0)
    publish(desk, severity="emergency")
    desk.notify()
    assert len(desk.receiver.posted) == 1
    assert endpoint.failures == 0


def test_endpoint_whose_keys_are_lost_stops_nobody(desk: Desk) -> None:
    lost = desk.endpoint(desk.cast.dora)
    desk.endpoint(desk.cast.ben)
    for name in ("dora", "ben"):
        desk.subscribe(name, WEBHOOK)
    with transaction(desk.session):
        lost.sealed = "nonsense"
    publish(desk)
    desk.notify()
    assert sorted(row.state for row in rows(desk)) == ["accepted", "skipped"]


def test_delivery_of_a_worker_that_died_is_taken_up_with_the_same_id(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.notify()
    with transaction(desk.session):
        dead = {"state": "sending", "accepted_at": None, "lease_until": desk.at - HOUR}
        desk.session.execute(update(Delivery).where(Delivery.channel == WEBHOOK).values(dead))
        take_back(desk.session, at=desk.at)
    desk.notify()
    assert len(desk.receiver.posted) == 2
    assert len({one.headers["webhook-id"] for one in desk.receiver.posted}) == 1
    assert [row.state for row in rows(desk)] == ["accepted"]


def test_severity_below_the_lowest_wanted_is_not_told(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    with transaction(desk.session):
        endpoint.min_rank = 3
    desk.notify()
    assert rows(desk)[0].reason == "below the lowest severity of this channel"
    publish(desk)
    assert len(rows(desk)) == 1


def test_telephone_sleeps_in_quiet_hours_and_a_program_does_not(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.endpoint(desk.cast.dora, SMS)
    desk.subscribe("dora", WEBHOOK, SMS)
    with transaction(desk.session):
        hours = ReadingHours(person_id=desk.cast.dora.id, quiet_from=9 * 60, quiet_until=10 * 60)
        desk.session.add(hours)
    publish(desk)
    assert desk.notify() == 2
    assert [one.path for one in desk.receiver.posted] == ["/hook"]
    (row,) = rows(desk, SMS)
    assert (row.state, row.available_at) == ("waiting", desk.at.replace(hour=10, minute=0))
    assert desk.notify(row.available_at) == 1
    assert rows(desk, SMS)[0].state == "accepted"


def test_replayed_message_bears_the_same_id_and_stays_accepted(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.notify()
    desk.receiver.status = 500
    (row,) = rows(desk)
    answer = Notifier(desk.settings).again(desk.session, row.id, at=desk.at)
    assert (answer.accepted, answer.code) == (False, 500)
    assert rows(desk)[0].state == "accepted"
    assert len({one.headers["webhook-id"] for one in desk.receiver.posted}) == 1
    assert len(list(desk.session.scalars(select(DeliveryAttempt)))) == 2


def test_replay_settles_what_had_failed(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.receiver.status = 500
    desk.notify()
    desk.receiver.status = 204
    answer = Notifier(desk.settings).again(desk.session, rows(desk)[0].id, at=desk.at + HOUR)
    assert answer.accepted
    (row,) = rows(desk)
    assert (row.state, row.accepted_at, row.reason) == ("accepted", desk.at + HOUR, None)
    assert desk.notify(desk.at + 2 * HOUR) == 0


def test_nothing_is_replayed_to_somebody_who_may_not_see_it_any_more(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    desk.notify()
    with transaction(desk.session):
        desk.cast.dora.suspended_at = desk.at
    with pytest.raises(RuleBroken, match="the account is suspended"):
        Notifier(desk.settings).again(desk.session, rows(desk)[0].id, at=desk.at)
    assert len(desk.receiver.posted) == 1


@pytest.mark.usefixtures("clock")
def test_worker_notifies_beside_its_mail(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    publish(desk)
    with Worker(desk.settings, desk.engine) as worker:
        worker.drain()
    assert len(desk.receiver.posted) == 1
    assert {row.state for row in rows(desk) + rows(desk, MAIL)} == {"accepted"}
