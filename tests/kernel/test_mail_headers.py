"""No value becomes a header of its own, and what is read back is what was meant."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.generator import BytesGenerator
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import clean_address, clean_header
from osac_share.kernel.mail import headers as writing

HOSTILE = [
    "Alert\r\nBcc: evil@example.org",
    "Alert\nBcc: evil@example.org",
    "Alert\rBcc: evil@example.org",
    "Alert\u2028Bcc: evil@example.org",
    "Alert\u0085Bcc: evil@example.org",
    "Alert\x0bBcc: evil@example.org\x0c",
    "=?utf-8?q?=0D=0ABcc:_evil@example.org?=",
    "=?UTF-8?B?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "é =?utf-8?q?=0D=0ABcc:_evil@example.org?=",
    "==??utf-8?q?=0D=0ABcc:_x?==",
    "=\u200b?utf-8?q?=0D=0ABcc:_x?\u200b=",
    "=?utf-8?q?" + "=0D=0ABcc:_evil@example.org" * 40 + "?=",
    "\u202eprawkcab",
    "\r\n\r\n<script>alert(1)</script>",
    "x" * 5_000,
    "é" * 5_000,
    "word " * 1_000,
    "\ud800\udfff\0",
    "",
    " ",
]
VALUES = st.one_of(
    st.text(st.characters(codec=None)),
    st.lists(st.sampled_from([*HOSTILE, "=?", "?=", "=", "?", " ", "_", "é", "a", "\r\n"])).map(
        "".join
    ),
)


@given(VALUES)
@example("=?utf-8?q?=0D=0ABcc:_evil@example.org?=")
@example("x" * 74 + " " + "y" * 80)
def test_a_subject_is_read_back_as_its_clean_text_and_nothing_else(value: str) -> None:
    line = writing.header("Subject", value)
    message = message_from_bytes(line + b"\r\nbody", policy=policy.default)
    assert message.items() == [("Subject", clean_header(value))]
    assert not message.defects
    assert not message["Subject"].defects
    assert all(len(part) <= 78 for part in line.split(b"\r\n"))


@pytest.mark.parametrize("value", HOSTILE)
def test_a_program_that_writes_the_message_again_adds_no_header(value: str) -> None:
    message = message_from_bytes(writing.header("Subject", value) + b"\r\nx", policy=policy.SMTP)
    again = BytesIO()
    BytesGenerator(again).flatten(message)
    assert message_from_bytes(again.getvalue(), policy=policy.default).keys() == ["Subject"]


@given(VALUES)
def test_a_display_name_is_read_back_as_the_beginning_of_its_clean_text(value: str) -> None:
    line = writing.mailbox_header("From", value, "alerts@example.org")
    sender = message_from_bytes(line + b"\r\n", policy=policy.default)["From"]
    (mailbox,) = sender.addresses
    meant = clean_header(value)
    assert mailbox.addr_spec == "alerts@example.org"
    assert mailbox.display_name == meant.encode()[:30].decode(errors="ignore").rstrip()


@pytest.mark.parametrize(
    "address", ["a.b+c@example.org", "o'neil@mail.example.org", "a_b@xn--bcher-kva.example"]
)
def test_one_address_is_accepted_as_it_is(address: str) -> None:
    assert clean_address(f" {address} ") == address


def test_the_domain_is_in_lower_case_and_the_mailbox_is_not() -> None:
    assert clean_address("Desk.One@Example.ORG") == "Desk.One@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "desk",
        "desk@",
        "@example.org",
        "desk@localhost",
        "desk@example..org",
        ".desk@example.org",
        "desk.@example.org",
        "a@b@example.org",
        "a@example.org,b@example.org",
        "a@example.org b@example.org",
        "a@example.org;b@example.org",
        "Desk <desk@example.org>",
        "<desk@example.org>",
        '"desk"@example.org',
        '"a@evil.example "@example.org',
        "desk(comment)@example.org",
        "desk@[127.0.0.1]",
        "desk@-example.org",
        "desk@example.org\r\nBcc: evil@example.org",
        "desk@example.org\n",
        "desk\0@example.org",
        "desk@exam\u200bple.org",
        "d\u0435sk@example.org",
        "=?utf-8?q?desk?=@example.org",
        "a!b@example.org",
        "a%b@example.org",
        "d" * 65 + "@example.org",
        "desk@" + "e" * 64 + ".org",
        "desk@" + "e." * 200 + "org",
        "a" * 50_000 + "@",
        "a." * 50_000 + "@",
    ],
)
def test_anything_but_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(RuleBroken):
        clean_address(address)


@pytest.mark.parametrize("name", ["", "Sub ject", "Subject:", "X\r\nBcc", "Üx", "X" * 80])
def test_a_header_needs_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a header"):
        writing.header(name, "value")


@pytest.mark.parametrize("value", ["a@example.org", "<a>", "<a@b c>", "<a@b>\r\nBcc: x", "<é@b>"])
def test_identifiers_are_checked(value: str) -> None:
    with pytest.raises(ValueError, match="does not identify a message"):
        writing.ids_header("References", [value])


@pytest.mark.parametrize(
    "url", ["", "javascript:1", "https://e x", "https://e>\r\nBcc: x", "https://" + "e" * 1_000]
)
def test_addresses_to_unsubscribe_at_are_checked(url: str) -> None:
    with pytest.raises(ValueError, match="not an address to unsubscribe at"):
        writing.unsubscribe_headers(url)
