"""The one place that reads the wall clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def now() -> datetime:
    """Return the current moment as an aware UTC datetime.

    Only entry points (views, commands, the worker) call this; everything below them
    takes the time as an argument, so that it can be tested at any hour.
    """
    return datetime.now(UTC)


def going_on_from(at: datetime) -> Callable[[], datetime]:
    """Return a clock that shows `at` now, and goes on from there.

    What takes a while, and is told when it began, learns by it when it ended.
    """
    began = time.monotonic()
    return lambda: at + timedelta(seconds=time.monotonic() - began)
