"""What must be caught is caught at its words; what is innocent passes."""

from __future__ import annotations

from collections import Counter

import pytest

from osac_share.guard.policy import RULES, Weight, inspect
from tests.guard.corpora import Case, innocent_texts, marked_texts

MARKED = marked_texts()
INNOCENT = innocent_texts()
FEWEST = 320
ABOUT_WHOLE_TEXTS = {"reading-level"}
DOUBTS_ALLOWED = 0.02


@pytest.mark.parametrize("case", MARKED, ids=lambda case: f"{case.rule}: {case.words!a}")
def test_marked_text_is_caught_at_its_words(case: Case) -> None:
    found = [(one.rule, one.words) for one in inspect(case.text)]
    assert (case.rule, case.words) in found


@pytest.mark.parametrize("text", INNOCENT, ids=ascii)
def test_innocent_text_is_not_held_back(text: str) -> None:
    assert not [one for one in inspect(text) if one.weight is Weight.BLOCKS]


def test_innocent_texts_raise_hardly_a_doubt() -> None:
    doubted = [text for text in INNOCENT if inspect(text)]
    assert len(doubted) <= DOUBTS_ALLOWED * len(INNOCENT), doubted


def test_both_collections_are_large_and_every_rule_has_its_texts() -> None:
    assert len(set(MARKED)) == len(MARKED) >= FEWEST
    assert len(set(INNOCENT)) == len(INNOCENT) >= FEWEST
    assert set(RULES) - ABOUT_WHOLE_TEXTS == set(Counter(case.rule for case in MARKED))
