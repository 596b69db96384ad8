"""Characters that do not show, or show as something else.

Some scripts need such characters: joiners within Persian or Hindi words and within emoji,
direction marks beside Arabic and Hebrew, blanks without width between Thai words. They pass
where their script is. What reorders a text passes nowhere (CVE-2021-42574, "Trojan Source").
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy.findings import found
from osac_share.guard.policy.lookalikes import FOREIGN_LOOKALIKES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.guard.policy.findings import Finding

_RIGHT_TO_LEFT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
_JOINING: Final = (
    "\u0600-\u06ff\u0700-\u07bf\u0840-\u085f\u08a0-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af"
    "\u1a00-\u1aaf\u1b00-\u1bff\ua8e0-\ua8ff\uaa00-\uaa7f\ufb50-\ufdff\ufe70-\ufefc"
)
_UNSPACED: Final = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
_PICTURE: Final = (
    "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf"
    "\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
)
_IDEOGRAPH: Final = "\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_NEEDED: Final = re.compile(
    rf"""(?x)
    \U0001f3f4 [\U000e0020-\U000e007e]{{2,6}} \U000e007f       # flags of England, Scotland, Wales
    | (?<=[{_JOINING}]) [\u200c\u200d]+ (?=[{_JOINING}\s.,!?)])
    | (?<=[{_PICTURE}\ufe0f\u20e3]) \u200d (?=[{_PICTURE}])
    | (?<=[{_PICTURE}#*0-9]) [\ufe0e\ufe0f]
    | (?<=[{_IDEOGRAPH}]) [\ufe00-\ufe02\U000e0100-\U000e01ef]
    | (?<=[{_UNSPACED}]) \u200b++ | (?<!\u200b) \u200b++ (?=[{_UNSPACED}])
    | (?<=[\u1800-\u18af]) [\u180b-\u180f\u202f]
    """
)
_HIDDEN: Final = re.compile(
    r"""(?x)
    (?P<mark>[\u061c\u200e\u200f]+)
    | (?P<direction>[\u202a-\u202e\u2066-\u2069]+)
    | (?P<tag>[\U000e0000-\U000e007f]+)
    | (?P<private>[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]+)
    | (?P<control>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+)
    | (?P<invisible>(?:[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065]
        |[\u206a-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001d173-\U0001d17a]
        |[\U0001bca0-\U0001bca3\U000e0080-\U000e0fff])+)
    """
)
_RULE_OF_GROUP: Final = {"mark": "direction", "private": "private-use"}
_WRITTEN_SO: Final = re.compile(rf"[{_RIGHT_TO_LEFT}]")
_BESIDE: Final = 24
"""How far from a direction mark the right-to-left text that it serves may be."""

_BYTE_ORDER_MARK: Final = "\ufeff"
_WORD: Final = re.compile(r"[^\W\d_]+")
_LATIN_TWINS: Final = frozenset(FOREIGN_LOOKALIKES.values())
_LATIN_RUN: Final = re.compile("[A-Za-z]{2}")
_FOREIGN: Final = frozenset(FOREIGN_LOOKALIKES)


def findings(text: str) -> Iterator[Finding]:
    """Yield hidden characters, and words whose letters are of two alphabets."""
    if text.isascii() and text.isprintable():
        return
    if text.startswith(_BYTE_ORDER_MARK):
        yield found("byte-order-mark", text, 0, 1)
    yield from _hidden_characters(text)
    for match in _WORD.finditer(text):
        if not match[0].isascii() and is_of_two_alphabets(match[0]):
            yield found("lookalike", text, *match.span())


def is_of_two_alphabets(word: str) -> bool:
    """Tell whether a word mixes Latin letters with others that pass for Latin, or the reverse.

    A word that shows its other letters openly, as "\u042f\u043d\u0434\u0435\u043a\u0441Go" does,
    deceives nobody.
    """
    latin = {letter for letter in word if letter.isascii()}
    others = set(word) - latin
    if not latin or not others & _FOREIGN:
        return False
    foreign = {letter for letter in others if not _is_latin(letter)}
    return foreign <= _FOREIGN or (latin <= _LATIN_TWINS and not _LATIN_RUN.search(word))


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


def _hidden_characters(text: str) -> Iterator[Finding]:
    if not _HIDDEN.search(text):
        return
    needed = {place for match in _NEEDED.finditer(text) for place in range(*match.span())}
    for match in _HIDDEN.finditer(text):
        start, end = match.span()
        if start == 0 and text[0] == _BYTE_ORDER_MARK:
            start = 1
        if start == end or needed.issuperset(range(start, end)):
            continue
        if match.lastgroup == "mark" and _serves_a_script(text, start, end):
            continue
        kind = match.lastgroup or ""
        yield _hidden(_RULE_OF_GROUP.get(kind, kind), text, start, end)


def _serves_a_script(text: str, start: int, end: int) -> bool:
    around = text[max(0, start - _BESIDE) : start] + text[end : end + _BESIDE]
    return bool(_WRITTEN_SO.search(around))


def _hidden(rule: str, text: str, start: int, end: int) -> Finding:
    finding = found(rule, text, start, end)
    name = unicodedata.name(text[start], "").lower()
    code = f"U+{ord(text[start]):04X}" + (f", {name}" if name else "")
    return found(rule, text, start, end, f"{finding.why} ({code})")
