"""How hard a text is to read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy.findings import found
from osac_share.kernel.text import MAX_SOURCE, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.guard.policy.findings import Finding

HARDEST: Final = 16.0
"""The highest grade that is let pass without a word: the end of college."""

ENOUGH: Final = 100
"""The fewest words of prose that a grade can be given for."""

_PROSE: Final = 6
"""A line of fewer words is a heading, a cell or an entry, and no sentence."""

_MARKER: Final = re.compile(r"^\s*(?:[-+*]|\d{1,3}\.)\s+")
_WORD: Final = re.compile(r"[A-Za-z]+(?:['\u2019][a-z]+)?")
_SENTENCE_END: Final = re.compile(r"[.!?;:](?:[\"')\u201d\u2019]{0,2})(?=\s|$)")
_ABBREVIATION: Final = re.compile(
    r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|St|No|Inc|Ltd|vs|etc|approx|Jan|Feb|Aug|Sept|Oct|Nov|Dec|e\.g|i\.e)\."
)
_VOWELS: Final = re.compile(r"[aeiouy]+")
_SILENT: Final = re.compile(r"(?:[^laeiouy]es|[^aeiouydt]ed|[^aeiouyl]e)$")
_ENGLISH: Final = re.compile(
    r"(?i)an?|and|are|as|at|be|by|for|from|ha[sd]|have|if|in|is|it|may|not|of|on|or|that|the|their"
    r"|this|to|was|were|will|with|your?"
)
_ENGLISH_SHARE: Final = 0.2
"""Every third word or so of English prose is one of these."""


def reading_grade(text: str) -> float:
    """Return the U.S. school grade that the prose of `text`, in Markdown, asks for.

    The Flesch-Kincaid grade level (Kincaid and others, 1975, Research Branch Report 8-75):
    0.39 words per sentence + 11.8 syllables per word - 15.59, never below 0. Headings, cells
    and other fragments do not count. It is 0 for a text with too little prose to judge, and
    for one that is not in English, for which the formula says nothing.
    """
    words, sentences = _prose(text)
    english = sum(map(bool, map(_ENGLISH.fullmatch, words)))
    if len(words) < ENOUGH or english < len(words) * _ENGLISH_SHARE:
        return 0.0
    syllables = sum(map(_syllables, words))
    grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
    return max(0.0, grade)


def findings(text: str) -> Iterator[Finding]:
    """Yield one finding over the whole text if it is far harder than plain language."""
    grade = reading_grade(text)
    if grade > HARDEST:
        why = (
            f"This reads like grade {grade:.0f} of school: shorten the sentences and choose"
            " plainer words, so that people can act on them."
        )
        yield found("reading-level", text, 0, len(text), why)


def _prose(text: str) -> tuple[list[str], int]:
    """Return the words of the prose, and the number of its sentences."""
    words: list[str] = []
    sentences = 0
    for line in plain_text(text[:MAX_SOURCE]).split("\n\n"):
        for entry in re.split(r"\n(?=\s*(?:[-+*]|\d{1,3}\.)\s)", line):
            said = _ABBREVIATION.sub(" ", _MARKER.sub("", entry))
            here = _WORD.findall(said)
            if len(here) >= _PROSE and "|" not in said:
                words += here
                ends = [match.end() for match in _SENTENCE_END.finditer(said)]
                sentences += len(ends) + (not ends or bool(said[ends[-1] :].strip()))
    return words, sentences


def _syllables(word: str) -> int:
    lower = word.lower()
    groups = len(_VOWELS.findall(lower))
    return max(1, groups - bool(_SILENT.search(lower)))
