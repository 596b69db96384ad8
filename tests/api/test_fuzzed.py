"""Whatever is asked of the API is answered as described; `make figures` asks far more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.fuzzing import furnished

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
def test_every_answer_is_described_and_none_is_a_failure_of_ours(
    database_url: str, tmp_path: Path
) -> None:
    with furnished(database_url, tmp_path) as fuzzer:
        tally = fuzzer.run(1)
    assert tally.failures == []
    assert tally.cases > 300
    assert {status for _, status in tally.statuses} >= {200, 201, 400, 401, 403, 404, 422}
