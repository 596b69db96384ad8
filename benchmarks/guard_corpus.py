"""What the guard catches of what it must, and how often it cries wolf over real texts."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.figures import Figure, line  # noqa: E402
from benchmarks.texts import bodies, texts_file  # noqa: E402
from osac_share.guard.policy import Finding, Weight, inspect  # noqa: E402
from tests.guard.corpora import Case, innocent_texts, marked_texts  # noqa: E402

FEWEST_CASES = 320
HIGHEST_RATE = 2.0
AROUND = 40


def measure() -> list[Figure]:
    """Return how many marked texts there are, how many are missed, and the false alarms.

    The rate is of published texts, which hold nothing that may not be published, so that each
    one held back is a false alarm. Those are printed with what was found in them.
    """
    cases = marked_texts()
    missed = [case for case in cases if not _is_caught(case)]
    with tempfile.TemporaryDirectory() as scratch:
        published = bodies(texts_file(Path(scratch)))
    held = [text for text in published if _print_alarms(text)]
    wrongly = sum(bool(_blocking(text)) for text in innocent_texts())
    print(f"guard: {wrongly} of {len(innocent_texts())} innocent texts held back")
    return [
        Figure("guard_marking_cases", len(cases), "texts", FEWEST_CASES, "at least"),
        Figure("guard_marking_misses", len(missed), "texts", 0, "at most"),
        Figure(
            "guard_false_alarm_rate", 100 * len(held) / len(published), "%", HIGHEST_RATE, "at most"
        ),
    ]


def _is_caught(case: Case) -> bool:
    return any((one.rule, one.words) == (case.rule, case.words) for one in inspect(case.text))


def _blocking(text: str) -> list[Finding]:
    return [one for one in inspect(text) if one.weight is Weight.BLOCKS]


def _print_alarms(text: str) -> bool:
    alarms = _blocking(text)
    for one in alarms:
        around = text[max(0, one.start - AROUND) : one.end + AROUND]
        print(f"guard: {one.rule} in {around!r}")
    return bool(alarms)


if __name__ == "__main__":
    for figure in measure():
        print(line(figure))
