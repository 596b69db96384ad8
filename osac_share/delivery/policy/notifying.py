"""Whether a delivery by another channel than mail still goes out. Pure."""

from __future__ import annotations

from dataclasses import dataclass

TOO_MANY_TODAY = "too many today on this channel"
"""Why a notice is left out: whoever is told of everything there hears of nothing any more."""


@dataclass(frozen=True, slots=True)
class Way:
    """What decides whether somebody's channel is used now, all of it read at this moment.

    Attributes:
        is_open: they still have it, and it is confirmed.
        rank: that of the report's severity, and
        min_rank: the lowest that they want to hear of there.
        waits: it is used only when an emergency was not acknowledged in time.
        acknowledged: they have acknowledged it.

    """

    is_open: bool
    rank: int = 0
    min_rank: int = 0
    waits: bool = False
    acknowledged: bool = False


def reason_not_to_notify(way: Way) -> str | None:
    """Return why this channel is not used for this, or None when it is."""
    if not way.is_open:
        return "the channel has ended"
    if way.rank < way.min_rank:
        return "below the lowest severity of this channel"
    if way.waits and way.acknowledged:
        return "acknowledged meanwhile"
    return None
