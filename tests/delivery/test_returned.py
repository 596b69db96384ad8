"""Whatever strangers send back is read, and believed only where it names a mail of ours."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from osac_share.delivery.messages.returned import read_returned
from osac_share.kernel.mail.returns import DELIVERED, Returns, Sent
from tests.support.returned import report

HOSTILE = [
    b"",
    b"\0\xff" * 100,
    b"Content-Type: multipart/report\r\n\r\n",
    b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
    b"Content-Type: multipart/report; boundary=a\r\n\r\n--a\r\n" * 5_000,
    b"To: bounces+" + b"a" * 10_000 + b"@example.org\r\n\r\n",
    b"To: =?utf-8?q?=00?= <bounces+\xff@x>\r\nContent-Type: message/delivery-status\r\n\r\nx",
    report("9.9.9"),
    report("5.1.1", to="bounces+abcdefghijklmnopqrstuvwxyz234567abcdef@example.org"),
    b'Content-Type: message/delivery-status; charset="\0"\r\n\r\nStatus: 5.1.1\r\n\r\nAction: x',
]


@given(st.one_of(st.sampled_from(HOSTILE), st.binary(max_size=400)))
def test_nothing_that_strangers_write_is_believed_or_breaks(content: bytes) -> None:
    assert read_returned("a key of thirty-two characters!!", content) is None


def test_long_message_is_read_to_a_limit() -> None:
    address = Returns("a key", "bounces@example.org").address(DELIVERED, 5) or ""
    content = report("5.1.1", to=address) + b"x" * 5_000_000
    returned = read_returned("a key", content)
    assert returned is not None
    assert returned.sent == Sent(DELIVERED, 5)
    assert returned.refusal.closes_at_once
