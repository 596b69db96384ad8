"""Several at one report at the same moment: nothing is lost, and nothing happens twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.racing import Race, Tally

if TYPE_CHECKING:
    from sqlalchemy import Engine

ROUNDS = 25
"""`make figures` runs a thousand; here as many as tell a lock from its absence."""


@pytest.mark.slow
def test_editors_approvers_and_workers_race_and_lose_nothing(engine: Engine) -> None:
    assert Race(engine).run(ROUNDS) == Tally(rounds=ROUNDS)
