"""What a comparison of two editions tells: what became of each passage, block and run of words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import groupby

from osac_share.reports.documents.wording import ADDED, REMOVED, SAME, Run

CHANGED = "changed"
MOVED = "moved"
UNNAMED = "Opening text"
"""What a passage without a heading is called."""


@dataclass(frozen=True, slots=True)
class LinkChange:
    """Words that lead elsewhere than before; None where they are, or were, no link."""

    words: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class BlockChange:
    """What became of a paragraph, a list item, a table row.

    One that went to another passage is shown at both ends: where it is now, and, as removed,
    where it was. `elsewhere` names the passage at the other end.
    """

    kind: str
    status: str
    moved: bool
    old: str
    new: str
    runs: tuple[Run, ...]
    links: tuple[LinkChange, ...] = ()
    elsewhere: str = ""

    @property
    def is_same(self) -> bool:
        """Return whether it stands where it stood, unchanged."""
        return self.status == SAME and not self.moved


@dataclass(frozen=True, slots=True)
class PassageChange:
    """What became of a passage: a heading and what stands below it, up to the next one."""

    status: str
    moved: bool
    old_heading: str | None
    new_heading: str | None
    heading: tuple[Run, ...]
    path: tuple[str, ...]
    blocks: tuple[BlockChange, ...]

    @property
    def is_same(self) -> bool:
        """Return whether it stands where it stood, unchanged."""
        return self.status == SAME and not self.moved

    @property
    def stretches(self) -> list[list[BlockChange]]:
        """Return its blocks, those that follow each other unchanged as one stretch."""
        return [list(blocks) for _, blocks in groupby(self.blocks, lambda one: one.is_same)]

    @property
    def name(self) -> str:
        """Return its heading, the new one if it has got one."""
        return self.new_heading or self.old_heading or UNNAMED

    @property
    def renamed(self) -> bool:
        """Return whether it has another heading than it had."""
        return any(run.kind != SAME for run in self.heading) and None not in (
            self.old_heading,
            self.new_heading,
        )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many passages became what; each counts once, a moved one that also changed as changed."""

    changed: int
    added: int
    removed: int
    moved: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two editions side by side, in the order of the new one; removed passages where they stood."""

    passages: tuple[PassageChange, ...]

    @property
    def counts(self) -> Counts:
        """Return how many passages changed, came, went, moved."""
        count = Counter(
            MOVED if one.moved and one.status == SAME else one.status for one in self.passages
        )
        return Counts(count[CHANGED], count[ADDED], count[REMOVED], count[MOVED])

    @property
    def summary(self) -> str:
        """Return the counts as words: "3 sections changed, 1 added, 1 moved"."""
        counts = self.counts
        said = [
            f"{count} {word}"
            for word in (CHANGED, ADDED, REMOVED, MOVED)
            if (count := getattr(counts, word))
        ]
        if not said:
            return "Nothing changed"
        number, word = said[0].split()
        noun = "section" if number == "1" else "sections"
        return ", ".join([f"{number} {noun} {word}", *said[1:]])

    @property
    def is_empty(self) -> bool:
        """Return whether the editions say the same in the same order."""
        return self.counts == Counts(0, 0, 0, 0)
