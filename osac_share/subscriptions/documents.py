"""A subscription in words, the same on every page and in every mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.subscriptions.policy import ANY, SEVERITY_RANK
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.subscriptions.models import Subscription

MOST_NAMES = 6
"""A longer enumeration ends with how many there are besides."""


def describe(subscription: Subscription) -> str:
    """Return what a subscription asks for: "Kenya and Uganda, any topic, security and above"."""
    countries = sorted({term.country for term in subscription.terms} - {ANY})
    topics = sorted({term.topic for term in subscription.terms} - {ANY})
    places = _enumerate([taxonomy.country(code).name for code in countries], "countries")
    subjects = _enumerate([taxonomy.topic(slug).label for slug in topics], "topics")
    return ", ".join(
        (places or "any country", subjects or "any topic", _severities(subscription.min_rank))
    )


def _severities(min_rank: int) -> str:
    # Ranks rise with gravity: the lowest takes all there is, the highest itself alone.
    code = next(code for code, rank in SEVERITY_RANK.items() if rank == min_rank)
    if min_rank == min(SEVERITY_RANK.values()):
        return "any severity"
    label = taxonomy.severity(code).label.lower()
    return f"{label} only" if min_rank == max(SEVERITY_RANK.values()) else f"{label} and above"


def _enumerate(names: Sequence[str], what: str) -> str:
    if len(names) > MOST_NAMES:
        rest = len(names) - MOST_NAMES + 1
        names = [*names[: MOST_NAMES - 1], f"{rest} more {what}"]
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)
