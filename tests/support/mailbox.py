"""A mail server for tests: it takes what is sent and keeps it, or refuses as it is told."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Received:
    """One message as it arrived, with the addresses on its envelope."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage


@dataclass
class SmtpServer:
    """A server on the loopback interface.

    Set an answer to make it misbehave: `refusals["a@example.org"] = "550 no such person"` for
    one address, `data_answer = "451 try later"` for every message.
    """

    host: str = "127.0.0.1"
    port: int = 0
    received: list[Received] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 kept"

    @property
    def url(self) -> str:
        """Return the server's address as the settings want it."""
        return f"smtp://{self.host}:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """Return the messages that `address` received, oldest first."""
        return [one.message for one in self.received if address in one.recipients]

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd looks for this name.
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        """Accept a recipient unless told otherwise."""
        if refusal := self.refusals.get(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 -- aiosmtpd looks for this name.
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message and say so, unless told otherwise."""
        if not self.data_answer.startswith("250"):
            return self.data_answer
        content = envelope.content
        assert isinstance(content, bytes)
        message = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.received.append(Received(envelope.mail_from or "", tuple(envelope.rcpt_tos), message))
        return self.data_answer


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """Yield a mail server that listens for the length of one test."""
    with serving_mail() as kept:
        yield kept


@contextmanager
def serving_mail() -> Iterator[SmtpServer]:
    """Yield a mail server that listens on a free port of the loopback interface."""
    kept = SmtpServer()
    loop = asyncio.new_event_loop()
    # All of it happens in a thread of its own: a browser test has a loop in this one already.
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(_listen(kept, loop), loop).result()
    kept.port = listening.sockets[0].getsockname()[1]
    try:
        yield kept
    finally:
        asyncio.run_coroutine_threadsafe(_close(listening), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _listen(kept: SmtpServer, loop: asyncio.AbstractEventLoop) -> asyncio.Server:
    return await loop.create_server(
        lambda: SMTP(kept, enable_SMTPUTF8=True, loop=loop), kept.host, 0
    )


async def _close(listening: asyncio.Server) -> None:
    listening.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
