"""Web Push: the example of the standard comes out byte for byte, and only the browser reads."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from osac_share.kernel import webpush
from tests.support.push import decrypt

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEY = "a key that only the tests know and nobody else"

TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SEALED = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
"""The example of RFC 8291, section 5."""


def test_example_of_the_standard_comes_out_byte_for_byte() -> None:
    sender = derive_private_key(int.from_bytes(webpush.read(SENDER), "big"), webpush.CURVE)
    once = sender, webpush.read(SALT)
    sealed = webpush.encrypt(TEXT, webpush.read(BROWSER), webpush.read(AUTH), once=once)
    assert webpush.written(sealed) == SEALED


def test_browser_reads_what_was_padded_and_the_length_tells_nothing() -> None:
    browser, auth = generate_private_key(webpush.CURVE), bytes(range(16))
    point = webpush.public_point(browser)
    short, long = (webpush.encrypt(text, point, auth, length=500) for text in (b"a", b"b" * 400))
    assert len(short) == len(long)
    assert [decrypt(one, browser, auth) for one in (short, long)] == [b"a", b"b" * 400]


def test_longest_message_fits_what_push_services_take() -> None:
    browser, auth = generate_private_key(webpush.CURVE), bytes(16)
    longest = b"x" * webpush.LONGEST
    sealed = webpush.encrypt(longest, webpush.public_point(browser), auth)
    assert len(sealed) == webpush.RECORD
    with pytest.raises(ValueError, match="too long"):
        webpush.encrypt(longest + b"x", webpush.public_point(browser), auth)


def test_key_of_an_installation_is_always_the_same_and_nobody_else_s() -> None:
    one, again, other = map(webpush.server_key, (KEY, KEY, KEY[::-1]))
    assert webpush.public_point(one) == webpush.public_point(again)
    assert webpush.public_point(one) != webpush.public_point(other)
    assert one.exchange(ECDH(), other.public_key())


def test_push_service_can_verify_who_we_are() -> None:
    key = webpush.server_key(KEY)
    header = webpush.authorization(key, "https://push.example.org", "mailto:a@b.example", at=MOMENT)
    token, _, point = header.removeprefix("vapid t=").partition(", k=")
    said, _, signature = token.rpartition(".")
    claims = json.loads(webpush.read(said.partition(".")[2]))
    assert claims == {
        "aud": "https://push.example.org",
        "exp": int(MOMENT.timestamp()) + 12 * 3600,
        "sub": "mailto:a@b.example",
    }
    public = EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, webpush.read(point))
    raw = webpush.read(signature)
    numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public.verify(encode_dss_signature(*numbers), said.encode(), ECDSA(SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(encode_dss_signature(*numbers), said[:-1].encode(), ECDSA(SHA256()))


@pytest.mark.parametrize(
    ("point", "auth"),
    [(b"", bytes(16)), (bytes(65), bytes(16)), (webpush.read(BROWSER), bytes(15))],
)
def test_what_is_no_key_of_a_browser_is_known(point: bytes, auth: bytes) -> None:
    assert not webpush.is_key(point, auth)
    assert webpush.is_key(webpush.read(BROWSER), webpush.read(AUTH))
