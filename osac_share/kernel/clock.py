"""The one place that reads the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current moment as an aware UTC datetime.

    Only entry points (views, commands, the worker) call this; everything below them
    takes the time as an argument, so that it can be tested at any hour.
    """
    return datetime.now(UTC)
