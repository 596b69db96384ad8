"""Measure everything, or what is named, and write build/bench.json.

python benchmarks/run.py [importing] [publishing] [delivering] [pages] [feeds] [searching]
[search_speed]
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import (  # noqa: E402
    delivering,
    feeds,
    importing,
    pages,
    publishing,
    search_speed,
    searching,
)
from benchmarks.figures import Figure, line, write  # noqa: E402

BENCHMARKS = {
    "importing": importing.measure,
    "publishing": publishing.measure,
    "delivering": delivering.measure,
    "pages": pages.measure,
    "feeds": feeds.measure,
    "searching": searching.measure,
    "search_speed": search_speed.measure,
}


def main(names: list[str]) -> None:
    """Measure, print and write."""
    figures: list[Figure] = []
    for name in names or BENCHMARKS:
        measured = BENCHMARKS[name]()
        for figure in measured:
            print(line(figure), flush=True)
        figures += measured
    write(figures, ROOT / "build" / "bench.json")


if __name__ == "__main__":
    main(sys.argv[1:])
