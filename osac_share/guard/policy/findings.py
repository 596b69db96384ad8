"""What a finding is, every rule there is, and how findings are laid over their text."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Weight(StrEnum):
    """What a finding means for publishing."""

    BLOCKS = "blocks"
    """The text cannot be published as it is, whoever asks."""

    WARNS = "warns"
    """The author should look; it may well be right."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for: its name for people, its weight, and what to do."""

    label: str
    weight: Weight
    advice: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One place in a text that breaks, or may break, a rule."""

    rule: str
    weight: Weight
    start: int
    end: int
    words: str
    why: str


_SPILL: Final = "Stop, do not copy it further, and tell your security officer"

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        "classification": Rule(
            "Classification marking",
            Weight.BLOCKS,
            f"This is marked as classified. {_SPILL}: only unclassified text is shared here.",
        ),
        "portion": Rule(
            "Portion marking",
            Weight.BLOCKS,
            f"This paragraph carries a portion marking. {_SPILL}.",
        ),
        "caveat": Rule(
            "Dissemination control",
            Weight.BLOCKS,
            f"This word limits who may receive the text. {_SPILL}.",
        ),
        "authority": Rule(
            "Classification authority",
            Weight.BLOCKS,
            f"Only classified documents carry this line. {_SPILL}.",
        ),
        "cui": Rule(
            "Controlled unclassified information",
            Weight.BLOCKS,
            "CUI is not shared here: remove the passage, or ask its owner to release it.",
        ),
        "sensitive": Rule(
            "Sensitive but unclassified",
            Weight.BLOCKS,
            "SBU, LES and FOUO text is not shared here: remove it, or ask its owner to release it.",
        ),
        "mention": Rule(
            "Word used as a marking",
            Weight.WARNS,
            "Check that the text only speaks of this marking and does not carry it.",
        ),
        "tlp": Rule(
            "TLP label in the text",
            Weight.WARNS,
            "The report shows its own TLP label: remove this one, or make both agree.",
        ),
        "passport": Rule(
            "Passport number",
            Weight.BLOCKS,
            "Remove the passport number: personal data of victims is never published.",
        ),
        "national-id": Rule(
            "National identity number",
            Weight.BLOCKS,
            "Remove the identity number: personal data of victims is never published.",
        ),
        "payment-card": Rule(
            "Payment card number",
            Weight.BLOCKS,
            "Remove the card number: no reader needs it.",
        ),
        "bank-account": Rule(
            "Bank account number",
            Weight.BLOCKS,
            "Remove the account number: no reader needs it.",
        ),
        "birth-date": Rule(
            "Date of birth",
            Weight.BLOCKS,
            "Remove the date of birth; say the age, if readers need it.",
        ),
        "private-phone": Rule(
            "Private telephone number",
            Weight.WARNS,
            "Remove the number if it belongs to a private person and not to an office.",
        ),
        "private-mail": Rule(
            "Private mail address",
            Weight.WARNS,
            "Remove the address if it belongs to a private person and not to an office.",
        ),
        "hotel-room": Rule(
            "Hotel room of a person",
            Weight.WARNS,
            "Remove the room: it tells where a person can be found.",
        ),
        "direction": Rule(
            "Hidden change of direction",
            Weight.WARNS,
            "Delete this invisible character: it can show text in another order than it has.",
        ),
        "invisible": Rule(
            "Invisible character",
            Weight.WARNS,
            "Delete this invisible character; it came with a paste and can hide words.",
        ),
        "tag": Rule(
            "Invisible tag characters",
            Weight.WARNS,
            "Delete these invisible characters: they can carry a whole hidden text.",
        ),
        "private-use": Rule(
            "Private-use character",
            Weight.WARNS,
            "Replace this character: each computer shows something else for it.",
        ),
        "control": Rule(
            "Control character",
            Weight.WARNS,
            "Delete this control character; it is no part of a written text.",
        ),
        "lookalike": Rule(
            "Letters of two alphabets in one word",
            Weight.WARNS,
            "Type this word again: some of its letters only look as they should.",
        ),
        "byte-order-mark": Rule(
            "Byte order mark",
            Weight.WARNS,
            "Nothing is wrong with the words: a file's first, invisible sign was pasted along.",
        ),
        "reading-level": Rule(
            "Hard to read",
            Weight.WARNS,
            "Shorten the sentences and choose plainer words, so that people can act on them.",
        ),
    }
)
"""Every rule by its code, the gravest first."""

UNPLACED: Final = frozenset({"reading-level"})
"""Rules about a text as a whole: there is no place to point at."""


def found(rule: str, text: str, start: int, end: int, why: str | None = None) -> Finding:
    """Return the finding of `rule` at a place of the original text."""
    known = RULES[rule]
    return Finding(rule, known.weight, start, end, text[start:end], why or known.advice)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort findings by place; of two that overlap under one rule, keep the first and longer."""
    kept: list[Finding] = []
    ends: dict[str, int] = {}
    for finding in sorted(findings, key=lambda one: (one.start, -one.end, one.rule)):
        if finding.start >= ends.get(finding.rule, 0):
            kept.append(finding)
            ends[finding.rule] = finding.end
    return tuple(kept)


def marked(text: str, findings: Sequence[Finding]) -> list[tuple[str, Finding | None]]:
    """Split `text` at its findings, for showing it with each finding marked in place.

    The pieces joined are the text. Where findings overlap, one that blocks hides one that
    warns, and the longer hides the shorter. A finding about the whole text marks nothing.
    """
    placed = [finding for finding in findings if finding.rule not in UNPLACED]
    placed.sort(key=lambda one: (one.weight is Weight.BLOCKS, one.end - one.start))
    on_top: list[int | None] = [None] * len(text)
    for rank, finding in enumerate(placed):
        on_top[finding.start : finding.end] = [rank] * (finding.end - finding.start)
    pieces: list[tuple[str, Finding | None]] = []
    at = 0
    for number, places in groupby(on_top):
        end = at + sum(1 for _ in places)
        pieces.append((text[at:end], None if number is None else placed[number]))
        at = end
    return pieces
