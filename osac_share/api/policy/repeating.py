"""Which requests are the same one, sent again. Pure."""

from __future__ import annotations

import hashlib
from datetime import timedelta

KEPT_FOR = timedelta(hours=24)
"""For how long an answer is kept for whoever sends the request again."""


def print_of(method: str, path: str, body: bytes, version: str) -> str:
    """Return what tells a request from others.

    Args:
        method: the HTTP method.
        path: the address.
        body: what was sent.
        version: which version it is about, as `If-Match` says; empty where it says nothing.

    """
    made = hashlib.sha256()
    for part in (method.encode(), path.encode(), version.encode(), body):
        made.update(len(part).to_bytes(8) + part)
    return made.hexdigest()
