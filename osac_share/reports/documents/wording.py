"""Two wordings of one thing, word by word, the way a careful reader would mark them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from osac_share.reports.documents.alignment import align

if TYPE_CHECKING:
    from collections.abc import Sequence

    from osac_share.reports.documents.alignment import Pair

SAME = "same"
ADDED = "added"
REMOVED = "removed"

_SMALL_WORDS = """
a an and any are as at be been by can do for from had has have he her his if in into is it its
may more not of on or our s she so such than that the their them there these they this those
to up was we were when which who will with you your
"""
SMALL_WORDS = frozenset(_SMALL_WORDS.split())
"""Words so frequent that sharing them means nothing."""

LONGEST_ISLAND = 24
"""The letters in an unchanged run, between two greater changes, that is not worth keeping."""

FARTHEST_SLIDE = 60
"""The words by which a change is moved at most to begin where a sentence begins."""

_MONTH = (
    "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
_PIECE = re.compile(
    rf"""
      \b{_MONTH}[ ]\d{{1,2}}\b (?:,[ ]\d{{4}}\b)?       # June 16, 2025
    | \b\d{{1,2}}[ ]{_MONTH} (?:[ ]\d{{4}}\b)?          # 16 June 2025
    | (?:\+\d|\(\d{{2,5}}\))[\d ().-]{{5,24}}\d         # +1 (202) 555-0100
    | https?://[^\s<>()]*[^\s<>().,;:!?]                # an address of the web
    | [$€£]?\d\w*(?:[.,:/–-]\d\w*)*%?                   # 1,284; 14:05; 2025-06-16; $200,000; 50%
    | \w+(?:['’.@-]\w+)*                                # traveler's, U.S, anti-government
    | \s+
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_SENTENCE_ENDS = frozenset(".!?:;")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that both wordings have, or one of them: `same`, `added`, `removed`."""

    kind: str
    text: str


class _Edit(NamedTuple):
    """What stands between two matches: `old[top:bottom]` gave way to `new[left:right]`."""

    top: int
    bottom: int
    left: int
    right: int


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """Return how `old` became `new`, in runs of whole words.

    The runs that are not `added`, joined, are `old`; those that are not `removed` are `new`.
    Numbers, dates and addresses are never cut. A few small words that happen to be shared
    between two changes belong to the change.
    """
    if old == new:
        return (Run(SAME, new),) if new else ()
    before, after = _PIECE.findall(old), _PIECE.findall(new)
    old_places = [place for place, piece in enumerate(before) if not piece.isspace()]
    new_places = [place for place, piece in enumerate(after) if not piece.isspace()]
    old_words = [before[place] for place in old_places]
    new_words = [after[place] for place in new_places]
    pairs = _slid(align(old_words, new_words), old_words, new_words)
    pairs = _without_islands(pairs, old_words, new_words)
    matches = [(old_places[one], new_places[other]) for one, other in pairs]
    return tuple(_runs(_with_spaces(matches, before, after), before, after))


def telling_words(text: str) -> list[str]:
    """Return the words of a text that tell it from others, in lower case; all numbers are alike."""
    words = [word.lower() for word in _PIECE.findall(text) if word[:1].isalnum()]
    telling = [word for word in words if word not in SMALL_WORDS] or words
    return ["0" if word[0].isdigit() else word for word in telling]


def _edits(pairs: Sequence[Pair], height: int, width: int) -> list[_Edit]:
    """Return what stands before the first pair, between each two, and after the last."""
    edits = []
    top = left = 0
    for one, other in [*pairs, (height, width)]:
        edits.append(_Edit(top, one, left, other))
        top, left = one + 1, other + 1
    return edits


def _slid(pairs: list[Pair], old: list[str], new: list[str]) -> list[Pair]:
    """Move each mere insertion or deletion to where a sentence begins, if it can be moved.

    "Avoid Y. [Avoid Z.]" says the same as "Avoid [Y. Avoid] Z.", and reads better.
    """
    pairs = _slid_insertions(pairs, old, new)
    turned = _slid_insertions([(other, one) for one, other in pairs], new, old)
    return [(one, other) for other, one in turned]


def _slid_insertions(pairs: list[Pair], old: list[str], new: list[str]) -> list[Pair]:
    pairs = list(pairs)
    for following in range(1, len(pairs) + 1):
        one, left = pairs[following - 1]
        end = pairs[following] if following < len(pairs) else (len(old), len(new))
        if end[0] != one + 1 or end[1] == left + 1:
            continue
        start, stop = left + 1, end[1]
        most = 0
        while (
            most < min(FARTHEST_SLIDE, following)
            and pairs[following - 1 - most] == (one - most, left - most)
            and new[stop - 1 - most] == new[left - most]
        ):
            most += 1
        best = max(range(most + 1), key=lambda by: (_begins_well(new, start - by, stop - by), -by))
        for by in range(best):
            pairs[following - 1 - by] = (one - by, stop - 1 - by)
    return pairs


def _begins_well(words: list[str], start: int, stop: int) -> int:
    before = words[start - 1] if start else "."
    last = words[stop - 1]
    if before in _SENTENCE_ENDS:
        return 3 if last in _SENTENCE_ENDS else 2
    return 1 if before == "," and last == "," else 0


def _without_islands(pairs: list[Pair], old: list[str], new: list[str]) -> list[Pair]:
    """Drop the matches that are too few to be read between the changes around them."""
    islands: list[list[Pair]] = []
    changes = [0]
    for pair, edit in zip([*pairs, None], _edits(pairs, len(old), len(new)), strict=True):
        size = max(_weight(old[edit.top : edit.bottom]), _weight(new[edit.left : edit.right]))
        is_edit = edit.top < edit.bottom or edit.left < edit.right
        if is_edit and len(changes) > len(islands):
            changes[-1] += size
        elif is_edit:
            changes.append(size)
            while islands and _is_island(islands[-1], changes, old):
                drowned = islands.pop()
                changes[-2:] = [
                    changes[-2] + _weight([old[one] for one, _ in drowned]) + changes[-1]
                ]
        if pair is not None and len(changes) > len(islands):
            islands.append([pair])
        elif pair is not None:
            islands[-1].append(pair)
    return [pair for island in islands for pair in island]


def _is_island(run: list[Pair], changes: list[int], old: list[str]) -> bool:
    weight = _weight([old[one] for one, _ in run])
    return changes[-2] > 0 and weight <= min(changes[-2], changes[-1], LONGEST_ISLAND)


def _weight(words: Sequence[str]) -> int:
    """Return how much there is to read: letters, of which small words have one each."""
    return sum(
        1 if word.lower() in SMALL_WORDS else len(word) for word in words if word[:1].isalnum()
    )


def _with_spaces(matches: list[Pair], before: list[str], after: list[str]) -> list[Pair]:
    """Add the spaces that follow or precede matched words on both sides alike."""
    found: list[Pair] = []
    last = (-1, -1)
    for one, other in matches:
        is_free = one - 1 > last[0] and other - 1 > last[1]
        if is_free and before[one - 1].isspace() and before[one - 1] == after[other - 1]:
            found.append((one - 1, other - 1))
        last = (one, other)
        found.append(last)
        follows = one + 1 < len(before) and other + 1 < len(after)
        if follows and before[one + 1].isspace() and before[one + 1] == after[other + 1]:
            last = (one + 1, other + 1)
            found.append(last)
    return found


def _runs(matches: list[Pair], before: list[str], after: list[str]) -> list[Run]:
    runs: list[Run] = []
    same: list[str] = []
    for edit in _edits(matches, len(before), len(after)):
        removed = "".join(before[edit.top : edit.bottom])
        added = "".join(after[edit.left : edit.right])
        if removed or added:
            runs.append(Run(SAME, "".join(same)))
            runs += [Run(REMOVED, removed), Run(ADDED, added)]
            same = []
        same += before[edit.bottom : edit.bottom + 1]
    return [run for run in [*runs, Run(SAME, "".join(same))] if run.text]
