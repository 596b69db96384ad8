"""Whom a fetcher may ask: addresses of the web, on hosts of the public Internet."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from osac_share.kernel.errors import Refusal
from osac_share.kernel.text import safe_link

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")
"""All that IANA has given out of IPv6; what lies outside is local, reserved or translated."""

RELAYS_OF_6TO4 = ipaddress.ip_network("192.88.99.0/24")


class Unfetched(Refusal):
    """What was asked for did not come; the message says why, for the person who set it up."""


def web_address(address: str, base: str | None = None) -> str:
    """Return an address as it is asked for: http or https, a host, no user name, no fragment.

    Raises:
        Unfetched: it is none, or it names a user.

    """
    safe = safe_link(address, base)
    if safe is None or not safe.startswith(("http://", "https://")):
        raise Unfetched("Only http and https addresses without a user name are asked.")
    return safe.partition("#")[0]


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the public Internet's, and of nobody's own network.

    Refused are private, shared (RFC 6598), loopback, link-local, multicast, documentation and
    reserved addresses, and IPv6 addresses that stand for an IPv4 address.
    """
    try:
        parsed: IPv4Address | IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return parsed not in RELAYS_OF_6TO4 and not str(parsed).startswith("192.0.0.")
    return parsed in GLOBAL_UNICAST and parsed.sixtofour is None and parsed.teredo is None
