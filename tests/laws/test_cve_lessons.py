"""What others were broken by, and what ASVS requires, is shown by tests that exist."""

from __future__ import annotations

from tests.support.asvs import AUTOMATED, all_tests, named_in, requirements

FEWEST_LESSONS = 25


def test_every_lesson_names_a_test_that_exists() -> None:
    named = named_in("security.md")
    assert len(named) >= FEWEST_LESSONS
    assert sorted(set(named) - all_tests()) == []


def test_every_automated_requirement_names_a_test_that_exists() -> None:
    rows = requirements()
    assert [row.number for row in rows if row.how == AUTOMATED and not row.tests] == []
    assert sorted({name for row in rows for name in row.tests} - all_tests()) == []


def test_every_requirement_stands_once() -> None:
    numbers = [row.number for row in requirements()]
    assert sorted(set(numbers)) == sorted(numbers)
