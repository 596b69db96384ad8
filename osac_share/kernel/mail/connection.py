"""One SMTP connection: the words of the protocol, each with a time limit."""

from __future__ import annotations

import io
import re
import smtplib
import socket
import ssl
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from osac_share.kernel.mail.envelopes import Answer
from osac_share.kernel.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from osac_share.kernel.mail.envelopes import Envelope

_CLOSING = 421
"""The reply of a server that is about to hang up."""

_FIRST_REPLY = 200
_FIRST_ERROR = 400
_FIRST_PERMANENT = 500
_OUR_FAULT = frozenset({503, 530, 534, 535, 538})
"""Wrong order or missing log-in: refusals of us, which say nothing about the recipient."""

_LINE_END = re.compile(rb"\r\n|\r|\n")
_LONGEST_REPLY = 300


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where mail is handed over, and as whom.

    Attributes:
        host: name or address of the server; certificates must be made out to it.
        port: TCP port.
        security: `tls` from the first byte, `starttls` required, or `none`.
        user: name to log in with; None for no log-in.
        password: its password.

    """

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None = None
    password: str | None = field(default=None, repr=False)


class Unreachable(Exception):
    """No connection could be made; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.text)
        self.answer = answer


class Lost(Exception):
    """The connection ended; `in_doubt` when the server may have the message all the same."""

    def __init__(self, answer: Answer, *, in_doubt: bool) -> None:
        super().__init__(answer.text)
        self.answer = answer
        self.in_doubt = in_doubt


class Connection:
    """An open connection, past greeting, encryption and log-in.

    Opening one raises `Unreachable` when any of that fails, and never sends a password or a
    message unencrypted where the server was to offer TLS.
    """

    def __init__(self, server: SmtpServer, timeout: float) -> None:
        try:
            self._smtp = _connect(server, timeout)
        except OSError as error:
            raise Unreachable(_failure("No connection to the server", error)) from error
        self._pipelining = self._smtp.has_extn("pipelining")
        self._eight_bit = self._smtp.has_extn("8bitmime")
        self._announced: Envelope | None = None

    def deliver(
        self,
        envelope: Envelope,
        following: Envelope | None = None,
        meanwhile: Callable[[], None] | None = None,
    ) -> Answer:
        """Hand one envelope over and return the server's answer.

        Args:
            envelope: what to hand over.
            following: what comes next. Where the server lets us, its addresses go along with
                the content of this one (RFC 2920): a message takes a single way and back.
            meanwhile: called while the server has the message in hand.

        Raises:
            Lost: the connection ended on the way.

        """
        in_doubt = False
        try:
            refusal = self._introduce(envelope)
            if refusal is not None:
                return refusal
            in_doubt = True
            self._hand_over(envelope, following)
            if meanwhile is not None:
                meanwhile()
            return _answer(*self._reply())
        except OSError as error:
            self._smtp.close()
            answer = _failure("The connection was lost", error)
            raise Lost(answer, in_doubt=in_doubt) from error

    def quit(self) -> None:
        """Say goodbye and close."""
        if self._announced is not None:
            # The server waits for content and would take a goodbye for that.
            self._smtp.close()
            return
        try:
            self._smtp.quit()
        except OSError:
            self._smtp.close()

    def _introduce(self, envelope: Envelope) -> Answer | None:
        """Say from whom and to whom; return the refusal, or None when content may follow."""
        replies = list(self._replies(envelope))
        refused = next((place for place, reply in enumerate(replies) if _is_error(reply)), None)
        if refused is None:
            return None
        if not _is_error(replies[-1]):
            # Pipelined, a server may ask for content though it took no recipient (RFC 2920).
            self._smtp.send(b".\r\n")
            self._reply()
        else:
            self._command("RSET")
        # A refusal of the sender is ours to mend; the recipient must not suffer for it.
        return _temporary(*replies[0]) if refused == 0 else _answer(*replies[refused])

    def _hand_over(self, envelope: Envelope, following: Envelope | None) -> None:
        content = _stuffed(envelope)
        if self._pipelining and following is not None:
            content += _in_one_go(self._commands(following))
            self._announced = following
        self._smtp.send(content)

    def _commands(self, envelope: Envelope) -> list[str]:
        body = " BODY=8BITMIME" if self._eight_bit and not envelope.content.isascii() else ""
        return [
            f"MAIL FROM:<{envelope.sender}>{body}",
            f"RCPT TO:<{envelope.recipient}>",
            "DATA",
        ]

    def _replies(self, envelope: Envelope) -> Iterator[tuple[int, str]]:
        commands = self._commands(envelope)
        if self._pipelining:
            if self._announced is None:
                self._smtp.send(_in_one_go(commands))
            elif self._announced is not envelope:
                raise ConnectionAbortedError("another message was announced and never came")
            self._announced = None
            for _ in commands:
                yield self._reply()
            return
        for command in commands:
            reply = self._command(command)
            yield reply
            if _is_error(reply):
                return

    def _command(self, command: str) -> tuple[int, str]:
        self._smtp.putcmd(command)
        return self._reply()

    def _reply(self) -> tuple[int, str]:
        code, text = self._smtp.getreply()
        if code == _CLOSING or code < _FIRST_REPLY:
            # It hangs up, or it does not speak SMTP.
            raise smtplib.SMTPResponseException(code, text)
        return code, text.decode("utf-8", "replace")


class _DeadlineReader(io.RawIOBase):
    """Reads a socket so that one reply, however slowly it drips, has one time limit."""

    def __init__(self, sock: socket.socket, seconds: float) -> None:
        self._socket = sock
        self._seconds = seconds
        self._deadline = 0.0

    def restart(self) -> None:
        self._deadline = time.monotonic() + self._seconds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 -- any writable buffer.
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("the reply took too long")
        self._socket.settimeout(left)
        try:
            return self._socket.recv_into(buffer)
        finally:
            self._socket.settimeout(self._seconds)


class _Deadlines:
    """Makes `getreply` keep the time limit per reply rather than per packet."""

    sock: Any
    file: Any
    timeout: Any

    def getreply(self) -> tuple[int, bytes]:
        if self.file is None:
            self._reader = _DeadlineReader(self.sock, self.timeout)
            self.file = io.BufferedReader(self._reader)
        self._reader.restart()
        return super().getreply()  # type: ignore[misc, no-any-return]


class _Smtp(_Deadlines, smtplib.SMTP):
    pass


class _SmtpTls(_Deadlines, smtplib.SMTP_SSL):
    pass


def _connect(server: SmtpServer, timeout: float) -> smtplib.SMTP:
    # Its own name without a look-up: a broken DNS shall not hold the greeting up.
    own_name = socket.gethostname()
    where = (server.host, server.port)
    smtp: smtplib.SMTP
    if server.security == "tls":
        context = ssl.create_default_context()
        smtp = _SmtpTls(*where, local_hostname=own_name, timeout=timeout, context=context)
    else:
        smtp = _Smtp(*where, local_hostname=own_name, timeout=timeout)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo_or_helo_if_needed()
        if server.user is not None:
            smtp.login(server.user, server.password or "")
    except BaseException:
        smtp.close()
        raise
    return smtp


def _in_one_go(commands: Sequence[str]) -> bytes:
    return "".join(f"{command}\r\n" for command in commands).encode("ascii")


def _is_error(reply: tuple[int, str]) -> bool:
    return reply[0] >= _FIRST_ERROR


def _answer(code: int, text: str) -> Answer:
    return Answer(
        accepted=code < _FIRST_ERROR,
        permanent=code >= _FIRST_PERMANENT and code not in _OUR_FAULT,
        code=code,
        text=clean_line(text)[:_LONGEST_REPLY],
    )


def _temporary(code: int, text: str) -> Answer:
    return replace(_answer(code, text), accepted=False, permanent=False)


def _failure(what: str, error: OSError) -> Answer:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
        return _temporary(max(error.smtp_code, 0), text)
    return _temporary(0, f"{what}: {error}")


def _stuffed(envelope: Envelope) -> bytes:
    """Return the content as it goes over the wire: CRLF, dots doubled, the dot at the end."""
    content = envelope.content
    if not envelope.has_crlf:
        content = _LINE_END.sub(b"\r\n", content)
    if not content.endswith(b"\r\n"):
        content += b"\r\n"
    first = b"." if content.startswith(b".") else b""
    return first + content.replace(b"\r\n.", b"\r\n..") + b".\r\n"
