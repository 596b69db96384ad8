"""Ask the API everything that its description allows, and much that it forbids, in each role.

Alone: python -m benchmarks.api_fuzzing
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, line
from tests.support.databases import migrate
from tests.support.fuzzing import furnished

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = 20_000
EACH = 65
"""So many requests of either kind, right and wrong, for each operation in each role."""

HOW = "Schemathesis over /api/v1/openapi.json, right and wrong requests, every operation, six roles"


def measure() -> Iterator[Figure]:
    """Yield how many requests were made, how many failed, and how many were answered with 5xx."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        url = f"sqlite:///{Path(scratch) / 'osac.db'}"
        migrate(url)
        tally = stack.enter_context(furnished(url, Path(scratch))).run(EACH)
    for failure in tally.failures:
        print(f"api: {failure}")
    broken = sum(number for (_, status), number in tally.statuses.items() if status >= 500)  # noqa: PLR2004
    yield Figure("api_fuzz_cases", tally.cases, "requests", CASES, "at least")
    yield Figure("api_fuzz_5xx", broken, "requests", 0, "at most")
    yield Figure("api_fuzz_failures", len(tally.failures), "requests", 0, "at most")


if __name__ == "__main__":
    for figure in measure():
        print(line(figure))
