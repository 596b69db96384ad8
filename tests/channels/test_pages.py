"""The page of channels: adding, proving, trying, saying when, and ending; each for oneself."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key
from sqlalchemy import select

from osac_share.channels.models import BROWSER, SMS, WEBHOOK, Endpoint
from osac_share.councils.models import Seat
from osac_share.kernel import webpush
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import opened
from osac_share.letters.messages import Writer
from osac_share.letters.models import Letter
from osac_share.reports.actions import begin_update, publish

if TYPE_CHECKING:
    import time_machine

    from tests.channels.conftest import Desk
    from tests.support.cast import SignIn
    from tests.support.pages import Document, Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

NUMBER = "+254 700 000 123"


@pytest.fixture
def dora(desk: Desk, signed_in: SignIn) -> Visitor:
    """Return Dora, who sits at her browser."""
    return signed_in(desk.cast.dora)


def the_endpoint(desk: Desk) -> Endpoint:
    desk.session.rollback()
    desk.session.expire_all()
    question = select(Endpoint).where(Endpoint.ended_at.is_(None))
    return desk.session.scalars(question).one()


def last_code(desk: Desk) -> str:
    found = re.search(rb"\b(\d{6})\b", desk.receiver.posted[-1].body)
    assert found
    return found[1].decode()


def add(visitor: Visitor, desk: Desk, kind: str = WEBHOOK) -> Endpoint:
    address = NUMBER if kind == SMS else desk.receiver.at()
    page = visitor.submit(f"/channels/new/{kind}", label="My own", address=address)
    assert page.status in {200, 303}
    return the_endpoint(desk)


def test_webhook_is_used_once_its_code_was_entered(desk: Desk, dora: Visitor) -> None:
    page = dora.submit("/channels/new/webhook", label="Travel desk", address=desk.receiver.at())
    secret = page.root.xpath("string(//input[@id='secret']/@value)")
    assert str(secret).startswith("whsec_")
    assert desk.receiver.posted[0].is_signed_by(str(secret))
    said = json.loads(desk.receiver.posted[0].body)
    assert said["type"] == "channel.code"
    endpoint = the_endpoint(desk)
    assert endpoint.verified_at is None
    desk.subscribe("dora", WEBHOOK)
    desk.publish()
    assert desk.notify() == 0
    verify = f"/channels/{endpoint.public_id}/verify"
    done = dora.submit("/channels", to=verify, code=said["data"]["code"], follow=True)
    assert "Confirmed: Travel desk" in done.text
    assert the_endpoint(desk).verified_at == desk.at


def test_wrong_code_proves_nothing_and_five_of_them_spoil_it(desk: Desk, dora: Visitor) -> None:
    endpoint = add(dora, desk)
    code = last_code(desk)
    wrong = "000000" if code != "000000" else "111111"
    verify = f"/channels/{endpoint.public_id}/verify"
    for _ in range(5):
        page = dora.submit("/channels", to=verify, code=wrong, follow=True)
        assert "That is not the code" in page.text
    assert (
        "That is not the code" in dora.submit("/channels", to=verify, code=code, follow=True).text
    )
    assert the_endpoint(desk).verified_at is None
    dora.submit("/channels", to=f"/channels/{endpoint.public_id}/code")
    dora.submit("/channels", to=verify, code=last_code(desk))
    assert the_endpoint(desk).verified_at is not None


def test_number_is_kept_sealed_and_shown_in_part(desk: Desk, dora: Visitor) -> None:
    endpoint = add(dora, desk, SMS)
    assert b"+254700000123" in desk.receiver.posted[0].body
    assert "254700000123" not in endpoint.sealed
    page = dora.open("/channels")
    assert "+254 … 123" in page.text
    assert "254700000123" not in page.response.get_data(as_text=True)


def test_nobody_has_a_code_sent_to_one_number_all_day(
    desk: Desk, dora: Visitor, signed_in: SignIn
) -> None:
    for _ in range(5):
        add(dora, desk, SMS)
    ben = signed_in(desk.cast.ben)
    page = ben.submit("/channels/new/sms", label="Mine", address=NUMBER)
    assert page.status == 429
    assert len(desk.receiver.posted) == 5


def test_whoever_sits_at_an_open_screen_adds_nothing(
    desk: Desk, dora: Visitor, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(minutes=6))
    for page in (dora.open("/channels/new/webhook"), allow(dora, desk)):
        assert (page.status, page.response.location.partition("?")[0]) == (303, "/confirm")
    assert not desk.session.scalars(select(Endpoint)).all()


def test_letter_tells_the_owner_of_every_channel_that_is_added(desk: Desk, dora: Visitor) -> None:
    add(dora, desk)
    allow(dora, desk)
    desk.session.rollback()
    told = desk.session.scalars(select(Letter).where(Letter.purpose == "channel_added")).all()
    assert [one.address for one in told] == [desk.cast.dora.email] * 2
    mail = opened(Writer(desk.settings).envelope(told[0]))
    assert mail.subject == "A new channel was added to your account: a webhook"
    assert '"My own"' in mail.text


@pytest.mark.parametrize(
    ("kind", "address", "words"),
    [
        ("webhook", "http://10.0.0.1/", "https address"),
        ("webhook", "https://user:pass@example.org/", "https address"),
        ("chat", "https://example.org/hook", "incoming webhook"),
        ("sms", "0700 000", "country code"),
    ],
)
def test_address_that_is_none_is_refused_beside_it(
    desk: Desk, dora: Visitor, kind: str, address: str, words: str
) -> None:
    page = dora.submit(f"/channels/new/{kind}", label="x", address=address)
    assert page.status == 422
    assert words in page.text
    assert not desk.receiver.posted


def test_test_says_what_the_other_side_answered(desk: Desk, dora: Visitor) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    test = f"/channels/{endpoint.public_id}/test"
    assert "The test was taken: 200 OK." in dora.submit("/channels", to=test, follow=True).text
    assert json.loads(desk.receiver.posted[-1].body)["type"] == "channel.test"
    desk.receiver.status = 502
    page = dora.submit("/channels", to=test, follow=True)
    assert "The test did not get there: 502 Bad Gateway." in page.text
    assert "Failing: 1 try since just now" in page.text
    assert "brought “502 Bad Gateway”." in page.text


def test_endpoint_is_used_as_its_owner_says(desk: Desk, dora: Visitor) -> None:
    endpoint = desk.endpoint(desk.cast.dora, SMS)
    dora.submit(
        "/channels",
        to=f"/channels/{endpoint.public_id}/when",
        min_rank="3",
        after_minutes="15",
        on_sheets="y",
    )
    changed = the_endpoint(desk)
    assert (changed.min_rank, changed.after_minutes) == (3, 15)
    assert desk.contents(changed).on_sheets


def test_new_secret_signs_and_the_old_one_does_not(desk: Desk, dora: Visitor) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    old = desk.contents(endpoint).signing
    page = dora.submit("/channels", to=f"/channels/{endpoint.public_id}/secret")
    new = str(page.root.xpath("string(//input[@id='secret']/@value)"))
    dora.submit("/channels", to=f"/channels/{endpoint.public_id}/test")
    assert desk.receiver.posted[-1].is_signed_by(new)
    assert not desk.receiver.posted[-1].is_signed_by(old)


def test_ended_endpoint_is_forgotten_but_for_its_name(desk: Desk, dora: Visitor) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    page = dora.submit("/channels", to=f"/channels/{endpoint.public_id}/end", follow=True)
    assert "ended by you" in page.text
    desk.session.expire_all()
    assert (endpoint.sealed, endpoint.ended_reason) == ("", "owner")


def test_nobody_reaches_for_what_is_somebody_else_s(
    desk: Desk, dora: Visitor, signed_in: SignIn
) -> None:
    endpoint = desk.endpoint(desk.cast.ben)
    token = dora.open("/channels").form_to("/channels/browser")["csrf_token"][0]
    for act in ("verify", "code", "when", "test", "secret", "end", "sent/msg_1/again"):
        path = f"/channels/{endpoint.public_id}/{act}"
        answer = dora.client.post(path, data={"csrf_token": token, "min_rank": "1"})
        assert answer.status_code == 404, act
    assert dora.open(f"/channels/{endpoint.public_id}/sent").status == 404
    assert the_endpoint(desk).ended_at is None


def allow(visitor: Visitor, desk: Desk, **strange: str) -> Document:
    """Let a browser show notifications, with what it gives us, or something strange."""
    key = webpush.public_point(generate_private_key(webpush.CURVE))
    return visitor.submit(
        "/channels",
        to="/channels/browser",
        address=strange.get("address", desk.receiver.at("/push/1")),
        browser=strange.get("browser", webpush.written(key)),
        auth=strange.get("auth", webpush.written(bytes(16))),
    )


def test_browser_that_its_owner_let_show_notifications_is_added(desk: Desk, dora: Visitor) -> None:
    allow(dora, desk)
    assert (the_endpoint(desk).kind, the_endpoint(desk).verified_at) == (BROWSER, desk.at)
    test = f"/channels/{the_endpoint(desk).public_id}/test"
    assert "taken" in dora.submit("/channels", to=test, follow=True).text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("address", "https://evil.example.org/"),
        ("address", "https://["),
        ("browser", "AAAA"),
        ("auth", "é"),
        ("auth", ""),
    ],
)
def test_browser_with_a_strange_address_or_key_is_not(
    desk: Desk, dora: Visitor, name: str, value: str
) -> None:
    assert allow(dora, desk, **{name: value}).status == 409
    assert not desk.session.scalars(select(Endpoint)).all()


def test_worker_of_notifications_lies_at_the_root_and_needs_no_session(visitor: Visitor) -> None:
    answer = visitor.open("/push.js").response
    assert (answer.status_code, answer.mimetype) == (200, "text/javascript")
    assert b"showNotification" in answer.get_data()


def test_owner_looks_back_on_what_was_sent_and_sends_it_again(desk: Desk, dora: Visitor) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    edition = desk.publish()
    desk.receiver.status = 500
    desk.notify()
    page = dora.open(f"/channels/{endpoint.public_id}/sent")
    assert edition.title in page.text
    assert "Waits for another try" in page.text
    assert "500 Internal Server Error" in page.text
    desk.receiver.status = 200
    message = desk.receiver.posted[0].headers["webhook-id"]
    again = f"/channels/{endpoint.public_id}/sent/{message}/again"
    done = dora.submit(f"/channels/{endpoint.public_id}/sent", to=again, follow=True)
    assert "Sent again, and taken: 200 OK." in done.text
    assert [one.headers["webhook-id"] for one in desk.receiver.posted] == [message, message]


def test_what_one_may_not_see_any_more_is_not_named(desk: Desk, dora: Visitor) -> None:
    endpoint = desk.endpoint(desk.cast.dora)
    desk.subscribe("dora", WEBHOOK)
    edition = desk.publish(marking="AMBER")
    desk.notify()
    with transaction(desk.session):
        seats = select(Seat).where(Seat.person_id == desk.cast.dora.id)
        for seat in desk.session.scalars(seats):
            seat.ended_at = desk.at
    page = dora.open(f"/channels/{endpoint.public_id}/sent")
    assert edition.title not in page.text
    assert "may not see any more" in page.text


def test_title_of_what_was_withdrawn_is_not_looked_back_on(desk: Desk, dora: Visitor) -> None:
    endpoint, author = desk.endpoint(desk.cast.dora), desk.cast.actors["amara"]
    desk.subscribe("dora", WEBHOOK)
    edition = desk.publish(title="A name that should not have been said")
    desk.notify()
    with transaction(desk.session):
        end = begin_update(desk.session, edition.report, by=author, at=desk.at, outcome="withdrawn")
        end.change_note = "It was wrong."
        publish(desk.session, edition.report, end, by=author, at=desk.at)
    page = dora.open(f"/channels/{endpoint.public_id}/sent")
    assert "A name that should not have been said" not in page.text
    assert "may not see any more" in page.text
