"""Mail by SMTP: one connection kept for many messages."""

from __future__ import annotations

from collections import deque
from itertools import islice
from typing import TYPE_CHECKING, Self

from osac_share.kernel.mail.connection import Connection, Lost, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from types import TracebackType

    from osac_share.kernel.mail.connection import SmtpServer
    from osac_share.kernel.mail.envelopes import Answer, Envelope

COMMAND_TIMEOUT_S = 30.0
_PATIENCE = 2
"""How many envelopes in a row may lose their connection before the batch is given up."""

_AHEAD = 2
"""How many envelopes are there before their turn comes."""


class SmtpMailer:
    """A mailer for one server.

    A lost connection is made again once per envelope, unless the message itself was already
    on its way: then the server may have it, and the answer is a temporary failure. When no
    connection can be made, or two in a row break, the rest of the batch fails temporarily
    without further waiting.
    """

    def __init__(self, server: SmtpServer, *, timeout: float = COMMAND_TIMEOUT_S) -> None:
        """Connect to nothing yet; `timeout` bounds each command, in seconds."""
        self.server = server
        self._timeout = timeout
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        """Return the mailer itself; the connection is made for the first envelope."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Say goodbye to the server, if it is still there."""
        if self._connection is not None:
            self._connection.quit()
            self._connection = None

    def send(self, envelopes: Iterable[Envelope]) -> Iterator[Answer]:
        """Send the envelopes, in order, and yield the server's answer to each.

        Two at most are taken before their turn comes: while the server has one in hand, which
        takes it a while, whoever writes them writes the one after the next.
        """
        rest = iter(envelopes)
        waiting = deque(islice(rest, _AHEAD))

        def look_ahead() -> None:
            waiting.extend(islice(rest, _AHEAD - len(waiting)))

        failures = 0
        while waiting:
            envelope, following = waiting.popleft(), (waiting[0] if waiting else None)
            if failures < _PATIENCE:
                try:
                    answer = self._deliver(envelope, following, look_ahead)
                    failures = 0
                except Lost as lost:
                    answer = lost.answer
                    failures += 1
                except Unreachable as problem:
                    answer = problem.answer
                    failures = _PATIENCE
            yield answer
            look_ahead()

    def _deliver(
        self, envelope: Envelope, following: Envelope | None, meanwhile: Callable[[], None]
    ) -> Answer:
        was_open = self._connection is not None
        try:
            return self._attempt(envelope, following, meanwhile)
        except Lost as lost:
            # A server may close a connection that has been idle; one that closes a fresh
            # one, or that may have the message, is not asked again now.
            if lost.in_doubt or not was_open:
                raise
        return self._attempt(envelope, following, meanwhile)

    def _attempt(
        self, envelope: Envelope, following: Envelope | None, meanwhile: Callable[[], None]
    ) -> Answer:
        if self._connection is None:
            self._connection = Connection(self.server, self._timeout)
        try:
            return self._connection.deliver(envelope, following, meanwhile)
        except Lost:
            self._connection = None
            raise
