"""The table of ASVS 5.0 is complete: each requirement of levels 1 and 2, once, in its order."""

from __future__ import annotations

from collections import Counter

from tests.support.asvs import absent_chapters, requirements

FIRST, SECOND = 70, 183
"""How many requirements of levels 1 and 2 ASVS 5.0.0 has."""


def test_every_requirement_of_the_first_two_levels_is_listed() -> None:
    levels = Counter(row.level for row in requirements())
    for first, second in absent_chapters().values():
        levels.update({1: first, 2: second})
    assert (levels[1], levels[2]) == (FIRST, SECOND)


def test_requirements_stand_in_the_order_of_the_standard() -> None:
    numbers = [tuple(map(int, row.number.split("."))) for row in requirements()]
    assert numbers == sorted(numbers)
    chapters = {number[0] for number in numbers}
    assert chapters.isdisjoint(absent_chapters())
    assert chapters | set(absent_chapters()) == set(range(1, 18))
