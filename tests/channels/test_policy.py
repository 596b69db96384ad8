"""What may be an address, how messages are signed, and when an endpoint is given up."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, datetime, timedelta

import pytest

from osac_share.channels.models import Endpoint
from osac_share.channels.policy import (
    Contents,
    begins_anew,
    chat_address,
    is_gone,
    is_hopeless,
    new_signing_secret,
    push_address,
    rests_until,
    sealed,
    shown_address,
    signed_headers,
    telephone_number,
    telling,
    unsealed,
    webhook_address,
)
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import Answer
from tests.support.factories import MOMENT

KEY = "a key that only the tests know and nobody else"
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TEAMS = (
    "https://prod-15.uksouth.logic.azure.com:443/workflows/3f5b/triggers/manual/paths/invoke"
    "?api-version=2016-06-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=abc-DEF"
)
POWER = (
    "https://default1.a2.environment.api.powerplatform.com:443/powerautomate/automations/direct"
    "/workflows/3f5b/triggers/manual/paths/invoke?api-version=1&sp=%2Ft&sv=1.0&sig=abc"
)


def test_signature_is_that_of_the_convention_s_own_example() -> None:
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        at=datetime.fromtimestamp(1614265330, tz=UTC),
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_every_secret_is_another_one_of_256_bits() -> None:
    made = {new_signing_secret() for _ in range(50)}
    assert len(made) == 50
    assert all(len(b64decode(one.removeprefix("whsec_"))) == 32 for one in made)
    assert all(one.startswith("whsec_") for one in made)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("+254 700 000 000", "+254700000000"),
        ("00254700000000", "+254700000000"),
        ("+1 (202) 555-0100", "+12025550100"),
    ],
)
def test_number_is_kept_in_its_international_form(typed: str, number: str) -> None:
    assert telephone_number(typed) == number


@pytest.mark.parametrize(
    "typed",
    ["0700 000 000", "+0254700000", "+12345", "+1234567890123456", "+254x", "+", "", "+\u0662" * 4],
)
def test_what_is_no_international_number_is_refused(typed: str) -> None:
    with pytest.raises(RuleBroken, match="country code"):
        telephone_number(typed)


@pytest.mark.parametrize("address", [SLACK, SLACK.replace("slack.com", "slack-gov.com")])
def test_room_of_slack_is_taken_as_it_is(address: str) -> None:
    assert chat_address(f" {address} ") == address


@pytest.mark.parametrize("address", [TEAMS, POWER])
def test_workflow_of_teams_keeps_what_it_needs_and_no_option_of_ours(address: str) -> None:
    assert chat_address(f"{address}&template=file:///etc/passwd&verify=no") == address


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/services/T1/A1/abc",
        "https://hooks.slack.com.evil.example/services/T1/A1/abc",
        "https://hooks.slack.com@evil.example/services/T1/A1/abc",
        f"{SLACK}?template=file:///etc/passwd",
        f"{SLACK}#x",
        f"{SLACK}/../x",
        TEAMS.replace("logic.azure.com", "logic.azure.com.evil.example"),
        TEAMS.replace("prod-15.uksouth.logic.azure.com", "127.0.0.1"),
        TEAMS.replace(":443", ":22"),
        TEAMS.partition("?")[0],
        "slack://T1/A1/abc",
        "json://127.0.0.1:8080/",
        "file:///etc/passwd",
        "tgram://1:2/3",
        "",
        "x" * 5000,
    ],
)
def test_no_other_service_is_a_room(address: str) -> None:
    with pytest.raises(RuleBroken, match="incoming webhook"):
        chat_address(address)


def test_webhook_is_encrypted_unless_it_is_a_neighbor() -> None:
    neighbor = "http://siem.example.org:8080/osac?a=1"
    assert webhook_address("https://siem.example.org/osac", ()) == "https://siem.example.org/osac"
    assert webhook_address(neighbor, {"siem.example.org"}) == neighbor


@pytest.mark.parametrize(
    "address",
    [
        "http://siem.example.org/osac",
        "https://user:pass@siem.example.org/osac",
        "https://siem.example.org/osac#part",
        "https://siem.example.org:99999/",
        "https://[::1/",
        "https:///osac",
        "ftp://siem.example.org/",
        "https://siem.exa\tmple.org/",
        "https://siem.example.org/\x00",
        "https://siem.example.org:0/",
        "siem.example.org",
        "",
    ],
)
def test_what_is_no_https_address_is_no_webhook(address: str) -> None:
    with pytest.raises(RuleBroken, match="https address"):
        webhook_address(address, ())


SERVICES = ("fcm.googleapis.com", ".push.apple.com")


@pytest.mark.parametrize(
    "address", ["https://fcm.googleapis.com/fcm/send/x", "https://web.push.apple.com/abc"]
)
def test_browser_is_reached_by_the_push_services_that_are_known(address: str) -> None:
    assert push_address(address, SERVICES) == address


@pytest.mark.parametrize(
    "address",
    [
        "http://fcm.googleapis.com/fcm/send/x",
        "https://xfcm.googleapis.com/",
        "https://push.apple.com.evil.example/",
        "https://fcm.googleapis.com@evil.example/",
        "https://user@fcm.googleapis.com/",
        "https://127.0.0.1/",
        "https://[",
        "https://[::1",
        "https://fcm.googleapis.com:x/",
        "https://fcm.googleapis.com:99999/",
        "https://fcm.googleapis.com/a\nb",
        "https://fcm.goo\x00gleapis.com/",
        "",
    ],
)
def test_browser_is_reached_by_no_other_server(address: str) -> None:
    with pytest.raises(RuleBroken, match="push service"):
        push_address(address, SERVICES)


def test_owner_sees_enough_of_an_address_and_no_key() -> None:
    assert shown_address("sms", "+254700000123") == "+254 … 123"
    assert shown_address("chat", SLACK) == "hooks.slack.com"


def test_contents_open_with_the_key_for_the_endpoint_they_were_sealed_for() -> None:
    contents = Contents("https://siem.example.org/", signing=new_signing_secret(), on_sheets=True)
    kept = sealed(contents, KEY, "one", at=MOMENT)
    assert unsealed(Endpoint(public_id="one", sealed=kept), KEY, at=MOMENT) == contents
    assert unsealed(Endpoint(public_id="two", sealed=kept), KEY, at=MOMENT) is None
    assert unsealed(Endpoint(public_id="one", sealed=kept), KEY[::-1], at=MOMENT) is None


def test_code_is_good_for_half_an_hour_and_five_tries() -> None:
    contents = Contents("+254700000000").with_code(at=MOMENT)
    assert contents.is_proved_by(contents.code, at=MOMENT)
    assert not contents.is_proved_by("", at=MOMENT)
    assert not contents.is_proved_by(contents.code, at=MOMENT + timedelta(minutes=31))
    assert not Contents("x", code="123456", tries=5).is_proved_by("123456", at=MOMENT)
    assert not Contents("x").is_proved_by("", at=MOMENT)


def test_endpoint_that_fails_is_tried_less_and_less_often() -> None:
    rests = [
        rests_until(Endpoint(failures=failures, last_tried_at=MOMENT))
        for failures in (0, 3, 4, 5, 6, 50)
    ]
    assert rests[:2] == [None, None]
    assert [rest and (rest - MOMENT) / timedelta(minutes=1) for rest in rests[2:]] == [1, 2, 4, 60]


def test_only_what_its_server_disowns_is_gone() -> None:
    assert [is_gone("webhook", code) for code in (404, 410, 500)] == [False, True, False]
    assert [is_gone("browser", code) for code in (404, 410, 429)] == [True, True, False]
    assert not is_gone("sms", 410)


@pytest.mark.parametrize(
    ("failures", "days", "hopeless"), [(50, 13, False), (3, 15, False), (4, 15, True)]
)
def test_endpoint_is_hopeless_that_failed_often_over_two_weeks(
    failures: int, days: int, *, hopeless: bool
) -> None:
    since = MOMENT - timedelta(days=days)
    assert is_hopeless(Endpoint(failures=failures, failing_since=since), MOMENT) == hopeless


def test_endpoint_that_never_failed_is_not_hopeless() -> None:
    assert not is_hopeless(Endpoint(failures=0), MOMENT)


def test_failure_after_a_week_without_a_try_is_the_first_one() -> None:
    failing = Endpoint(failing_since=MOMENT - timedelta(days=9))
    for days, anew in ((6, False), (8, True)):
        failing.last_tried_at = MOMENT - timedelta(days=days)
        assert begins_anew(failing, MOMENT) == anew


def test_of_several_answers_of_one_round_one_counts() -> None:
    gone, taken, refused = (
        Answer(accepted=code == 200, permanent=False, code=code, text="")
        for code in (410, 200, 503)
    )
    assert telling("webhook", [refused, taken, gone]) is gone
    assert telling("webhook", [refused, taken, refused]) is taken
    assert telling("sms", [refused, refused]) is refused
