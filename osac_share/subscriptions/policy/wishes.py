"""What a wish may say, how it is kept in bits, and who may have one. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from osac_share.councils.policy import MEMBERS
from osac_share.subscriptions.models import ALL_KINDS, AT_ONCE, DAILY, WEEKLY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from osac_share.councils.policy import Actor
    from osac_share.subscriptions.models import Subscription

ANY = "*"
"""The wildcard in a term: any place, or any topic."""

EMERGENCY = "emergency"
"""The severity that goes through digests and quiet hours, and asks its readers to answer."""

SEVERITY_RANK = {"routine": 1, "security": 2, EMERGENCY: 3}

LOWEST = "routine"

PACES = {AT_ONCE: 0, DAILY: 1, WEEKLY: 2}
"""The order of frequencies: of several wishes that a report meets, the fastest decides."""

CHANNEL_BITS = {"mail": 1, "webhook": 2, "chat": 4, "sms": 8, "browser": 16}

KIND_BITS = {
    "alert": 1,
    "advisory": 2,
    "country_security_report": 4,
    "analysis": 8,
    "situation_report": 16,
    "evacuation_notice": 32,
    "reward_notice": 64,
    "grant_notice": 128,
    "training_notice": 256,
    "announcement": 512,
    "country_information": 1024,
}
"""The bit of each kind of report. They are in the database: add to them, never change one."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks to be told of, how often, and how.

    Attributes:
        places: ISO codes of countries, or what `place_of_region` and `place_of_council` say; none
            means any place.
        topics: topic slugs; none means any topic.
        kinds: kinds of reports; none means every kind.
        min_severity: the lowest severity that is wanted.
        frequency: at once, or in which digest.
        channels: by which ways, when it is at once.
        words: a search, in canonical form; whatever it finds is wanted, and all that narrows it
            is said in it, so that nothing above does.

    Raises:
        ValueError: both the words and something above would narrow it.

    """

    places: Collection[str] = ()
    topics: Collection[str] = ()
    kinds: Collection[str] = ()
    min_severity: str = LOWEST
    frequency: str = AT_ONCE
    channels: Collection[str] = ("mail",)
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse a search that is narrowed from outside."""
        is_narrowed = self.places or self.topics or self.kinds or self.min_severity != LOWEST
        if self.words and is_narrowed:
            raise ValueError("a search says itself what narrows it")

    @property
    def terms(self) -> set[tuple[str, str]]:
        """Return the places x topics that are asked for; of a search there are none."""
        if self.words:
            return set()
        return set(product(self.places or (ANY,), self.topics or (ANY,)))

    @property
    def columns(self) -> dict[str, int]:
        """Return what its rows hold besides, as they hold it."""
        return {
            "min_rank": SEVERITY_RANK[self.min_severity],
            "kinds": kind_mask(self.kinds),
            "channels": channel_mask(self.channels),
        }


def wish_of(subscription: Subscription) -> Wish:
    """Return what a subscription asks for, as it was wished."""
    if subscription.words:
        return Wish(
            words=subscription.words,
            frequency=subscription.frequency,
            channels=channels_in(subscription.channels),
        )
    ranks = {rank: severity for severity, rank in SEVERITY_RANK.items()}
    return Wish(
        places=sorted({term.place for term in subscription.terms} - {ANY}),
        topics=sorted({term.topic for term in subscription.terms} - {ANY}),
        kinds=kinds_in(subscription.kinds),
        min_severity=ranks[subscription.min_rank],
        frequency=subscription.frequency,
        channels=channels_in(subscription.channels),
    )


def place_of_region(code: str) -> str:
    """Return the place of a term that asks for a whole region."""
    return f"region:{code}"


def place_of_council(council_id: int) -> str:
    """Return the place of a term that asks for what one council publishes."""
    return f"council:{council_id}"


def region_in(place: str) -> str | None:
    """Return the code of the region that a place of a term names, or None."""
    kind, _, code = place.partition(":")
    return code if kind == "region" else None


def council_in(place: str) -> int | None:
    """Return the id of the council that a place of a term names, or None."""
    kind, _, council_id = place.partition(":")
    return int(council_id) if kind == "council" else None


def kind_mask(kinds: Iterable[str]) -> int:
    """Return the bits of these kinds; none of them means every kind."""
    return sum({KIND_BITS[kind] for kind in kinds}) or ALL_KINDS


def kinds_in(mask: int) -> list[str]:
    """Return the kinds that a mask holds; none when it holds every kind."""
    return [] if mask == ALL_KINDS else [kind for kind, bit in KIND_BITS.items() if mask & bit]


def channel_mask(channels: Iterable[str]) -> int:
    """Return the bits of these channels; none of them means mail."""
    return sum({CHANNEL_BITS[channel] for channel in channels}) or CHANNEL_BITS["mail"]


def channels_in(mask: int) -> list[str]:
    """Return the channels that a mask holds."""
    return [channel for channel, bit in CHANNEL_BITS.items() if mask & bit]


def may_subscribe(actor: Actor) -> bool:
    """Tell whether this person may subscribe: members in good standing may."""
    return MEMBERS in actor.clearance
