"""What is handed to a mailer, what comes back, and what a mailer is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

_ONE_WORD = re.compile(r"[!-;=?-~]{3,254}")
"""Printable ASCII without blanks and angle brackets."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message on its way to one mailbox.

    Attributes:
        sender: the address that bounces go to.
        recipient: the address it is delivered to.
        content: the message, headers and body, with CRLF line ends.
        message_id: its identifier, in angle brackets; a repeat carries the same.
        has_crlf: whoever wrote the content has made sure of its line ends.

    """

    sender: str
    recipient: str
    content: bytes
    message_id: str
    has_crlf: bool = False

    def __post_init__(self) -> None:
        """Refuse addresses that would not stay one word within an SMTP command."""
        for address in (self.sender, self.recipient):
            if not _ONE_WORD.fullmatch(address):
                raise ValueError(f"{address!r} is not an address for an envelope")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said to one envelope.

    Attributes:
        accepted: it took responsibility for the message.
        permanent: it refused for good: trying this recipient again is pointless.
        code: the SMTP reply code; 0 when there was no reply.
        text: the reply in words, one line.

    """

    accepted: bool
    permanent: bool
    code: int
    text: str


class Mailer(Protocol):
    """A way to send mail; a context manager that holds its connection while it is open."""

    def __enter__(self) -> Self:
        """Return the mailer itself."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let go of the connection."""

    def send(self, envelopes: Iterable[Envelope]) -> Iterator[Answer]:
        """Send the envelopes, in order, and yield one answer for each.

        An envelope is sent when its answer is asked for, or shortly before; the next ones are
        taken from the iterable only then. Whoever wants to stop lets it end, and asks for the
        answers to what was taken. No failure to send raises; it is an answer.
        """
