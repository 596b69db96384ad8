"""Who reads the queue of a council, who decides about it, and who says what is polled. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.councils import policy as councils

if TYPE_CHECKING:
    from osac_share.councils.policy import Standing

LONGEST_PAUSE = timedelta(days=1)
MOST_DOUBLINGS = 12


def may_relay_for(standing: Standing, council_id: int) -> bool:
    """Tell whether this person reads and decides what a council passes on.

    The council's authors do, and programme analysts for every council.
    """
    return councils.may_author_for(standing, council_id) or is_analyst(standing)


def may_relay(standing: Standing) -> bool:
    """Tell whether there is any queue that this person reads."""
    return councils.may_compose(standing) or is_analyst(standing)


def may_configure_for(standing: Standing, council_id: int) -> bool:
    """Tell whether this person says which sources a council polls: its chairs, and analysts."""
    return councils.may_publish_for(standing, council_id) or is_analyst(standing)


def is_analyst(standing: Standing) -> bool:
    """Tell whether this person is a programme analyst in good order."""
    return standing.active and councils.ANALYST in standing.staff_roles


def pause_after(failures: int, every: timedelta) -> timedelta:
    """Return how long a source is left alone after so many failures in a row.

    Its usual interval, doubled with each failure up to a day, which no source is kept from
    that is polled more rarely anyway.
    """
    longest = max(every, LONGEST_PAUSE)
    return min(every * (1 << min(failures, MOST_DOUBLINGS)), longest)
