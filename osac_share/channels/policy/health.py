"""When an endpoint is left in peace, and when it is given up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from osac_share.channels.models import BROWSER, CHAT, SMS, WEBHOOK

if TYPE_CHECKING:
    from osac_share.channels.models import Endpoint

KINDS = (BROWSER, SMS, CHAT, WEBHOOK)
"""The kinds of endpoints, in the order of the page."""

SEVERITIES = ("routine", "security", "emergency")
"""From the least to the gravest; the rank of the first is 1."""

AFTER_MINUTES = (0, 5, 10, 15, 30)
"""How long an emergency may wait for an acknowledgement before it comes this way, too."""

GONE: dict[str, frozenset[int]] = {
    WEBHOOK: frozenset({410}),
    BROWSER: frozenset({404, 410}),
}
"""Answers by which a server says that there is nobody any more (Standard Webhooks, RFC 8030)."""

PATIENCE = 3
"""So many failures in a row are bad luck; after more an endpoint is tried less and less often."""

FIRST_REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)

GIVEN_UP_AFTER = timedelta(days=14)
"""How long an endpoint may fail, every time, before it is ended."""


def is_gone(kind: str, code: int) -> bool:
    """Tell whether an answer says that the endpoint is no more."""
    return code in GONE.get(kind, ())


def is_hopeless(failing_since: datetime | None, at: datetime) -> bool:
    """Tell whether an endpoint has failed for so long that nobody reads there."""
    return failing_since is not None and at - failing_since > GIVEN_UP_AFTER


def rests_until(endpoint: Endpoint) -> datetime | None:
    """Return until when an endpoint that fails is left in peace, or None for not at all."""
    if endpoint.failures <= PATIENCE or endpoint.last_tried_at is None:
        return None
    doubled = FIRST_REST * 2.0 ** min(endpoint.failures - PATIENCE - 1, 10)
    return endpoint.last_tried_at + min(doubled, LONGEST_REST)
