"""The rules by which a text is held back or questioned. They look at nothing but the text."""

from __future__ import annotations

from itertools import chain

from osac_share.guard.policy import (
    acronyms,
    hidden,
    language,
    markings,
    numbers,
    people,
    personal,
    portions,
)
from osac_share.guard.policy.findings import RULES, Finding, Rule, Weight, in_order, marked
from osac_share.guard.policy.folding import fold
from osac_share.guard.policy.language import reading_grade

__all__ = ["RULES", "Finding", "Rule", "Weight", "inspect", "marked", "reading_grade"]

ON_FOLDED_TEXT = (
    markings.findings,
    portions.findings,
    acronyms.findings,
    numbers.findings,
    personal.findings,
    people.findings,
)
ON_TEXT = (hidden.findings, language.findings)


def inspect(text: str) -> tuple[Finding, ...]:
    """Return everything to be said about `text`, in order of place.

    The text is Markdown or a line, as its author gave it, before any cleaning: what cleaning
    would take out can be what a marking hides behind. Places are offsets into that text.
    Findings of one rule do not overlap; those of two rules may (see `marked`).
    """
    folded = fold(text)
    return in_order(
        chain(
            chain.from_iterable(find(folded) for find in ON_FOLDED_TEXT),
            chain.from_iterable(find(text) for find in ON_TEXT),
        )
    )
