"""When an alert that reaches nobody is to be said aloud. Pure.

An alarm that is raised because much is to be done is one that nobody believes the next time: so
it takes both, that nobody was told in time, and that nothing else is being told either.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.subscriptions.policy import EMERGENCY

if TYPE_CHECKING:
    from datetime import datetime

GRAVE = (EMERGENCY, "security")
"""The severities that are watched."""

SILENT_AFTER = timedelta(minutes=5)
"""So long an alert may have reached nobody before that is an alarm."""

BUSY_WITHIN = timedelta(minutes=1)
"""A server that accepted something so lately is at work: what waits is on its way."""

WATCHED_FOR = timedelta(hours=24)
"""After so long an alarm helps nobody any more."""

UNMATCHED, SILENT = "unmatched", "silent"
"""Nobody has found out who is to hear of it; its readers are known, and none was told."""

WATCH = "watch"
"""The purpose of the word that is sent of each edition to whoever watches that mail arrives."""

WORDS = {
    UNMATCHED: "Nobody has found out yet who is to hear of it.",
    SILENT: "Its readers are known, and no server has accepted it for any of them.",
}
"""What each alarm says."""


def is_moving(last_done_at: datetime | None, at: datetime) -> bool:
    """Tell whether work is being done at `at`, given when some was last done."""
    return last_done_at is not None and last_done_at > at - BUSY_WITHIN
