"""One way to hand over a notice, whatever the kind of the endpoint."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from osac_share.channels.messages.browsers import Browsers
from osac_share.channels.messages.gateways import Rooms, TextMessages
from osac_share.channels.messages.webhooks import Webhooks
from osac_share.channels.models import BROWSER, CHAT, SMS, WEBHOOK
from osac_share.kernel.fetching import Fetcher, Limits
from osac_share.kernel.mail import Answer
from osac_share.kernel.webpush import server_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from osac_share.channels.messages.notices import Notice
    from osac_share.channels.policy import Contents
    from osac_share.settings import Settings

logger = logging.getLogger(__name__)

LIMITS = Limits(size=0, seconds=8, redirects=0)
"""How long a server of somebody's is waited for. It has our message then, and time enough."""


class Sender(Protocol):
    """Whoever knows one kind of endpoint."""

    def send(self, contents: Contents, notice: Notice, *, at: datetime) -> Answer:
        """Hand over a notice once."""


class Messenger:
    """Hands notices over, on every kind of channel that the installation has."""

    def __init__(self, settings: Settings) -> None:
        """Send for this installation."""
        site, channels = settings.site.name, settings.channels
        fetcher = Fetcher(
            agent=f"{site} (+{settings.public.url})",
            allowed_private=frozenset(channels.allowed_private),
            limits=LIMITS,
            accept="*/*",
        )
        self._senders: dict[str, Sender] = {
            WEBHOOK: Webhooks(fetcher),
            CHAT: Rooms(site),
            BROWSER: Browsers(
                fetcher, server_key(settings.require_secret()), f"mailto:{settings.site.contact}"
            ),
        }
        if channels.sms:
            self._senders[SMS] = TextMessages(channels.sms, site)

    @property
    def kinds(self) -> Mapping[str, Sender]:
        """Return the kinds of endpoints that are served here."""
        return self._senders

    def send(self, kind: str, contents: Contents, notice: Notice, *, at: datetime) -> Answer:
        """Hand over a notice once, and return what came of it; nothing is raised.

        Args:
            kind: that of the endpoint.
            contents: its address and keys.
            notice: what is told.
            at: now.

        """
        if kind not in self._senders:
            return _refused("this site has no such channel any more")
        try:
            return self._senders[kind].send(contents, notice, at=at)
        except Exception as problem:
            # One message that cannot be sent must not keep the others waiting.
            logger.exception("a notice by %s cannot be sent", kind)
            return _refused(f"it could not be sent ({type(problem).__name__})")


def _refused(words: str) -> Answer:
    return Answer(accepted=False, permanent=False, code=0, text=words)
