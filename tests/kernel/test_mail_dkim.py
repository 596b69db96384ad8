"""Mail is signed so that any receiver can tell that it is ours, and unchanged."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from osac_share.kernel.errors import Misconfigured
from osac_share.kernel.mail import Envelope, Message, OutboxMailer, PreparedMessage
from osac_share.kernel.mail.dkim import (
    Signer,
    SigningMailer,
    body_hash,
    dns_record,
    make_key,
    open_signer,
    sign,
    signed_part,
    written,
)
from tests.support.dkim import signed_names, verifies

if TYPE_CHECKING:
    from pathlib import Path

    from osac_share.kernel.mail.dkim import Key

ED25519_SIGNATURE = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
"""
RSA_SIGNATURE = b"""\
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
"""
EXAMPLE = b"""\
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
ED25519_SEED = base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
ED25519_RECORD = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RSA_RECORD = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWR"
    "iGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutAC"
    "DfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3"
    "Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
)
RSA_KEY = make_key(modern=False)
KEYS: dict[str, Key] = {"rsa": RSA_KEY, "ed25519": make_key(modern=True)}

MAIL = PreparedMessage(
    Message(
        sender=("OSAC Share", "alerts@example.org"),
        subject="[TLP:GREEN] Señal de alerta: " + "una marcha " * 12,
        text="First line  \n\n.\nLast line\n\n\n",
        html="<p>First\tline</p>\n",
        date=datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
        list_id="alerts.example.org",
        references=["<report-1@example.org>"],
    )
).for_recipient(
    "reader@example.org",
    message_id="<delivery-1@example.org>",
    unsubscribe_url="https://share.example.org/unsubscribe/x",
)


def crlf(text: bytes) -> bytes:
    return text.replace(b"\n", b"\r\n")


def signed(key: Key, content: bytes = MAIL.content) -> bytes:
    return Signer("example.org", "osac", key).signature(content) + content


def test_the_verifier_of_these_tests_agrees_with_the_published_example() -> None:
    content = crlf(ED25519_SIGNATURE + RSA_SIGNATURE + EXAMPLE)
    assert verifies(content, ED25519_RECORD)
    assert verifies(content, RSA_RECORD, place=1)
    assert not verifies(content.replace(b"lost", b"won"), ED25519_RECORD)
    assert not verifies(content.replace(b"dinner", b"supper"), RSA_RECORD, place=1)


def test_the_published_example_is_signed_as_it_was_published() -> None:
    head, _, body = crlf(EXAMPLE).partition(b"\r\n\r\n")
    assert body_hash(body) == "2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="
    names = ["from", "to", "subject", "date", "message-id", "from", "subject", "date"]
    signature = crlf(ED25519_SIGNATURE).removesuffix(b"\r\n")
    said = signed_part(head.split(b"\r\n"), names, signature)
    made = sign(Ed25519PrivateKey.from_private_bytes(ED25519_SEED), said)
    assert base64.b64encode(made) == re.sub(rb"[ \r\n]+", b"", signature.partition(b" b=")[2])


@pytest.mark.parametrize("kind", KEYS)
def test_what_is_signed_verifies_by_the_record_that_is_published(kind: str) -> None:
    key = KEYS[kind]
    content = signed(key)
    assert verifies(content, dns_record(key))
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))
    assert content == signed(key)


@pytest.mark.parametrize("body", [b"", b"\r\n\r\n", b"no line end", b" \t\r\n  a  b \t\r\n\r\n "])
def test_any_body_is_signed_as_receivers_read_it(body: bytes) -> None:
    key = KEYS["ed25519"]
    content = b"From: alerts@example.org\r\nSubject: \t \r\n\r\n" + body
    assert verifies(signed(key, content), dns_record(key))


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        (b"reader@example.org", b"other@example.org"),
        (b"Subject: =?", b"Subject: x =?"),
        (b"unsubscribe/x", b"unsubscribe/y"),
        (b"One-Click", b"Two-Click"),
        (b"delivery-1", b"delivery-2"),
        (b"09:30:00", b"09:30:01"),
        (b"alternative;", b"mixed;"),
        (b"First line", b"Other line"),
    ],
)
def test_no_word_can_be_changed_on_the_way(said: bytes, instead: bytes) -> None:
    key = KEYS["ed25519"]
    assert said in MAIL.content
    assert not verifies(signed(key).replace(said, instead), dns_record(key))


@pytest.mark.parametrize(
    "name", [b"From", b"To", b"Cc", b"Reply-To", b"Subject", b"Date", b"Content-Type"]
)
def test_no_header_that_readers_see_can_be_added_on_the_way(name: bytes) -> None:
    key = KEYS["ed25519"]
    added = name + b": evil@example.net\r\n"
    for content in (
        added + signed(key),
        signed(key).replace(b"\r\n\r\n", b"\r\n" + added + b"\r\n", 1),
    ):
        assert not verifies(content, dns_record(key))


def test_every_header_of_a_mail_with_meaning_is_signed() -> None:
    names = signed_names(signed(KEYS["ed25519"]))
    assert {"list-unsubscribe", "list-unsubscribe-post", "references", "list-id"} <= set(names)
    assert names.count("from") == 2
    assert names.count("cc") == 1


def test_a_signing_mailer_sends_each_message_signed(tmp_path: Path) -> None:
    key = KEYS["rsa"]
    with SigningMailer(OutboxMailer(tmp_path), Signer("example.org", "osac", key)) as mailer:
        envelopes = [
            Envelope("alerts@example.org", "reader@example.org", MAIL.content, f"<{one}@x>")
            for one in range(2)
        ]
        assert [answer.accepted for answer in mailer.send(envelopes)] == [True, True]
    kept = [file.read_bytes().partition(b"\r\n")[2] for file in tmp_path.glob("*.eml")]
    assert len(kept) == 2
    assert all(verifies(content, dns_record(key)) for content in kept)


@pytest.mark.parametrize("kind", KEYS)
def test_a_key_in_a_file_signs(kind: str, tmp_path: Path) -> None:
    file, key = tmp_path / "dkim.pem", KEYS[kind]
    file.write_bytes(written(key))
    signer = open_signer("example.org", "osac", str(file))
    assert signer is not None
    assert verifies(signer.signature(MAIL.content) + MAIL.content, dns_record(key))


def test_without_a_domain_nothing_is_signed() -> None:
    assert open_signer("", "osac", "") is None


def in_pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"secret", "not a private key"),
        (in_pem(ec.generate_private_key(ec.SECP256R1())), "neither RSA nor Ed25519"),
        (in_pem(rsa.generate_private_key(65537, 1024)), "shorter than 2048 bits"),  # noqa: S505
    ],
)
def test_a_key_that_cannot_sign_stops_the_start(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "dkim.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Misconfigured, match=words):
        open_signer("example.org", "osac", str(file))
