"""Text messages and rooms: what reaches a gateway, by Apprise, and what never does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from apprise.plugins.slack import NotifySlack
from apprise.plugins.twilio import NotifyTwilio

from osac_share.channels.messages import Messenger, Notice, code_notice, trial_notice
from osac_share.channels.models import CHAT, SMS
from osac_share.channels.policy import Contents
from osac_share.kernel.errors import Misconfigured
from osac_share.settings import load_settings
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from osac_share.settings import Settings
    from tests.support.receiver import Receiver

pytestmark = pytest.mark.one_database

SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
NUMBER = "+254700000000"
NOTICE = Notice(
    id="msg_1",
    event="report.published",
    at=MOMENT,
    headline="TLP:GREEN Security",
    text="Alert: march <@everyone> to the parliament",
    short="Alert: Nairobi. Avoid the area. https://share.example.org/reports/x",
    url="https://share.example.org/reports/x",
)


def test_text_message_goes_to_the_one_number(settings: Settings, receiver: Receiver) -> None:
    answer = Messenger(settings).send(SMS, Contents(NUMBER), NOTICE, at=MOMENT)
    assert answer.accepted
    (posted,) = receiver.posted
    said = json.loads(posted.body)
    assert said["recipients"] == [NUMBER]
    assert said["message"] == NOTICE.short


def test_gateway_that_refuses_is_tried_again(settings: Settings, receiver: Receiver) -> None:
    receiver.status = 503
    answer = Messenger(settings).send(SMS, Contents(NUMBER), NOTICE, at=MOMENT)
    assert (answer.accepted, answer.permanent) == (False, False)
    assert NUMBER not in answer.text


def test_gateway_s_redirect_is_not_followed(settings: Settings, receiver: Receiver) -> None:
    receiver.status, receiver.headers = 307, {"Location": receiver.at("/other")}
    assert not Messenger(settings).send(SMS, Contents(NUMBER), NOTICE, at=MOMENT).accepted
    assert len(receiver.posted) == 1


def test_twilio_is_spoken_to_as_it_wants(
    environment: dict[str, str], receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyTwilio, "notify_sms_url", receiver.at("/{sid}/Messages.json"))
    account = f"AC{'a' * 32}"
    gateway = f"twilio://{account}:{'b' * 32}@+12025550100"
    settings = load_settings(environment | {"OSAC_CHANNELS_SMS": gateway})
    assert Messenger(settings).send(SMS, Contents(NUMBER), NOTICE, at=MOMENT).accepted
    (posted,) = receiver.posted
    assert posted.path == f"/{account}/Messages.json"
    assert b"To=%2B254700000000" in posted.body


def test_room_gets_headline_words_and_address(
    settings: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", receiver.at("/services"))
    assert Messenger(settings).send(CHAT, Contents(SLACK), NOTICE, at=MOMENT).accepted
    (posted,) = receiver.posted
    assert posted.path == "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
    said = json.loads(posted.body)["attachments"][0]
    assert (said["title"], NOTICE.url in said["text"]) == (NOTICE.headline, True)
    assert "<" not in said["text"]


def test_address_that_is_no_room_is_never_spoken_to(settings: Settings, receiver: Receiver) -> None:
    contents = Contents(f"json://127.0.0.1:{receiver.port}/")
    answer = Messenger(settings).send(CHAT, contents, NOTICE, at=MOMENT)
    assert (answer.accepted, answer.permanent) == (False, True)
    assert not receiver.posted


@pytest.mark.parametrize("gateway", ["json://127.0.0.1/", "file:///x", "twilio", "mailto://a@b"])
def test_no_other_gateway_can_be_set(environment: dict[str, str], gateway: str) -> None:
    with pytest.raises(Misconfigured, match="twilio://"):
        load_settings(environment | {"OSAC_CHANNELS_SMS": gateway})


def test_without_a_gateway_there_are_no_text_messages(environment: dict[str, str]) -> None:
    messenger = Messenger(load_settings(environment | {"OSAC_CHANNELS_SMS": ""}))
    assert SMS not in messenger.kinds
    assert not messenger.send(SMS, Contents(NUMBER), NOTICE, at=MOMENT).accepted


@pytest.mark.parametrize("site", ["OSAC Share", "The Overseas Security Advisory Council's site"])
def test_code_and_test_fit_a_text_message_with_their_address_whole(site: str) -> None:
    url = "https://share.security.example.org"
    for notice in (
        code_notice("012345", site=site, url=url, message="msg_1", at=MOMENT),
        trial_notice(site=site, url=url, message="msg_1", at=MOMENT),
    ):
        assert len(notice.short) <= 160
        assert notice.short.endswith(f" {url}/channels")
    assert notice.text != notice.short
