"""Codes, limits, browsers and sites: what the rules of accounts say. No database."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from osac_share.accounts import policy
from osac_share.accounts.models import Passkey, Person
from osac_share.accounts.policy import Site, attempts

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
STEP = timedelta(seconds=30)


def test_code_of_the_half_minute_and_of_its_neighbors_fits() -> None:
    now = int(AT.timestamp()) // 30
    for away, step in ((-1, now - 1), (0, now), (1, now + 1)):
        code = TOTP(SECRET).at(AT + away * STEP)
        assert policy.fitting_step(SECRET, code, AT) == step
    for away in (-2, 2):
        assert policy.fitting_step(SECRET, TOTP(SECRET).at(AT + away * STEP), AT) is None


@pytest.mark.parametrize(
    ("typed", "plain", "is_app"),
    [
        ("123 456", "123456", True),
        ("12345", "12345", False),
        ("1234567", "1234567", False),
        ("ABCD-ef12", "abcdef12", False),
        ("abcdef", "abcdef", False),
        ("é1!2_", "12", False),
    ],
)
def test_code_is_read_without_what_people_put_between(
    typed: str, plain: str, *, is_app: bool
) -> None:
    assert policy.plain_code(typed) == plain
    assert policy.is_app_code(plain) is is_app


def test_code_is_shown_in_groups_of_four() -> None:
    assert policy.grouped("abcdefghij") == "abcd-efgh-ij"
    assert policy.grouped("") == ""


def test_app_learns_whose_secret_it_is() -> None:
    address = policy.app_address(SECRET, account="dora@example.org", issuer="OSAC Share")
    assert address.startswith("otpauth://totp/OSAC%20Share:dora%40example.org?")
    assert SECRET in address


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", "Firefox on Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 16) Chrome/140 Safari/537", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) CriOS/140 Safari/600", "Chrome on iPhone"),
        ("Safari/600", "Safari"),
        ("curl/8", "An unknown browser"),
        ("curl (Linux)", "An unknown browser on Linux"),
    ],
)
def test_browser_is_called_what_people_call_it(agent: str, name: str) -> None:
    assert policy.browser_name(agent) == name


@pytest.mark.parametrize(
    ("text", "is_enough"),
    [
        ("a" * 14, False),
        ("kestrel lagoon amber fjord", True),
        ("kestrel lagoon amber fjord" * 10, False),
    ],
)
def test_passphrase_is_neither_short_nor_long(text: str, *, is_enough: bool) -> None:
    assert (policy.problem_with(text) is None) is is_enough


@pytest.mark.parametrize("scope", attempts.LIMITS)
def test_nothing_is_counted_for_longer_than_tries_are_kept(scope: str) -> None:
    limits = attempts.LIMITS[scope]
    each = (limits.pair, limits.account, limits.network, limits.total, limits.device)
    assert all(limit.number > 0 and limit.within <= attempts.KEPT for limit in each)


SITE = Site("share.example.org", "https://share.example.org", "OSAC Share")
KNOWN = Passkey(credential_id="YWJj", public_key="e30", sign_count=0, transports=["usb"])


def test_browser_makes_a_passkey_for_the_person_and_not_the_one_it_has() -> None:
    person = Person(public_id="abc", email="dora@example.org", name="Dora")
    said = json.loads(policy.creation_options(SITE, person, [KNOWN], b"challenge"))
    assert said["rp"] == {"id": "share.example.org", "name": "OSAC Share"}
    assert said["user"]["name"] == "dora@example.org"
    assert said["excludeCredentials"] == [
        {"id": "YWJj", "type": "public-key", "transports": ["usb"]}
    ]


@pytest.mark.parametrize(("needs", "asked"), [(True, "required"), (False, "preferred")])
def test_person_is_verified_where_that_is_needed(asked: str, *, needs: bool) -> None:
    options = policy.request_options(SITE, [KNOWN], b"challenge", needs_verification=needs)
    said = json.loads(options)
    assert (said["rpId"], said["userVerification"]) == ("share.example.org", asked)
    assert [one["id"] for one in said["allowCredentials"]] == ["YWJj"]


def test_passkey_that_an_answer_names_is_told_with_whose_it_is() -> None:
    response = {"clientDataJSON": "e30", "authenticatorData": "e30", "signature": "e30"}
    answer = {"id": "YQ", "rawId": "YQ", "type": "public-key", "response": response}
    assert policy.named_passkey(json.dumps(answer)) == ("YQ", None)
    answer["response"] = response | {"userHandle": "YWJj"}
    assert policy.named_passkey(json.dumps(answer)) == ("YQ", "abc")


def test_octets_are_kept_in_letters() -> None:
    assert policy.in_letters(b"\xff\xfe\xfd\xfc") == "__79_A"


def test_site_without_a_host_or_on_a_port_of_its_own() -> None:
    assert policy.site_of("https://", "x") is None
    assert policy.site_of("http://localhost:80", "x") == Site("localhost", "http://localhost", "x")
