"""Long hostile texts are read in one pass: were any rule quadratic, these would never end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

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
from osac_share.guard.policy.findings import Finding, in_order, marked
from osac_share.guard.policy.folding import Folded, fold

pytestmark = pytest.mark.slow

LONG = 200_000
FOLDING = (
    *("&", "&#", "&#47;", "&amp", "<b>", "<", "</", "\\", "*", "*a", "_", "a_", "`", "%2", "\r"),
    *("\u200b", "\u0301", "\ufdfa", "\u0430", "\uff33"),
)
FoldedRule = Callable[[Folded], Iterator[Finding]]
TextRule = Callable[[str], Iterator[Finding]]

ON_FOLDED_TEXT: list[tuple[FoldedRule, str]] = [
    *(
        (markings.findings, bit)
        for bit in ("S", "S ", "S-\n", "SECRET ", "Secret\n", "SECRET/", "secret // ", "TOP ")
    ),
    *(
        (markings.findings, bit)
        for bit in ("derived from ", "\n> > ", "reason 1.4 ", "Sierra Echo ", "REL TO ")
    ),
    *(
        (portions.findings, bit)
        for bit in ("(S) A\n", "(C) A. ", "(B) ", "((((", "TS//", "S//REL TO USA, ")
    ),
    *(
        (acronyms.findings, bit)
        for bit in ("CUI ", "CUI/", "C U I ", "LES ", "SBU ", "no SBU ", "TLP:", "F-\n")
    ),
    *(
        (numbers.findings, bit)
        for bit in ("1", "1 ", "4111 ", "4111-1111-", "GB82 ", "GB82", "P<", "PABCA<")
    ),
    *(
        (personal.findings, bit)
        for bit in ("passport ", "passport 1 ", "national id ", "A1", "1-", "12-", "1 ")
    ),
    *(
        (people.findings, bit)
        for bit in ("born ", "DOB 1 ", "1 May ", "Mr. D 1", "victim +1 ", "room 1 ", "a")
    ),
    *((people.findings, bit) for bit in ("a@gmail.", "@", "[at]", " at a dot ", "(202) ", "1 1")),
]
ON_TEXT: list[tuple[TextRule, str]] = [
    *(
        (hidden.findings, bit)
        for bit in ("\u200b", "a\u200b", "\u200d\u2764", "\u200e", "\ue000", "a\u0430")
    ),
    *(
        (hidden.findings, bit)
        for bit in ("\U0001f3f4\U000e0067", "\u0645\u200c", "\u0e01\u200b", "\U000e0100")
    ),
    *(
        (language.findings, bit)
        for bit in ("a. ", "the word ", "|a", "#", "aeiou", "- a b c d e f g\n")
    ),
]


def named(value: object) -> str:
    return ascii(value) if isinstance(value, str) else str(getattr(value, "__module__", ""))


@pytest.mark.parametrize("bit", FOLDING, ids=ascii)
def test_a_long_text_is_folded_to_its_end(bit: str) -> None:
    assert fold(long(bit) + "\n\nend").text.endswith("end")


@pytest.mark.parametrize(("look", "bit"), ON_FOLDED_TEXT, ids=named)
def test_rules_on_folded_text_come_to_their_end(look: FoldedRule, bit: str) -> None:
    text = long(bit)
    pieces = marked(text, in_order(look(fold(text))))
    assert "".join(piece for piece, _ in pieces) == text


@pytest.mark.parametrize(("look", "bit"), ON_TEXT, ids=named)
def test_rules_on_text_come_to_their_end(look: TextRule, bit: str) -> None:
    text = long(bit)
    pieces = marked(text, in_order(look(text)))
    assert "".join(piece for piece, _ in pieces) == text


def long(bit: str) -> str:
    return (bit * LONG)[:LONG]
