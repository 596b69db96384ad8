"""Over SMTP every envelope gets its own answer, whatever the server does."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Literal

import pytest

from osac_share.kernel.mail import Answer, Envelope, SmtpMailer, SmtpServer
from tests.support.scripted_smtp import HOST, Script, scripted, serving

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.mailbox import SmtpServer as Mailbox

BODY = b"Subject: Alert\r\n\r\nAvoid the harbor.\r\n"


PIPELINING: Script = {b"EHLO": [b"250-here\r\n250 PIPELINING"]}


def envelope(recipient: str = "ben@example.org", content: bytes = BODY) -> Envelope:
    return Envelope("alerts@example.org", recipient, content, "<d1@example.org>")


def mailer(
    port: int, security: Literal["none", "starttls", "tls"] = "none", *, timeout: float = 10
) -> SmtpMailer:
    return SmtpMailer(SmtpServer(HOST, port, security), timeout=timeout)


def outcome(answer: Answer) -> tuple[bool, bool, int]:
    return answer.accepted, answer.permanent, answer.code


def test_messages_arrive_over_one_connection(smtp_server: Mailbox) -> None:
    envelopes = [envelope(f"reader{number}@example.org") for number in range(5)]
    with mailer(smtp_server.port) as sending:
        answers = list(sending.send(envelopes))
    assert [outcome(answer) for answer in answers] == [(True, False, 250)] * 5
    assert [one.recipients for one in smtp_server.received] == [
        (f"reader{number}@example.org",) for number in range(5)
    ]
    assert smtp_server.received[0].sender == "alerts@example.org"


def test_each_refusal_is_the_answer_to_its_own_envelope(smtp_server: Mailbox) -> None:
    smtp_server.refusals["busy@example.org"] = "450 4.2.1 try later"
    smtp_server.refusals["gone@example.org"] = "550 5.1.1 no such person"
    names = ["a", "busy", "b", "gone", "c"]
    with mailer(smtp_server.port) as sending:
        answers = list(sending.send([envelope(f"{name}@example.org") for name in names]))
    assert [outcome(answer) for answer in answers] == [
        (True, False, 250),
        (False, False, 450),
        (True, False, 250),
        (False, True, 550),
        (True, False, 250),
    ]
    assert answers[3].text == "5.1.1 no such person"
    assert len(smtp_server.received) == 3


@pytest.mark.parametrize(("reply", "permanent"), [("451 later", False), ("552 too big", True)])
def test_a_refused_message_is_the_answer(
    smtp_server: Mailbox, *, reply: str, permanent: bool
) -> None:
    smtp_server.data_answer = reply
    with mailer(smtp_server.port) as sending:
        (answer,) = sending.send([envelope()])
    assert outcome(answer) == (False, permanent, int(reply[:3]))


@pytest.mark.parametrize(
    "lines",
    [
        [b".", b"..", b".hidden", b"a.", b""],
        [b"x" * 900, b"y"],
        ["Señor, Straße, 東京".encode()],
        [b"QUIT", b"RSET", b"From here"],
    ],
)
def test_content_arrives_as_it_was_sent(smtp_server: Mailbox, lines: list[bytes]) -> None:
    head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    content = head + b"".join(line + b"\r\n" for line in lines)
    with mailer(smtp_server.port) as sending:
        (answer,) = sending.send([envelope(content=content)])
    assert answer.accepted
    received = smtp_server.received[0].message.get_payload(decode=True)
    assert received == b"".join(line + b"\r\n" for line in lines)


def test_lone_line_ends_cannot_end_a_message_early() -> None:
    content = b"Subject: x\n\nfirst\n.\nMAIL FROM:<evil@example.org>\r.\rlast"
    with scripted({}) as server, mailer(server.port) as sending:
        (answer,) = sending.send([envelope(content=content)])
    assert answer.accepted
    lines = server.heard[0]
    assert lines[lines.index(b"DATA\r\n") + 1 :][:9] == [
        b"Subject: x\r\n", b"\r\n", b"first\r\n", b"..\r\n", b"MAIL FROM:<evil@example.org>\r\n",
        b"..\r\n", b"last\r\n", b".\r\n", b"quit\r\n",
    ]  # fmt: skip


def test_eight_bit_content_is_announced_where_the_server_takes_it() -> None:
    with scripted({b"EHLO": [b"250-here\r\n250 8BITMIME"]}) as server:
        with mailer(server.port) as sending:
            list(sending.send([envelope(), envelope(content="é\r\n".encode())]))
        announced = [line for line in server.heard[0] if line.startswith(b"MAIL")]
    assert announced == [
        b"MAIL FROM:<alerts@example.org>\r\n",
        b"MAIL FROM:<alerts@example.org> BODY=8BITMIME\r\n",
    ]


def test_a_server_that_pipelines_answers_each_envelope_all_the_same() -> None:
    script: Script = {
        b"EHLO": [b"250-here\r\n250 PIPELINING"],
        b"RCPT": [b"250 OK", b"550 gone", b"450 busy", b"250 OK"],
        b"DATA": [b"354 go on", b"503 no recipient", b"354 go on", b"354 go on"],
        b"CONTENT": [b"250 taken", b"554 no recipient", b"250 taken"],
    }
    with scripted(script) as server, mailer(server.port) as sending:
        answers = list(sending.send([envelope() for _ in range(4)]))
    assert [outcome(answer) for answer in answers] == [
        (True, False, 250),
        (False, True, 550),
        (False, False, 450),
        (True, False, 250),
    ]
    assert len(server.heard) == 1


def test_addresses_of_the_next_message_go_along_with_the_one_before_it() -> None:
    with scripted(PIPELINING) as server, mailer(server.port) as sending:
        taken: list[str] = []
        answers = sending.send(made(taken, 4))
        assert next(answers).accepted
        # The one after the next was made while the server had the first.
        assert taken == ["reader0", "reader1", "reader2"]
        assert said(server.heard[0]) == ["MAIL", "RCPT", "DATA", ".", "MAIL", "RCPT", "DATA"]
        assert [answer.accepted for answer in answers] == [True] * 3
    assert said(server.heard[0]) == ["MAIL", "RCPT", "DATA", "."] * 4 + ["quit"]


def test_message_that_was_announced_and_not_sent_is_sent_over_another_connection() -> None:
    script = PIPELINING | {b"MAIL": [b"250 OK", b"hang up", b"250 OK"]}
    with scripted(script) as server, mailer(server.port) as sending:
        answers = list(sending.send(made([], 3)))
    assert [answer.accepted for answer in answers] == [True] * 3
    assert [said(lines).count(".") for lines in server.heard] == [1, 2]


def test_loss_of_one_message_says_nothing_of_the_one_that_was_announced() -> None:
    script = PIPELINING | {b"CONTENT": [b"hang up", b"250 taken"]}
    with scripted(script) as server, mailer(server.port) as sending:
        answers = list(sending.send(made([], 2)))
    assert [outcome(answer) for answer in answers] == [(False, False, 0), (True, False, 250)]
    assert [said(lines).count(".") for lines in server.heard] == [1, 1]


def test_message_that_was_announced_and_never_came_is_no_message() -> None:
    with scripted(PIPELINING) as server, mailer(server.port) as sending:
        assert next(sending.send(made([], 2))).accepted
        [answer] = sending.send([envelope("other@example.org")])
        assert answer.accepted
        assert next(sending.send(made([], 2))).accepted
    heard = [line for lines in server.heard for line in lines]
    assert said(heard).count(".") == 3
    assert len(server.heard) == 2


def made(taken: list[str], number: int) -> Iterator[Envelope]:
    """Yield envelopes, and note whose are made."""
    for place in range(number):
        taken.append(f"reader{place}")
        yield envelope(f"reader{place}@example.org")


def said(lines: list[bytes]) -> list[str]:
    """Return the first words of commands, and a dot for the end of each message."""
    words = [line.split()[0].decode() for line in lines if line.split()]
    return [word for word in words if word in {"MAIL", "RCPT", "DATA", ".", "quit"}]


def test_a_connection_that_was_closed_meanwhile_is_made_again() -> None:
    with (
        scripted({b"MAIL": [b"250 OK", b"hang up", b"250 OK"]}) as server,
        mailer(server.port) as sending,
    ):
        answers = list(sending.send([envelope(), envelope()]))
    assert [answer.accepted for answer in answers] == [True, True]
    assert len(server.heard) == 2


def test_a_server_that_closes_with_421_is_called_again() -> None:
    with (
        scripted({b"MAIL": [b"250 OK", b"421 idle too long", b"250 OK"]}) as server,
        mailer(server.port) as sending,
    ):
        answers = list(sending.send([envelope(), envelope()]))
    assert [answer.accepted for answer in answers] == [True, True]
    assert len(server.heard) == 2


def test_a_connection_lost_after_the_message_is_not_tried_again_at_once() -> None:
    with (
        scripted({b"CONTENT": [b"hang up", b"250 taken"]}) as server,
        mailer(server.port) as sending,
    ):
        answers = list(sending.send([envelope(), envelope()]))
    assert [outcome(answer) for answer in answers] == [(False, False, 0), (True, False, 250)]
    assert sum(line == b".\r\n" for lines in server.heard for line in lines) == 2


def test_a_server_that_always_hangs_up_is_called_twice_and_no_more() -> None:
    with scripted({b"MAIL": [b"hang up"]}) as server, mailer(server.port) as sending:
        answers = list(sending.send([envelope() for _ in range(50)]))
    assert {outcome(answer) for answer in answers} == {(False, False, 0)}
    assert len(answers) == 50
    assert len(server.heard) == 2


@pytest.mark.parametrize("greeting", [b"554 go away", b"421 busy", b"nonsense", b"hang up"])
def test_a_server_that_does_not_serve_fails_every_envelope_for_now(greeting: bytes) -> None:
    with scripted({b"GREETING": [greeting]}) as server, mailer(server.port) as sending:
        answers = list(sending.send([envelope() for _ in range(3)]))
    assert [(answer.accepted, answer.permanent) for answer in answers] == [(False, False)] * 3
    assert len(server.heard) == 1


def test_no_server_at_all_fails_every_envelope_for_now() -> None:
    with socket.create_server((HOST, 0)) as listening:
        port = listening.getsockname()[1]
    with mailer(port) as sending:
        answers = list(sending.send([envelope() for _ in range(100)]))
    assert {outcome(answer) for answer in answers} == {(False, False, 0)}
    assert len(answers) == 100


@pytest.mark.parametrize(
    ("word", "reply"), [(b"MAIL", b"550 who are you"), (b"RCPT", b"530 log in")]
)
def test_refusals_of_us_are_not_held_against_the_recipient(word: bytes, reply: bytes) -> None:
    with scripted({word: [reply]}) as server, mailer(server.port) as sending:
        (answer,) = sending.send([envelope()])
    assert outcome(answer) == (False, False, int(reply[:3]))


def test_a_reply_that_drips_in_is_given_up_in_time() -> None:
    stop = threading.Event()

    def drip(client: socket.socket) -> None:
        with client:
            client.sendall(b"220 ")
            while not stop.wait(0.05):
                client.sendall(b".")

    with serving(drip) as port, mailer(port, timeout=0.5) as sending:
        (answer,) = sending.send([envelope()])
        stop.set()
    assert outcome(answer) == (False, False, 0)
    assert "too long" in answer.text or "timed out" in answer.text


def test_without_the_promised_encryption_nothing_is_said() -> None:
    with scripted({}) as server:
        for security in ("starttls", "tls"):
            secure = SmtpServer(HOST, server.port, security, "desk", "secret")
            with SmtpMailer(secure, timeout=1) as sending:
                (answer,) = sending.send([envelope()])
            assert outcome(answer) == (False, False, 0)
        said = b"".join(line for lines in server.heard for line in lines)
    assert b"MAIL" not in said
    assert b"AUTH" not in said
