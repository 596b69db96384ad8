"""When an endpoint is left in peace, and when it is given up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from osac_share.channels.models import BROWSER, CHAT, SMS, WEBHOOK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.channels.models import Endpoint
    from osac_share.kernel.mail import Answer

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

FORGIVEN_AFTER = timedelta(days=7)
"""Of an endpoint that was not tried for so long nobody knows how it fared: it starts afresh."""


def is_gone(kind: str, code: int) -> bool:
    """Tell whether an answer says that the endpoint is no more."""
    return code in GONE.get(kind, ())


def telling(kind: str, answers: Sequence[Answer]) -> Answer:
    """Return which of the answers of one round says how an endpoint fares.

    That it is gone outweighs all others, and one message that got through those that did not: a
    server that is away for a moment has failed once, however many messages came at that moment.
    """
    return min(answers, key=lambda one: (not is_gone(kind, one.code), not one.accepted))


def begins_anew(endpoint: Endpoint, at: datetime) -> bool:
    """Tell whether a failure now is the first of a row, whatever was long before."""
    last = endpoint.last_tried_at
    return endpoint.failing_since is None or last is None or at - last > FORGIVEN_AFTER


def is_hopeless(endpoint: Endpoint, at: datetime) -> bool:
    """Tell whether an endpoint has failed so often and so long that nobody reads there."""
    since = endpoint.failing_since
    is_long = since is not None and at - since > GIVEN_UP_AFTER
    return is_long and endpoint.failures > PATIENCE


def rests_until(endpoint: Endpoint) -> datetime | None:
    """Return until when an endpoint that fails is left in peace, or None for not at all."""
    if endpoint.failures <= PATIENCE or endpoint.last_tried_at is None:
        return None
    doubled = FIRST_REST * 2.0 ** min(endpoint.failures - PATIENCE - 1, 10)
    return endpoint.last_tried_at + min(doubled, LONGEST_REST)
