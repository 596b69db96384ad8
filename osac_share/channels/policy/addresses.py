"""What may be an endpoint's address, kind by kind. Pure.

An address that somebody gives us is one that our servers then speak to: whatever is not known to
be harmless is refused.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 1000
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_IN_NUMBERS = re.compile(r"[ ().\-\u00a0]")

SLACK = re.compile(r"https://hooks\.slack(?:-gov)?\.com/services/[A-Z0-9]+/[A-Z0-9]+/[A-Za-z0-9]+")
"""The address of an incoming webhook of Slack; anything behind it is refused."""

TEAMS = re.compile(
    r"https://[a-z0-9.-]{1,200}\.(?:logic\.azure\.com|api\.powerplatform\.com)(?::443)?"
    r"(?:/powerautomate/automations/direct(?:/cu/[0-9]{1,4})?)?"
    r"/workflows/[A-Za-z0-9_-]{1,100}/triggers/manual/paths/invoke/?"
)
"""The address of a workflow of Microsoft Teams, without its query."""

_OF_TEAMS = ("api-version", "sp", "sv", "sig")
"""What the query of such an address consists of; options of our own software are not let in."""

_UNSEEN = re.compile(r"[\x00-\x20\x7f-\x9f]")
"""What has no place in an address, and means different things to different programs."""

CHAT_REFUSED = (
    "Paste the address of an incoming webhook of Slack, or of a workflow of Microsoft Teams."
)


def telephone_number(text: str) -> str:
    """Return a telephone number in its international form (E.164): +254700000000.

    Raises:
        RuleBroken: it is none.

    """
    number = _IN_NUMBERS.sub("", text[:60])
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if not _NUMBER.fullmatch(number):
        raise RuleBroken("Enter the number with its country code, such as +254 700 000 000.")
    return number


def chat_address(text: str) -> str:
    """Return the address of somebody's room at a chat service that we know.

    Raises:
        RuleBroken: it is another one.

    """
    address, _, query = text.strip()[:LONGEST].partition("?")
    if SLACK.fullmatch(address) and not query:
        return address
    if TEAMS.fullmatch(address):
        given = dict(parse_qsl(query))
        kept = {name: given[name] for name in _OF_TEAMS if name in given}
        if kept.get("sig") and ".." not in address:
            return f"{address}?{urlencode(kept)}"
    raise RuleBroken(CHAT_REFUSED)


def webhook_address(text: str, allowed_private: Collection[str]) -> str:
    """Return the address of somebody's program, encrypted on its way unless it is our neighbor.

    Where its host really is, is looked at each time that something is sent.

    Raises:
        RuleBroken: it is none that we send to.

    """
    address = text.strip()
    parts = _taken_apart(address)
    host = parts.hostname or ""
    is_sealed = parts.scheme == "https" or (parts.scheme == "http" and host in allowed_private)
    is_plain = not (parts.username or parts.password or parts.fragment)
    if not (host and is_sealed and is_plain):
        raise RuleBroken("Enter an https address without user name and without fragment.")
    return address


def push_address(text: str, services: Collection[str]) -> str:
    """Return the address that a browser got from its maker's push service.

    Raises:
        RuleBroken: it is not on one of the push services that this site knows.

    """
    parts = _taken_apart(text)
    host = parts.hostname or ""
    is_known = any(host == one or (one[:1] == "." and host.endswith(one)) for one in services)
    # A push service on this very machine is one that somebody tries the site with.
    is_sealed = parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)
    if not is_known or not is_sealed or parts.username:
        raise RuleBroken("This browser's push service is not one that this site knows.")
    return text


def _taken_apart(address: str) -> SplitResult:
    """Return the parts of an address; of what is none, or too long, all of them are empty."""
    if len(address) <= LONGEST and not _UNSEEN.search(address):
        # What is no address is found out when its parts are asked for, its port at the latest.
        with suppress(ValueError):
            parts = urlsplit(address)
            if parts.port != 0:
                return parts
    return urlsplit("")


def shown_address(kind: str, address: str) -> str:
    """Return as much of an address as its owner needs to know it again: keys stand in the rest."""
    if kind == "sms":
        return f"{address[:4]} … {address[-3:]}"
    return urlsplit(address).hostname or ""
