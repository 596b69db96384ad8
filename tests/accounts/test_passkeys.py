"""What is believed of a browser about passkeys: nothing that was not asked of it."""

from __future__ import annotations

import json

import pytest

from osac_share.accounts.models import Passkey
from osac_share.accounts.policy import (
    Site,
    answered_challenge,
    known_transports,
    made_passkey,
    named_passkey,
    site_of,
)

SITE = Site("share.example.org", "https://share.example.org", "OSAC Share")
CHALLENGE = b"c" * 32
GARBAGE = [
    "",
    "null",
    "[]",
    "{}",
    "[" * 19_000,
    '{"id": 1}',
    '{"id": "\\ud800"}',
    json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": {}}),
    json.dumps(
        {
            "id": "YQ",
            "rawId": "YQ",
            "type": "public-key",
            "response": {
                "clientDataJSON": "!!!",
                "authenticatorData": "\u00e9",
                "signature": "a",
                "userHandle": "a",
                "attestationObject": "o2NmbXRkbm9uZQ",
            },
        }
    ),
    json.dumps(
        {
            "id": "YQ",
            "rawId": "YQ",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "authenticatorData": "e30",
                "signature": "e30",
                "attestationObject": "e30",
            },
        }
    ),
]


@pytest.mark.parametrize("answer", GARBAGE)
def test_answer_that_is_none_is_no_passkey_and_no_failure(answer: str) -> None:
    passkey = Passkey(credential_id="YQ", public_key="e30", sign_count=0)
    assert made_passkey(answer, SITE, CHALLENGE) is None
    assert answered_challenge(answer, passkey, SITE, CHALLENGE, needs_verification=False) is None
    named = named_passkey(answer)
    assert named is None or named[0] == "YQ"


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://share.example.org", "share.example.org", "https://share.example.org"),
        ("https://share.example.org:443", "share.example.org", "https://share.example.org"),
        ("https://share.example.org:8443", "share.example.org", "https://share.example.org:8443"),
        ("http://localhost:8000", "localhost", "http://localhost:8000"),
    ],
)
def test_passkeys_are_for_the_host_and_origin_of_the_public_address(
    url: str, host: str, origin: str
) -> None:
    assert site_of(url, "OSAC Share") == Site(host, origin, "OSAC Share")


@pytest.mark.parametrize(
    "url",
    ["http://share.example.org", "http://127.0.0.1:8000", "https://192.0.2.1", "https://[::1]"],
)
def test_no_passkeys_are_offered_where_browsers_make_none(url: str) -> None:
    assert site_of(url, "OSAC Share") is None


def test_of_what_a_device_says_about_itself_only_known_words_are_kept() -> None:
    assert known_transports(["usb", "<script>", "internal"]) == ["internal", "usb"]
