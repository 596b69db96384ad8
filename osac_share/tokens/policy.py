"""What a token looks like, how it is kept, and whether it still opens anything. Pure.

The form is `osacf_` (a feed) or `osaca_` (the API), 30 random letters and digits (178 bits), and
a CRC-32 of all that in six more: whoever scans for leaked secrets tells ours from noise, and
we tell a mistyped one without asking the database.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import zlib
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address, ip_network
from string import ascii_lowercase, ascii_uppercase, digits
from typing import TYPE_CHECKING

from osac_share.tokens.models import API, FEED

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from osac_share.tokens.models import AccessToken

ALPHABET = digits + ascii_uppercase + ascii_lowercase
PREFIXES = {FEED: "osacf_", API: "osaca_"}
BODY = 30
CHECK = 6

READ_REPORTS = "reports:read"
WRITE_REPORTS = "reports:write"
PUBLISH_REPORTS = "reports:publish"
ACKNOWLEDGE = "reports:acknowledge"
SUBSCRIPTIONS = "subscriptions"
SEARCHES = "searches"
SCOPES = {
    READ_REPORTS: "Read reports as you may read them, except TLP:RED",
    WRITE_REPORTS: "Write drafts and updates, and send them for review",
    PUBLISH_REPORTS: "Publish what cannot wait for a second person, where you are chair",
    ACKNOWLEDGE: "Acknowledge emergencies in your name",
    SUBSCRIPTIONS: "See and change your subscriptions",
    SEARCHES: "See and change your saved searches",
}
"""What the token of a program may be for, as its owner is asked. None goes beyond the owner."""

LASTS = (365, 90, 30)
"""For how many days a token may be made; the first is usual and the longest there is."""

MOST = 50
"""How many living tokens a person may have."""

NOTE_AFTER = timedelta(minutes=1)
"""How stale the note of a token's last use may be: not every poll is a write."""

TELL_AFTER = timedelta(days=1)
"""How long an owner is left in peace after a letter about a new network."""

NETWORKS = 50
"""How many networks are remembered for a token; the oldest give way."""

_FORM = re.compile(r"osac[fa]_[0-9A-Za-z]{36}(?![0-9A-Za-z])")
_LARGEST_PREFIX = {4: 24, 6: 48}


def completed(kind: str, body: str) -> str:
    """Return the token of this kind with this random body: prefix, body and checksum."""
    start = PREFIXES[kind] + body
    return start + _checksum(start)


def kind_of(text: str) -> str | None:
    """Return the kind of a token that was typed rightly, None for anything else."""
    if not _FORM.fullmatch(text) or _checksum(text[:-CHECK]) != text[-CHECK:]:
        return None
    return next(kind for kind, prefix in PREFIXES.items() if text.startswith(prefix))


def tokens_in(text: str) -> list[str]:
    """Return the rightly typed tokens in a text, an address or a program say, each once."""
    return [found for found in dict.fromkeys(_FORM.findall(text)) if kind_of(found)]


def digest_of(secret: str, token: str) -> str:
    """Return the form in which a token is kept: HMAC-SHA-256 under the installation's key.

    Whoever can only write to the database cannot put a token of their own there.
    """
    said = f"token {token}".encode(errors="replace")
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def has_ended(revoked_at: datetime | None, expires_at: datetime, at: datetime) -> bool:
    """Tell whether a token was revoked or has run out at `at`."""
    return revoked_at is not None or expires_at <= at


def is_living(token: AccessToken, at: datetime) -> bool:
    """Tell whether a token still opens something at `at`, as far as it depends on the token."""
    return not has_ended(token.revoked_at, token.expires_at, at)


def may_do(scopes: Collection[str], scope: str) -> bool:
    """Tell whether a token of these scopes is for this; the empty scope is for every token."""
    return not scope or scope in scopes


@lru_cache(maxsize=4096)
def network_of(address: str) -> str:
    """Return the network of an address, as wide as a site usually is: /24, or /48 of IPv6."""
    try:
        ip = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    return str(ip_network((ip, _LARGEST_PREFIX[ip.version]), strict=False))


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode())
    written = ""
    for _ in range(CHECK):
        number, digit = divmod(number, len(ALPHABET))
        written = ALPHABET[digit] + written
    return written
