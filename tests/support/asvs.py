"""The table of docs/asvs.md, read for the test that checks it and the figure that counts it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
AUTOMATED, MANUAL = "automated", "manual"

_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| (.+) \| (automated|manual) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`(test_\w+)`")
_TEST = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Requirement:
    """One line: the standard's number, what it asks, how it is met, and the tests that show it."""

    number: str
    what: str
    how: str
    tests: tuple[str, ...]


def requirements() -> list[Requirement]:
    """Return the lines of the table."""
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    return [
        Requirement(number, what, how, tuple(_NAMED.findall(shown)))
        for number, what, how, shown in _ROW.findall(text)
    ]


def named_in(page: str) -> list[str]:
    """Return the names of tests that a page of docs/ mentions."""
    return _NAMED.findall((ROOT / "docs" / page).read_text(encoding="utf-8"))


@cache
def all_tests() -> frozenset[str]:
    """Return the names of all tests that there are."""
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset(name for file in files for name in _TEST.findall(file.read_text("utf-8")))
