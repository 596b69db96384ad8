"""The yearly look at what is kept of an organization: when it is due, and who is reminded. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

ACTIVE: Final = "active"
SUSPENDED: Final = "suspended"
LAPSED: Final = "lapsed"

EVERY: Final = timedelta(days=365)
"""For how long it holds that a point of contact has looked over an organization."""

REMIND_DAYS: Final = (30, 14, 3)
"""How many days before the date the point of contact is reminded."""


def reminder_due(verify_by: datetime, reminded_for: int | None, *, at: datetime) -> int | None:
    """Return which reminder is to go out now, in days before the date, or None.

    After an outage only the latest that is due goes out: three letters at once say no more.
    """
    begun = [days for days in REMIND_DAYS if at >= verify_by - timedelta(days=days)]
    if not begun or at >= verify_by:
        return None
    latest = min(begun)
    return latest if reminded_for is None or latest < reminded_for else None
