"""A prepared message, made personal, reads as if it had been written for its reader alone."""

from __future__ import annotations

import html
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import Envelope, Message, PreparedMessage, clean_header, slot
from osac_share.kernel.text import clean_block

WRITTEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
HOSTILE = [
    "a & b <script>alert(1)</script> \"'",
    "=\r\n=3D=?utf-8?q?x?=",
    "\r\n.\r\nQUIT\r\n",
    "--=_osac_share_alternative--",
    "Bcc: evil@example.org\n\nFrom here",
    " trailing \nspaces \t",
    "é" * 200,
    "x" * 2_000,
    "\0\u202e\u2028\ud800",
    "",
]
VALUES = st.one_of(st.sampled_from(HOSTILE), st.text(st.characters(codec=None)))
BODIES = st.lists(
    st.one_of(
        st.sampled_from(
            [slot("reason"), slot("leave_link"), "\n", "\n\n", " ", "=", ".", "x" * 80]
        ),
        st.sampled_from(
            ["From a to b\n", "\n.\n", "Señor\n", "--=_osac_share_alternative\n", "\t"]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\r")),
    ),
    max_size=12,
).map("".join)


def parsed(envelope: Envelope) -> EmailMessage:
    message = message_from_bytes(envelope.content, _class=EmailMessage, policy=policy.default)
    parts = list(message.walk())
    assert not [defect for part in parts for defect in part.defects]
    return message


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    content = part.get_content()
    assert isinstance(content, str)
    return content


def lf(text: str) -> str:
    return text.replace("\r\n", "\n")


def make(**changes: Any) -> Message:  # noqa: ANN401 -- any part of a message.
    given: dict[str, Any] = {
        "sender": ("OSAC Share", "alerts@example.org"),
        "subject": "TLP:CLEAR Emergency: Avoid the harbor – Port Town",
        "text": "Avoid the harbor.\n",
        "html": "<p>Avoid the harbor.</p>\n",
        "date": WRITTEN,
    }
    return Message(**given | changes)


def send(message: Message, **changes: Any) -> Envelope:  # noqa: ANN401 -- any personal part.
    given: dict[str, Any] = {"message_id": "<d1@example.org>"}
    return PreparedMessage(message).for_recipient("ben@example.org", **given | changes)


@given(BODIES, BODIES, VALUES, VALUES)
def test_bodies_are_read_back_as_written_whatever_the_slots_hold(
    text: str, page: str, reason: str, link: str
) -> None:
    fields = {"reason": reason, "leave_link": link}
    used = {name: value for name, value in fields.items() if slot(name) in text + page}
    envelope = send(make(text=text, html=page), fields=used)
    expected_text, expected_page = text, page
    for name, value in used.items():
        expected_text = expected_text.replace(slot(name), clean_block(value))
        expected_page = expected_page.replace(slot(name), html.escape(clean_block(value)))
    message = parsed(envelope)
    assert lf(body(message, "plain")) == expected_text
    assert lf(body(message, "html")) == expected_page


@given(BODIES, VALUES, VALUES)
def test_every_line_is_short_ascii_and_ends_in_crlf(text: str, reason: str, subject: str) -> None:
    fields = {name: reason for name in ("reason", "leave_link") if slot(name) in text}
    content = send(make(text=text, html=text, subject=subject), fields=fields).content
    assert content.isascii()
    assert content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r")
    assert max(map(len, content.split(b"\r\n"))) <= 78
    body = content.partition(b"\r\n\r\n")[2]
    assert max(map(len, body.split(b"\r\n"))) <= 76


@given(VALUES, VALUES, VALUES)
def test_exactly_the_headers_that_were_set_are_read_back(
    subject: str, name: str, marking: str
) -> None:
    message = parsed(
        send(
            make(
                sender=(name, "alerts@example.org"),
                subject=subject,
                list_id="alerts.example.org",
                references=["<e1@example.org>", "<e2@example.org>"],
                headers={"X-OSAC-Marking": marking},
            ),
            unsubscribe_url="https://share.example.org/leave/abc",
        )
    )
    assert message.keys() == [
        "To", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "From", "Subject",
        "Date", "MIME-Version", "Auto-Submitted", "List-Id", "In-Reply-To", "References",
        "X-OSAC-Marking", "Content-Type",
    ]  # fmt: skip
    assert message["Subject"] == clean_header(subject)
    assert message["X-OSAC-Marking"] == clean_header(marking)
    assert clean_header(name).startswith(message["From"].addresses[0].display_name)


def test_the_message_says_what_mail_programs_ask_for() -> None:
    message = parsed(
        send(
            make(list_id="alerts.example.org", references=["<e1@example.org>", "<e2@example.org>"]),
            unsubscribe_url="https://share.example.org/leave/abc",
        )
    )
    assert message["To"] == "ben@example.org"
    assert message["From"] == "OSAC Share <alerts@example.org>"
    assert message["Message-ID"] == "<d1@example.org>"
    assert message["Date"].datetime == WRITTEN
    assert message["List-Id"] == "<alerts.example.org>"
    assert message["List-Unsubscribe"] == "<https://share.example.org/leave/abc>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["In-Reply-To"] == "<e2@example.org>"
    assert message["References"] == "<e1@example.org> <e2@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"


def test_the_plain_body_comes_first() -> None:
    message = parsed(send(make()))
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]


def test_a_message_without_html_is_plain_text() -> None:
    message = parsed(
        send(make(html=None, text=f"Your code: {slot('code')}\n"), fields={"code": "7"})
    )
    assert message.get_content_type() == "text/plain"
    assert lf(body(message, "plain")) == "Your code: 7\n"


def test_one_prepared_message_serves_many_readers() -> None:
    prepared = PreparedMessage(make(text=f"Why: {slot('reason')}\n", html=None))
    copies = [
        prepared.for_recipient(
            f"reader{number}@example.org",
            message_id=f"<d{number}@example.org>",
            fields={"reason": f"reason {number}"},
        )
        for number in range(3)
    ]
    assert [copy.recipient for copy in copies] == [f"reader{n}@example.org" for n in range(3)]
    assert [parsed(copy)["Message-ID"] for copy in copies] == [c.message_id for c in copies]
    assert [lf(body(parsed(c), "plain")) for c in copies] == [
        f"Why: reason {n}\n" for n in range(3)
    ]


def test_the_mail_of_login_and_invitation_has_nothing_to_unsubscribe_from() -> None:
    assert "List-Unsubscribe" not in parsed(send(make()))


@pytest.mark.parametrize("fields", [{}, {"reason": "a", "other": "b"}, {"other": "b"}])
def test_fields_and_slots_must_agree(fields: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="slots are"):
        send(make(text=slot("reason")), fields=fields)


def test_a_text_that_looks_like_a_slot_is_text() -> None:
    forged = "slot000000000000000000000000_reason_x"
    assert forged in body(parsed(send(make(text=forged))), "plain")


@pytest.mark.parametrize("name", ["Bcc", "to", "Subject", "Content-Type", "Reply-To", "DATE"])
def test_headers_that_direct_a_message_are_not_the_callers_to_set(name: str) -> None:
    with pytest.raises(ValueError, match="set by the message itself"):
        PreparedMessage(make(headers={name: "x"}))


@pytest.mark.parametrize("name", ["", "Reason", "a b", "a__b", "a1"])
def test_slots_have_plain_names(name: str) -> None:
    with pytest.raises(ValueError, match="not the name of a slot"):
        slot(name)


def test_more_than_one_recipient_is_refused() -> None:
    prepared = PreparedMessage(make())
    with pytest.raises(RuleBroken):
        prepared.for_recipient("a@example.org, b@example.org", message_id="<d1@example.org>")


@pytest.mark.parametrize("address", ["", "a b@example.org", "a@example.org>\r\nRCPT TO:<b@c.d"])
def test_an_envelope_holds_one_word_for_each_address(address: str) -> None:
    with pytest.raises(ValueError, match="not an address for an envelope"):
        Envelope("alerts@example.org", address, b"", "<d1@example.org>")
