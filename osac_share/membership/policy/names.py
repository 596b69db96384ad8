"""Names of organizations: which are the same, and which only look so. Pure.

What two names look like is compared by their skeletons, after Unicode UTS #39: letters of
other alphabets count as the Latin ones that they cannot be told from.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMS: Final = frozenset(
    {"ag", "co", "company", "corp", "corporation", "foundation", "gmbh", "group", "holding"}
    | {"holdings", "inc", "incorporated", "international", "intl", "limited", "llc", "llp", "lp"}
    | {"ltd", "pbc", "pc", "plc", "sa", "the", "usa"}
)
"""Words that say what form an organization has, not which one it is."""

SHORTEST: Final = 5
"""Names shorter than this are near to so many others that it would say nothing."""

NEAR: Final = 2
"""How many letters may be added, lost or changed between two names that are near."""

_WORDS: Final = re.compile(r"[^\W_]+")
_DRAWN_ALIKE: Final = str.maketrans("0135", "oles") | {ord("i"): "l", ord("|"): "l"}


@lru_cache(maxsize=20_000)
def canonical_name(name: str) -> str:
    """Return what is left of a name without its form, its case and its punctuation."""
    words = _WORDS.findall(_without_dots(name).casefold())
    return " ".join([word for word in words if word not in FORMS] or words)


@lru_cache(maxsize=20_000)
def skeleton(name: str) -> str:
    """Return what a name looks like: names with one skeleton can be taken for each other."""
    seen = fold(name).text.casefold()
    drawn = canonical_name(seen).translate(_DRAWN_ALIKE)
    return drawn.replace("rn", "m").replace("vv", "w").replace(" ", "")


def resembled(name: str, others: Iterable[str]) -> tuple[str, ...]:
    """Return those names that this one looks like, or nearly, without being the same."""
    own, drawn = canonical_name(name), skeleton(name)
    return tuple(
        other
        for other in others
        if canonical_name(other) != own and _is_near(drawn, skeleton(other))
    )


def _without_dots(name: str) -> str:
    # "L.L.C." is one word.
    return name.replace(".", "")


def _is_near(first: str, second: str) -> bool:
    if first == second:
        return True
    if min(len(first), len(second)) < SHORTEST or abs(len(first) - len(second)) > NEAR:
        return False
    allowed = NEAR if min(len(first), len(second)) >= 2 * SHORTEST else 1
    return distance(first, second, most=allowed) <= allowed


def distance(first: str, second: str, *, most: int) -> int:
    """Return the Levenshtein distance of two words, or `most + 1` for whatever is farther.

    Only a band of the table is filled, so the cost grows with the length, not its square.
    """
    if abs(len(first) - len(second)) > most:
        return most + 1
    before = {column: column for column in range(min(most, len(second)) + 1)}
    for row, letter in enumerate(first, 1):
        line: dict[int, int] = {}
        for column in range(max(0, row - most), min(len(second), row + most) + 1):
            if column == 0:
                line[column] = row
                continue
            changed = before.get(column - 1, most) + (letter != second[column - 1])
            lost = before.get(column, most) + 1
            added = line.get(column - 1, most) + 1
            line[column] = min(changed, lost, added, most + 1)
        if min(line.values()) > most:
            return most + 1
        before = line
    return before.get(len(second), most + 1)
