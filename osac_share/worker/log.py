"""What a round of work leaves in the log."""

from __future__ import annotations

import logging
import time

logger = logging.getLogger("osac_share.worker")


def noted(done: str, began: float, **figures: str | int) -> bool:
    """Log what a round did, and return whether it did anything.

    Kinds and counts only: no title, address or secret ever reaches the log.

    Args:
        done: the word for it.
        began: when the round began, by the monotonic clock.
        figures: how much of what.

    """
    if any(figures.values()):
        words = " ".join(f"{name}={figure}" for name, figure in figures.items())
        logger.info("%s %s ms=%d", done, words, (time.monotonic() - began) * 1000)
    return any(figures.values())
