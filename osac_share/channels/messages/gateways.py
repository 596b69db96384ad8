"""Handing a notice to chat and to SMS gateways by Apprise; the only place that knows it.

Apprise speaks to some 240 services, and some of its addresses make it read files or call any
server. So none of its own addresses comes from a person: they name a telephone number, or a room
at one of two chat services, whose address was looked at letter by letter. Only the gateway, which
the operator of the site sets, is written as Apprise has it, and only those below are let in.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

from osac_share.channels.policy import chat_address
from osac_share.kernel.errors import Misconfigured, RuleBroken
from osac_share.kernel.mail import Answer

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.channels.messages.notices import Notice
    from osac_share.channels.policy import Contents

GATEWAYS = {
    "twilio": ("twilio", "NotifyTwilio"),
    "sns": ("sns", "NotifySNS"),
    "signal": ("signal_api", "NotifySignalAPI"),
    "signals": ("signal_api", "NotifySignalAPI"),
}
"""Which services may carry text messages, by the beginning of their addresses."""

ROOMS = {"hooks.slack": ("slack", "NotifySlack"), "": ("workflows", "NotifyWorkflows")}
"""Which service an address is of, by how its host begins; the last one takes the rest."""

PLAIN = str.maketrans("<>[]", "\u2039\u203a()")
"""Signs by which chat services call everybody in a room, or hide where a link leads."""

# What it logs names telephone numbers and keys.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class TextMessages:
    """Sends text messages by the gateway that the settings name."""

    gateway: str
    site: str

    def send(self, contents: Contents, notice: Notice, *, at: datetime) -> Answer:
        """Send a notice to one number, and return whether the gateway took it."""
        service = _service(*GATEWAYS[self.gateway.partition("://")[0].lower()])
        parsed = service.parse_url(self.gateway)
        if not parsed:
            raise Misconfigured("channels.sms is no address of a gateway.")
        return _sent(service, parsed | {"targets": [contents.address]}, self.site, notice.short)


@dataclass(frozen=True, slots=True)
class Rooms:
    """Writes into people's rooms at chat services."""

    site: str

    def send(self, contents: Contents, notice: Notice, *, at: datetime) -> Answer:
        """Write a notice into a room, and return whether the service took it."""
        try:
            address = chat_address(contents.address)
        except RuleBroken as refusal:
            return Answer(accepted=False, permanent=True, code=0, text=refusal.message)
        host = address.removeprefix("https://")
        service = _service(*next(named for start, named in ROOMS.items() if host.startswith(start)))
        parsed = service.parse_native_url(address)
        options = {"include_image": False, "include_footer": False}
        words = f"{notice.text.translate(PLAIN)}\n{notice.url}"
        return _sent(service, parsed | options, self.site, words, notice.headline)


def _service(module: str, name: str) -> Any:  # noqa: ANN401 -- a class of Apprise, which has no types.
    # Loaded when somebody is to be told something: it takes a second and 40 MB.
    return getattr(import_module(f"apprise.plugins.{module}"), name)


def _sent(service: Any, parsed: dict[str, Any], site: str, words: str, title: str = "") -> Answer:  # noqa: ANN401
    from apprise import AppriseAsset  # noqa: PLC0415 -- see `_service`.

    asset = AppriseAsset(app_id=site, app_desc=site, app_url="", http_redirects=False)
    notifier = service(**parsed, asset=asset)
    accepted = bool(notifier.notify(body=words, title=title))
    text = "taken by the gateway" if accepted else "the gateway did not take it"
    return Answer(accepted=accepted, permanent=False, code=0, text=text)
