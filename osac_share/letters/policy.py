"""What a link's address is, and whether it still opens. Pure."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.letters.models import Link

PATHS = {
    "address": "/account/address/",
    "application": "/apply/verify/",
    "application_status": "/apply/",
    "invitation": "/invitations/",
    "reset": "/reset/",
}
"""Where on the site the links of each purpose lead; the token follows."""


def link_token(secret: str, link: Link) -> str:
    """Return what opens a link: its public id and a signature (HMAC-SHA-256) over its purpose."""
    return f"{link.public_id}.{_signature(secret, link.purpose, link.public_id)}"


def link_url(secret: str, site: str, link: Link) -> str:
    """Return the address of a link on the site whose own address is `site`."""
    return f"{site}{PATHS[link.purpose]}{link_token(secret, link)}"


def link_named_by(secret: str, token: str, purpose: str) -> str | None:
    """Return the public id that a token names, or None when we did not sign it for this."""
    public_id, _, signature = token.partition(".")
    expected = _signature(secret, purpose, public_id)
    is_ours = hmac.compare_digest(signature.encode(errors="replace"), expected.encode())
    return public_id if is_ours else None


def is_living(link: Link, at: datetime) -> bool:
    """Tell whether a link still opens at `at`: not used, not ended, not expired."""
    return link.used_at is None and link.ended_at is None and at < link.expires_at


def message_id(secret: str, host: str, public_id: str) -> str:
    """Return the Message-ID of a letter, made from it alone: a repeat is known for one."""
    made = hmac.new(secret.encode(), f"letter {public_id}".encode(), hashlib.sha256)
    return f"<{made.hexdigest()[:40]}@{host}>"


def written_out(at: datetime) -> str:
    """Return a moment as letters say it: 21 Nov 2026, 11:05 UTC."""
    moment = at.astimezone(UTC)
    return f"{moment.day} {moment:%b %Y, %H:%M} UTC"


def _signature(secret: str, purpose: str, public_id: str) -> str:
    said = f"link {purpose} {public_id}".encode(errors="replace")
    made = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return urlsafe_b64encode(made).decode().rstrip("=")
