"""Signing what goes to webhooks, by the convention of Standard Webhooks (version 1). Pure."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

PREFIX = "whsec_"
KEY_BYTES = 32


def new_signing_secret() -> str:
    """Return a new secret of an endpoint, as its owner pastes it into their receiver."""
    return PREFIX + b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def signed_headers(secret: str, message: str, body: bytes, *, at: datetime) -> dict[str, str]:
    """Return the headers by which a receiver knows a message for ours, and a repeat for one.

    The signature is HMAC-SHA-256 over `<id>.<seconds since 1970>.<body>`.

    Args:
        secret: the endpoint's own.
        message: the id of the message, the same with each try.
        body: what is sent, byte for byte.
        at: when it is sent; receivers refuse what is old.

    """
    seconds = str(int(at.timestamp()))
    said = b".".join((message.encode(), seconds.encode(), body))
    made = hmac.new(b64decode(secret.removeprefix(PREFIX)), said, hashlib.sha256).digest()
    return {
        "webhook-id": message,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(made).decode()}",
    }


def message_id(secret: str, delivery_id: int) -> str:
    """Return the id of a delivery's message, made from it alone; `secret` is the installation's."""
    made = hmac.new(secret.encode(), f"message {delivery_id}".encode(), hashlib.sha256)
    return f"msg_{made.hexdigest()[:32]}"
