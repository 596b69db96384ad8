"""The table of docs/asvs.md, read for the test that checks it and the figure that counts it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
AUTOMATED = "automated"

_ROW = re.compile(
    r"^\| (\d+\.\d+\.\d+) \| ([123]) \| (.+) \| (automated|manual|not applicable) \| (.+) \|$",
    re.MULTILINE,
)
_CHAPTER = re.compile(r"^\| V(\d+) \| .+ \| (\d+) \| (\d+) \| .+ \|$", re.MULTILINE)
_NAMED = re.compile(r"`(test_\w+)`")
_TEST = re.compile(r"^def (test_\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Requirement:
    """One line: number and level of the standard, what it asks, how it is met, what shows it."""

    number: str
    level: int
    what: str
    how: str
    tests: tuple[str, ...]


def requirements() -> list[Requirement]:
    """Return the lines of the tables."""
    return [
        Requirement(number, int(level), what, how, tuple(_NAMED.findall(shown)))
        for number, level, what, how, shown in _ROW.findall(_page("asvs.md"))
    ]


def absent_chapters() -> dict[int, tuple[int, int]]:
    """Return the chapters of which nothing applies: how many of levels 1 and 2 they have."""
    found = _CHAPTER.findall(_page("asvs.md"))
    return {int(chapter): (int(first), int(second)) for chapter, first, second in found}


def named_in(page: str) -> list[str]:
    """Return the names of tests that a page of docs/ mentions."""
    return _NAMED.findall(_page(page))


@cache
def all_tests() -> frozenset[str]:
    """Return the names of all tests that there are."""
    files = (ROOT / "tests").rglob("test_*.py")
    return frozenset(name for file in files for name in _TEST.findall(file.read_text("utf-8")))


def _page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")
