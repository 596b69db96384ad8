"""Sequences side by side, whoever wrote them."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from osac_share.reports.documents.alignment import align, in_order, resembling

ITEMS = st.lists(st.sampled_from("abcdefg"), max_size=12)


def longest(values: list[int]) -> int:
    """Return the length of the longest increasing subsequence, by trying all of them."""
    return max(
        size
        for size in range(len(values) + 1)
        for chosen in combinations(values, size)
        if list(chosen) == sorted(set(chosen))
    )


@given(st.lists(st.integers(0, 9), max_size=9))
def test_as_much_as_possible_stays_in_order(values: list[int]) -> None:
    kept = [values[position] for position in sorted(in_order(values))]
    assert kept == sorted(set(kept))
    assert len(kept) == longest(values)


@given(ITEMS, ITEMS)
def test_alignment_pairs_equal_items_in_ascending_order(old: list[str], new: list[str]) -> None:
    pairs = align(old, new)
    assert all(old[one] == new[other] for one, other in pairs)
    for side in zip(*pairs, strict=True):
        assert list(side) == sorted(set(side))


@given(ITEMS)
def test_sequence_aligns_with_itself_wholly(items: list[str]) -> None:
    assert align(items, items) == [(place, place) for place in range(len(items))]


@given(ITEMS, ITEMS, ITEMS)
def test_beginning_and_end_in_common_are_found(
    head: list[str], middle: list[str], tail: list[str]
) -> None:
    assert len(align([*head, *tail], [*head, *middle, *tail])) == len(head) + len(tail)


def test_repeated_items_are_aligned_around_what_changed() -> None:
    old = list("xxxxxxxxAxxxxxxxx")
    new = list("xxxxBxxxxxxCxxxxxx")
    assert len(align(old, new)) == 16


def test_closest_resemblance_comes_first() -> None:
    old = {0: Counter(["road", "closed"]), 5: Counter(["port", "open", "again"])}
    new = {1: Counter(["port", "open"]), 2: Counter(["road", "closed"]), 3: Counter(["storm"])}
    found = resembling(old, new, least=0.5)
    assert [(one.old, one.new, one.score) for one in found] == [(0, 2, 1.0), (5, 1, 0.8)]
