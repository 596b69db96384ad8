"""Portion marks: the letters before a paragraph, "(S)", and short banners, "S//NF".

Letters in brackets mean many things: "(C)" is a copyright, a risk of crime, the third of a
list. A lone letter counts only where a paragraph or sentence begins, and not in such company.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy import context
from osac_share.guard.policy.findings import found
from osac_share.guard.policy.spelling import CONTROL, END, SLASH, TWO_SLASHES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.guard.policy.findings import Finding
    from osac_share.guard.policy.folding import Folded

_LETTERS: Final = "TS|S|C|U"
_WITH_CONTROL: Final = re.compile(
    rf"(?i)(?:\(\s?)?(?<![A-Za-z0-9:/.])(?:"
    rf"(?:{_LETTERS}|CUI|SBU){TWO_SLASHES}{CONTROL}(?:{SLASH}{CONTROL}){{0,9}}"
    rf"|(?-i:(?:{_LETTERS})/(?:NF|NOFORN|SCI|SI|FOUO|LES|SBU|REL){END}|TS\s?//))(?:\s?\))?"
)
_LONE: Final = re.compile(
    r"\((?P<letter>TS|S|C)\)(?:(?=\s{1,3}[\"']?(?P<next>[A-Za-z0-9]))|(?=[A-Z][a-z]))"
)
_INNOCENT: Final = re.compile(
    r"(?i)\s{0,3}(?:crime|(?:19|20)\d\d\b|denotes|means|stands|indicates|copyright|rights|photo"
    r"|all rights|image|licen[cs]|the authors?\b"
    r"|[^\n]{0,40}(?:contributors|rights reserved|images|reuters|\bltd|\binc\b|gmbh|\bllc))"
)
_COMPANY: Final = 2_000
"""How far apart the members of a list in brackets may stand, in characters."""


def findings(folded: Folded) -> Iterator[Finding]:
    """Yield every portion mark and short banner."""
    text, original = folded.text, folded.original
    for match in _WITH_CONTROL.finditer(text):
        rule = "mention" if context.is_of_clearance(text, match.end()) else "portion"
        yield found(rule, original, *folded.span(*match.span()))
    for match in _LONE.finditer(text):
        if _is_mark(match) and _is_before_latin_text(folded, match):
            yield found("portion", original, *folded.span(match.start(), match.end()))


def _is_mark(match: re.Match[str]) -> bool:
    text, start, end = match.string, match.start(), match.end()
    if not context.opens_paragraph(text, start) or _INNOCENT.match(text, end):
        return False
    around = text[max(0, start - _COMPANY) : end + _COMPANY]
    if match["letter"] == "TS":
        return "ropical" not in around
    if match["letter"] == "S":
        # South, on a compass; small, among sizes.
        return "(N)" not in around and "(M)" not in around
    # The third of a list, unless it is the companion of "(U)".
    return "(B)" not in around or "(U)" in around


def _is_before_latin_text(folded: Folded, match: re.Match[str]) -> bool:
    """Tell whether it stands before Latin letters in the original too, not Cyrillic ones."""
    if match["next"] is None:
        return True
    start, end = folded.span(*match.span("next"))
    return folded.original[start:end].isascii()
