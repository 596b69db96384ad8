"""Why somebody was told of an edition, and why not: what fits, what does not, in words. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.channels.policy import AFTER_MINUTES
from osac_share.delivery.models import (
    ACCEPTED,
    BOUNCED,
    BURST,
    CAP,
    FAILED,
    HELD,
    MAIL,
    QUIET,
    SENDING,
    SKIPPED,
    WAITING,
)
from osac_share.delivery.policy.brakes import IN_QUIET_HOURS
from osac_share.subscriptions.policy import ANY, SEVERITY_RANK

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from osac_share.subscriptions.policy import Wish

PLACE, TOPIC, KIND, SEVERITY, WORDS = "place", "topic", "kind", "severity", "words"
"""What a wish asks about."""

NOT_YET = "Waits: the server could not be reached, or its authors asked for it to be sent again"


@dataclass(frozen=True, slots=True)
class Offer:
    """What an edition has for wishes to fit: its places in the order of how near they are.

    `places` are what terms may say to ask for it, `*` the last of them.
    """

    places: Sequence[str]
    topics: Sequence[str]
    kind: str
    severity: str


def place_that_fits(wish: Wish, offer: Offer) -> str | None:
    """Return the nearest place of an edition that a wish asks for, `*` for any, or None."""
    asked = wish.places or (ANY,)
    return next((place for place in offer.places if place in asked), None)


def topic_that_fits(wish: Wish, offer: Offer) -> str | None:
    """Return the first topic of an edition that a wish asks for, `*` for any, or None."""
    if not wish.topics:
        return ANY
    return next((topic for topic in offer.topics if topic in wish.topics), None)


def misfits(wish: Wish, offer: Offer) -> list[str]:
    """Return what of a wish does not fit an edition; nothing, if it asks for it."""
    fits = {
        PLACE: place_that_fits(wish, offer) is not None,
        TOPIC: topic_that_fits(wish, offer) is not None,
        KIND: not wish.kinds or offer.kind in wish.kinds,
        SEVERITY: SEVERITY_RANK[wish.min_severity] <= SEVERITY_RANK[offer.severity],
    }
    return [about for about, fitting in fits.items() if not fitting]


@dataclass(frozen=True, slots=True)
class Told:
    """What became of telling somebody on one way; `at` belongs at the end of the words."""

    channel: str
    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """One row of the ledger, as far as it says what became of it."""

    channel: str
    state: str
    held_for: str | None
    reason: str | None
    attempts: int
    matched_at: datetime
    available_at: datetime
    accepted_at: datetime | None
    in_digest: bool
    is_emergency: bool

    @property
    def waits_for_an_answer(self) -> bool:
        """Tell whether it goes out only if its reader has not acknowledged the emergency."""
        if self.channel == MAIL or not self.is_emergency or self.reason:
            return False
        return self.available_at - self.matched_at in _PATIENCE


_PATIENCE = frozenset(timedelta(minutes=minutes) for minutes in AFTER_MINUTES if minutes)


def told(row: Telling, *, next_digest_at: datetime | None) -> Told:
    """Return what became of telling somebody, in words to them.

    Args:
        row: what the ledger says.
        next_digest_at: when the digest is due for which it is held, if that is known.

    """
    reason = row.reason or "nobody said why"
    if row.state == ACCEPTED:
        how = "In a digest, taken" if row.in_digest else "Sent, and taken"
        return Told(row.channel, f"{how} by the server for you at", row.accepted_at)
    if row.state == HELD and row.held_for == CAP:
        return Told(row.channel, "Held: you were sent much today, and one mail tells of the rest")
    if row.state == HELD and row.held_for == BURST:
        return Told(row.channel, "Held: many reports came at once, and one message tells of all")
    if row.state == HELD:
        due = "Held for your digest, due at" if next_digest_at else "Held for your digest"
        return Told(row.channel, due, next_digest_at)
    return {
        SENDING: Told(row.channel, "Being sent just now"),
        SKIPPED: Told(row.channel, f"Not sent: {reason}"),
        FAILED: Told(row.channel, f"Refused for good: {reason}"),
        BOUNCED: Told(row.channel, f"It came back: {reason}"),
    }.get(row.state) or _waiting(row)


def _waiting(row: Telling) -> Told:
    if row.state != WAITING:
        raise ValueError(f"a delivery is never {row.state}")
    if row.reason == IN_QUIET_HOURS or (row.held_for == QUIET and not row.attempts):
        return Told(row.channel, "Held until your quiet hours end, at", row.available_at)
    if row.attempts and row.reason:
        return Told(row.channel, f"Tried, and put off ({row.reason}); again at", row.available_at)
    if row.reason:
        return Told(row.channel, f"Put off ({row.reason}), until", row.available_at)
    if row.waits_for_an_answer:
        return Told(row.channel, "Only if you do not acknowledge it before", row.available_at)
    if row.available_at > row.matched_at:
        return Told(row.channel, NOT_YET)
    return Told(row.channel, "About to be sent")
