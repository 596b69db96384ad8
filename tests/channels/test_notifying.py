"""Notifying: who is told by which channel, signed and once, and what comes of it."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.channels import actions
from osac_share.channels.models import SMS, WEBHOOK
from osac_share.channels.queries import find_living
from osac_share.delivery.actions import match
from osac_share.delivery.actions.acknowledging import BY_PAGE, acknowledge
from osac_share.delivery.models import MAIL, DeliveryAttempt
from osac_share.delivery.policy.brakes import MOST_NOTICES_A_DAY
from osac_share.kernel.db import transaction
from osac_share.reports.actions import begin_update, publish
from osac_share.subscriptions.models import ReadingHours
from osac_share.worker import Worker

if TYPE_CHECKING:
    from tests.channels.conftest import Desk

HOUR = timedelta(hours=1)


def test_webhook_gets_signed_json_and_the_ledger_what_it_said(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    edition = desk.publish()
    assert desk.notify() == 1
    (posted,) = desk.receiver.posted
    assert posted.is_signed_by(desk.contents(endpoint).signing)
    assert posted.headers["webhook-timestamp"] == str(int(desk.at.timestamp()))
    said = json.loads(posted.body)
    assert (said["type"], said["timestamp"]) == ("report.published", "2026-03-02T09:30:00Z")
    assert said["data"]["id"] == edition.report.public_id
    assert said["data"]["title"] == edition.title
    (row,) = desk.rows()
    assert (row.state, row.attempts) == ("accepted", 1)
    assert row.accepted_at is not None
    assert desk.at <= row.accepted_at < desk.at + timedelta(seconds=9)
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
    edition = desk.publish(marking=marking, addressees=[dora] if marking == "RED" else [])
    assert desk.notify() == 2
    facts = [json.loads(one.body).get("data") for one in desk.receiver.posted]
    (told,) = [one for one in facts if one]
    assert set(told) == {"id", "url", "marking"}
    for posted in desk.receiver.posted:
        assert edition.title.encode() not in posted.body
        assert b"march" not in posted.body
    assert any(b"A new report is waiting for you" in one.body for one in desk.receiver.posted)


def test_right_that_was_lost_since_the_match_is_asked_for_anew(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    with transaction(desk.session):
        desk.cast.dora.suspended_at = desk.at
    desk.notify()
    assert not desk.receiver.posted
    assert [(row.state, row.reason) for row in desk.rows()] == [
        ("skipped", "the account is suspended")
    ]


def test_endpoint_that_ended_since_the_match_is_left_out(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    with transaction(desk.session):
        actions.end(desk.session, endpoint, by=(None, "x"), at=desk.at)
    desk.notify()
    assert not desk.receiver.posted
    assert desk.rows()[0].reason == "the channel has ended"


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
    edition = desk.publish(severity="emergency")
    assert {row.channel for row in desk.rows(MAIL)} == {MAIL}
    assert desk.notify() == 1
    with transaction(desk.session):
        acknowledge(desk.session, edition.id, desk.cast.dora.id, via=BY_PAGE, at=desk.at)
    assert desk.notify(desk.at + timedelta(minutes=9)) == 0
    assert desk.notify(desk.at + timedelta(minutes=10)) == 2
    became = {row.person_id: (row.state, row.reason) for row in desk.rows(SMS)}
    assert became == {
        desk.cast.dora.id: ("skipped", "acknowledged meanwhile"),
        desk.cast.ben.id: ("accepted", None),
    }
    assert waiting.last_tried_at is None


def test_severity_below_the_lowest_wanted_is_not_told(desk: Desk) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    with transaction(desk.session):
        endpoint.min_rank = 3
    desk.notify()
    assert desk.rows()[0].reason == "below the lowest severity of this channel"
    desk.publish()
    assert len(desk.rows()) == 1


def test_telephone_sleeps_in_quiet_hours_and_a_program_does_not(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.endpoint(desk.cast.dora, SMS)
    desk.subscribe("dora", WEBHOOK, SMS)
    with transaction(desk.session):
        hours = ReadingHours(person_id=desk.cast.dora.id, quiet_from=9 * 60, quiet_until=10 * 60)
        desk.session.add(hours)
    desk.publish()
    assert desk.notify() == 2
    assert [one.path for one in desk.receiver.posted] == ["/hook"]
    (row,) = desk.rows(SMS)
    assert (row.state, row.available_at) == ("waiting", desk.at.replace(hour=10, minute=0))
    assert row.held_for == "quiet"
    assert desk.notify(row.available_at) == 1
    assert desk.rows(SMS)[0].state == "accepted"


def test_telephone_is_told_of_so_much_in_a_day_and_of_every_emergency(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.endpoint(desk.cast.dora, SMS)
    desk.subscribe("dora", WEBHOOK, SMS)
    for number in range(MOST_NOTICES_A_DAY + 2):
        # Slowly enough to be no burst.
        desk.at += timedelta(minutes=7)
        desk.publish(title=f"Report {number}")
    while desk.notify():
        pass
    became = [(row.state, row.reason) for row in desk.rows(SMS)]
    assert became[MOST_NOTICES_A_DAY:] == [("skipped", "too many today on this channel")] * 2
    assert {row.state for row in desk.rows()} == {"accepted"}
    desk.publish(severity="emergency")
    desk.notify()
    assert desk.rows(SMS)[-1].state == "accepted"
    desk.at += timedelta(days=1, minutes=1)
    desk.publish()
    desk.notify()
    assert desk.rows(SMS)[-1].state == "accepted"


def test_whoever_acknowledged_an_update_is_not_woken_for_what_was_before(desk: Desk) -> None:
    telephone = desk.endpoint(desk.cast.dora, SMS)
    with transaction(desk.session):
        telephone.after_minutes = 10
    desk.subscribe("dora")
    first = desk.publish(severity="emergency")
    author = desk.cast.actors["amara"]
    with transaction(desk.session):
        update = begin_update(desk.session, first.report, by=author, at=desk.at)
        update.change_note = "More is known."
        publish(desk.session, first.report, update, by=author, at=desk.at)
        match(desk.session, update.id, at=desk.at)
        acknowledge(desk.session, update.id, desk.cast.dora.id, via=BY_PAGE, at=desk.at)
    desk.notify(desk.at + timedelta(minutes=10))
    assert {row.reason for row in desk.rows(SMS)} == {"acknowledged meanwhile"}


@pytest.mark.usefixtures("clock")
def test_worker_notifies_beside_its_mail(desk: Desk) -> None:
    desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    with Worker(desk.settings, desk.engine) as worker:
        worker.drain()
    assert len(desk.receiver.posted) == 1
    assert {row.state for row in desk.rows() + desk.rows(MAIL)} == {"accepted"}
