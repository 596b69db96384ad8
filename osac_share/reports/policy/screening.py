"""What the guard finds in an edition, part by part, before anybody else reads it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from osac_share.guard.policy import Weight, inspect, marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.guard.policy import Finding
    from osac_share.reports.models import Edition

LONGEST = 64_000
"""How many characters of one part are looked at; no field of a form takes more."""

SPILLS = frozenset({"classification", "portion", "caveat", "authority", "cui", "sensitive"})
"""Rules of the guard about content that may not be on this system at all."""


@dataclass(frozen=True, slots=True)
class Screened:
    """One part of an edition in which the guard found something."""

    part: str
    text: str
    findings: tuple[Finding, ...]

    @property
    def pieces(self) -> Sequence[tuple[str, Finding | None]]:
        """Return the text in pieces, each with the finding that marks it."""
        return marked(self.text, self.findings)


def screened(edition: Edition) -> list[Screened]:
    """Return the parts of an edition in which something was found, in their order."""
    return [
        Screened(part, text, found) for part, text in _parts(edition) if (found := _inspected(text))
    ]


def held_by(edition: Edition) -> Counter[str]:
    """Return which rules keep an edition from being published, and how often each fired.

    Never the words themselves: whoever logs this must not spread what was found.
    """
    return Counter(
        finding.rule
        for part in screened(edition)
        for finding in part.findings
        if finding.weight is Weight.BLOCKS
    )


def is_spill(edition: Edition) -> bool:
    """Tell whether an edition seems to hold what may not be on this system at all."""
    return not SPILLS.isdisjoint(held_by(edition))


def objections(edition: Edition) -> Iterator[str]:
    """Yield what keeps an edition from being published, a sentence for each part and rule."""
    for part in screened(edition):
        reasons = [one.why for one in part.findings if one.weight is Weight.BLOCKS]
        for why in dict.fromkeys(reasons):
            yield f"{part.part}: {why}"


def _parts(edition: Edition) -> Iterator[tuple[str, str]]:
    yield "Title", edition.title
    yield "What changed", edition.change_note
    for section in edition.sections:
        yield section["heading"], section["body"]


@lru_cache(maxsize=256)
def _inspected(text: str) -> tuple[Finding, ...]:
    # Asked for each view of a draft, and again when it is handed in.
    return inspect(text[:LONGEST])
