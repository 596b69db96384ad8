"""Sequences side by side: which items of two lists belong together, and which of them moved.

Nothing here knows what an item is. Every function takes time close to linear in what it is
given, whatever it is given: where exactness would cost more, it finds less.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

MAX_LEVELS = 12
"""How often the stretches between two landmarks are searched for landmarks of their own."""

STEPS_PER_ITEM = 64
MAX_STEPS = 200_000
"""What the exact search may cost in one comparison; beyond, the rest counts as replaced."""

LOOKUPS = 300_000
"""What the search for resembling items may cost, in comparisons of single features."""

MOST_SHARED = 32
LEAST_SHARED = 4
"""A feature of more items than this tells nobody apart; on long lists it is fewer."""

Pair = tuple[int, int]

Pairs = dict[int, int]
"""Positions in the new list, with the positions in the old one that they came from."""


class Region(NamedTuple):
    """A stretch of either list: `old[top:bottom]` and `new[left:right]`."""

    top: int
    bottom: int
    left: int
    right: int


class Resemblance(NamedTuple):
    """How much two items have in common, from 0 to 1."""

    score: float
    old: int
    new: int


def in_order(values: Sequence[int]) -> set[int]:
    """Return the positions of a longest strictly increasing subsequence.

    What is left out is the smallest set of items that must have moved.
    """
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for position, value in enumerate(values):
        length = bisect_left(tails, value)
        before.append(ends[length - 1] if length else -1)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [position]
    kept: set[int] = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = before[position]
    return kept


def out_of_order(pairs: Pairs) -> set[int]:
    """Return the new positions that moved: as few as explain the new order."""
    places = sorted(pairs)
    kept = in_order([pairs[place] for place in places])
    return {place for position, place in enumerate(places) if position not in kept}


class Landmarks:
    """Pairs that kept their order, between which others stand or do not."""

    def __init__(self, pairs: Pairs) -> None:
        self._after = sorted(pairs.keys() - out_of_order(pairs))
        self._before = [pairs[place] for place in self._after]

    def agree(self, old: int, new: int) -> bool:
        """Tell whether an old and a new position are between the same two landmarks."""
        return bisect_left(self._before, old) == bisect_left(self._after, new)


def align(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """Return pairs of positions of equal items, ascending on both sides.

    Items that occur once in both lists are landmarks (patience diff); between them the search
    goes on, and where there are none it is exact (Myers 1986) as far as its steps reach.
    """
    steps = min(MAX_STEPS, STEPS_PER_ITEM * (len(old) + len(new)))
    pairs: list[Pair] = []
    waiting = [(Region(0, len(old), 0, len(new)), 0)]
    while waiting:
        region, level = waiting.pop()
        region = _trim(old, new, region, pairs)
        if region.top == region.bottom or region.left == region.right:
            continue
        landmarks = _landmarks(old, new, region) if level < MAX_LEVELS else []
        if landmarks:
            pairs += landmarks
            waiting += [(gap, level + 1) for gap in _between(landmarks, region)]
        else:
            found, spent = _shortest_edit(old, new, region, steps)
            pairs += found
            steps -= spent
    return sorted(pairs)


def _trim(
    old: Sequence[Hashable], new: Sequence[Hashable], region: Region, pairs: list[Pair]
) -> Region:
    """Pair what a region's two stretches begin and end with alike, and return the rest of it."""
    top, bottom, left, right = region
    while top < bottom and left < right and old[top] == new[left]:
        pairs.append((top, left))
        top, left = top + 1, left + 1
    while top < bottom and left < right and old[bottom - 1] == new[right - 1]:
        bottom, right = bottom - 1, right - 1
        pairs.append((bottom, right))
    return Region(top, bottom, left, right)


def _landmarks(old: Sequence[Hashable], new: Sequence[Hashable], region: Region) -> list[Pair]:
    before, after = _unique(old, region.top, region.bottom), _unique(new, region.left, region.right)
    shared = [(place, after[item]) for item, place in before.items() if item in after]
    kept = in_order([place for _, place in shared])
    return [pair for position, pair in enumerate(shared) if position in kept]


def _unique(items: Sequence[Hashable], start: int, end: int) -> dict[Hashable, int]:
    counts = Counter(items[start:end])
    return {items[place]: place for place in range(start, end) if counts[items[place]] == 1}


def _between(landmarks: list[Pair], region: Region) -> Iterator[Region]:
    top, left = region.top, region.left
    for old, new in [*landmarks, (region.bottom, region.right)]:
        if top < old and left < new:
            yield Region(top, old, left, new)
        top, left = old + 1, new + 1


def _shortest_edit(
    old: Sequence[Hashable], new: Sequence[Hashable], region: Region, steps: int
) -> tuple[list[Pair], int]:
    """Return the pairs on a shortest path from one stretch to the other, and the steps taken.

    None are returned where the path would be longer than `steps` allow.
    """
    top, bottom, left, right = region
    height, width = bottom - top, right - left
    reach = {1: 0}
    history: list[dict[int, int]] = []
    spent = 0
    for edits in range(height + width + 1):
        history.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            y = x - diagonal
            start = x
            while x < height and y < width and old[top + x] == new[left + y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            spent += 1 + x - start
            if x >= height and y >= width:
                return _retrace(history, region), spent
        spent += edits
        if spent > steps:
            break
    return [], spent


def _retrace(history: list[dict[int, int]], region: Region) -> list[Pair]:
    x, y = region.bottom - region.top, region.right - region.left
    pairs: list[Pair] = []
    for edits in range(len(history) - 1, -1, -1):
        reach = history[edits]
        diagonal = x - y
        down = diagonal == -edits or (
            diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
        )
        come_from = diagonal + 1 if down else diagonal - 1
        before_x = reach[come_from] if edits else 0
        before_y = before_x - come_from if edits else 0
        while x > before_x and y > before_y:
            x, y = x - 1, y - 1
            pairs.append((region.top + x, region.left + y))
        x, y = before_x, before_y
    return pairs


def resembling(
    old: Mapping[int, Counter[str]], new: Mapping[int, Counter[str]], *, least: float
) -> list[Resemblance]:
    """Return which items resemble each other, by the features they share; the closest first.

    Args:
        old: the features of items, by the items' positions.
        new: the same for the other list.
        least: the score below which two items have nothing to do with each other.

    """
    holders: dict[str, list[int]] = defaultdict(list)
    for place, features in old.items():
        for feature in features:
            holders[feature].append(place)
    asked = sum(map(len, new.values())) or 1
    most = max(LEAST_SHARED, min(MOST_SHARED, LOOKUPS // asked))
    old_sizes = {place: features.total() for place, features in old.items()}
    found: list[Resemblance] = []
    for place, features in new.items():
        shared: Counter[int] = Counter()
        for feature in features:
            holding = holders.get(feature, ())
            if len(holding) <= most:
                for holder in holding:
                    shared[holder] += min(features[feature], old[holder][feature])
        size = features.total()
        for holder, _ in shared.most_common(most):
            common = (features & old[holder]).total()
            score = 2 * common / (size + old_sizes[holder])
            if score >= least:
                found.append(Resemblance(score, holder, place))
    return sorted(found, key=lambda one: (-one.score, abs(one.old - one.new), one.old + one.new))
