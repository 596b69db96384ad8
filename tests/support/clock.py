"""Fixtures that hold the clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

MONDAY_MORNING = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def at() -> datetime:
    """Return the moment at which tests happen: a Monday morning in March, in UTC."""
    return MONDAY_MORNING


@pytest.fixture
def clock(at: datetime) -> Iterator[time_machine.Traveller]:
    """Stop the process's clock at `at`; `clock.shift(timedelta(...))` moves it on."""
    with time_machine.travel(at, tick=False) as traveller:
        yield traveller
