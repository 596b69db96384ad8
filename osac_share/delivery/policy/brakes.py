"""Brakes on a flood: when a council's burst is rolled up, and what one person gets in a day. Pure.

An emergency is never braked.
"""

from __future__ import annotations

from datetime import timedelta

BURST_SIZE = 10
"""So many major editions one council may publish within `BURST_WITHIN` with a mail for each."""

BURST_WITHIN = timedelta(hours=1)

CALM_AFTER = timedelta(minutes=15)
"""A burst is over when nothing has been added to it for so long."""

LONGEST_BURST = timedelta(hours=1)
"""A burst that does not end is rolled up all the same after so long, and the next one begins."""

MOST_MAILS_A_DAY = 60
"""So many mails, emergencies aside, one person gets in `A_DAY`, rolled-up bursts among them.

What is beyond is rolled up over all councils."""

ROLLED_UP_EVERY = timedelta(hours=3)
"""What is too much for one person comes in one mail, not oftener than this."""

IN_QUIET_HOURS = "quiet hours"
"""What the ledger says of what waits for their end."""

MOST_NOTICES_A_DAY = 20
"""So many notices, emergencies aside, one person gets in `A_DAY` on each channel but mail."""

A_DAY = timedelta(hours=24)


def is_burst(editions: int) -> bool:
    """Tell whether so many major editions of one council within `BURST_WITHIN` make a burst."""
    return editions > BURST_SIZE


def room_today(mails: int) -> int:
    """Return how many more mails somebody may get who got `mails` within `A_DAY`."""
    return max(0, MOST_MAILS_A_DAY - mails)
