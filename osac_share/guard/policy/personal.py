"""Personal data of victims and other private people, known by the words beside it.

A report names offices, their telephones and mailboxes; that is what it is for. So a number by
itself proves nothing here: it counts beside "passport", "born", "next of kin", in any of the
languages in which such a line is pasted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy.findings import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.guard.policy.findings import Finding
    from osac_share.guard.policy.folding import Folded

_NUMBER_WORD: Final = re.compile(r"(?i)\bno?\.?[\s:#)]{0,3}$|\bnum|\bnr\b|#|\bid\b|:")
_TELEPHONE: Final = (
    r"\btel|phone|\bcall|\bfax|hotline|whatsapp|\bcell|\bmobile|\bemergency|\bcontact|\bext\b"
)
_IS_TELEPHONE: Final = re.compile(rf"(?i){_TELEPHONE}|\)\s?$")
_ANOTHER_MATTER: Final = re.compile(
    rf"(?i){_TELEPHONE}|\bfees?\b|\bcosts?\b|\bprice|\boffices?\b|\bcent(?:er|re)s?\b|\bsection\b|\bpay\b|\bform\b|[$€£]|\busd\b|\w{{4}}\.\s"
)

_PASSPORT: Final = re.compile(
    r"""(?ix)
    (?: passport | pasaporte | passeport | reisepass | passaporte | passaporto | pasaport
      | \bppt\b | \bpp\ ?(?=\#|no) | \u043fac\u043fop[\u0442t] | \u62a4\u7167 | \u8b77\u7167
      | \u062c\u0648\u0627\u0632 )
    (?P<gap> (?:(?!passport)[^\d!?;]){0,45}? ) (?<![A-Za-z0-9])
    (?P<number> (?:[A-Z]{1,3}-?|(?-i:(?!NO|NR|ID|US)[A-Z]{1,2})\ )?\d{6,9}
      | [A-Z]?[ ]?\d(?:[ .-]\d){5,8}
      | [A-Z]?\d{3}[ -]\d{3}[ -]\d{3} | \d{2}[A-Z]{2}\d{5} | [A-Z]{1,2}\d{6,7}[A-Z]
      | (?=(?:[A-Z]{0,5}\d){4})[CFGHJ-NPRTV-Z\d]{9} )
    (?! [ -]?\d | [A-Za-z] )
    """
)
_PASSPORT_AFTER: Final = re.compile(
    r"(?i)(?<![A-Za-z0-9+.-])(?:[A-Z]\d{8}|\d{9}|[A-Z]{2}\d{6,7})(?=[ ,(]{1,3}"
    r"(?:u\.?s\.?\s|american\s)?passport\b)"
)
_SSN: Final = re.compile(
    r"(?<![\d+-])(?<!\d[ .])\d{3}(?P<by>[ .-]?)\d{2}(?P=by)\d{4}(?![ -]?\d)"
    r"|(?<![\d+-])(?<!\d[ ])\d(?:[ .-]\d){8}(?![ .-]?\d)"
)
_SSN_WORD: Final = re.compile(
    r"(?i)\bssns?\b|\bs\.s\.n|social[\s-]security|\bitin\b|tax(?:payer)?\s(?:id\b|identification)"
)
_NEVER_ISSUED: Final = frozenset({"078051120", "219099999"})
_NATIONAL: Final = re.compile(
    r"""(?ix)
    \b(?: national\ (?:id|identity|identification)(?:\ (?:card|number))? | identity\ card
      | id\ card | cedula | curp | dni | cnic | nric | aadhaar | aadhar | iqama
      | emirates\ id | pesel | cpf | omang | nin | huduma | carte\ d'identite | personalausweis
      | driver'?s?\ licen[cs]e | driving\ licen[cs]e | alien\ registration | a-number )
    (?P<gap> [^\d!?;]{0,35}? ) (?<![A-Za-z0-9])
    (?P<number> [A-Z]{0,4}\d{6,18}[A-Z0-9]{0,8} | \d{1,5}(?:[ .-]\d{1,7}){1,4}
      | [A-Z]?\d(?:[ ]\d){5,15} )
    (?! [ -]?\d | [A-Za-z] )
    """
)
_NATIONAL_DIGITS: Final = 7
_DAYS: Final = re.compile(
    r"(?:19|20)\d\d(?:[ .-]\d\d?[ .-]\d\d?|[ -](?:19|20)\d\d)$|\d\d?[ .-]\d\d?[ .-](?:19|20)\d\d$"
)
"""What dates and spans of years look like."""

_CURP: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z0-9]\d(?![A-Z0-9])")


def findings(folded: Folded) -> Iterator[Finding]:
    """Yield numbers that documents of a person bear, by the words beside them."""
    text, original = folded.text, folded.original
    for start, end in _passports(text):
        yield found("passport", original, *folded.span(start, end))
    for start, end in _identities(text):
        yield found("national-id", original, *folded.span(start, end))


def is_social_security_number(digits: str) -> bool:
    """Tell whether nine digits can have been issued as an SSN, or as a taxpayer's ITIN.

    The area is never 000 or 666, the group never 00, the serial never 0000 (SSA, POMS RM
    10201.035); areas from 900 are ITINs, whose group lies between 50 and 99.
    """
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    if area in {"000", "666"} or group == "00" or serial == "0000" or digits in _NEVER_ISSUED:
        return False
    return area < "900" or group >= "50"


def _passports(text: str) -> Iterator[tuple[int, int]]:
    for match in _PASSPORT.finditer(text):
        gap, number = match["gap"], match["number"]
        if _ANOTHER_MATTER.search(gap):
            continue
        is_plain = len(number) == sum(map(str.isdigit, number))
        is_named = _NUMBER_WORD.search(gap)
        if is_named or not is_plain or len(number) == len("123456789"):
            yield match.span("number")
    for match in _PASSPORT_AFTER.finditer(text):
        yield match.span()


def _identities(text: str) -> Iterator[tuple[int, int]]:
    for match in _SSN.finditer(text):
        digits = "".join(filter(str.isdigit, match[0]))
        said = text[max(0, match.start() - 60) : match.start()]
        is_named = _SSN_WORD.search(said)
        is_written_so = match["by"] == "-" and not digits.startswith("9")
        if not is_named and (not is_written_so or _IS_TELEPHONE.search(said)):
            continue
        if is_social_security_number(digits):
            yield match.span()
    for match in _NATIONAL.finditer(text):
        is_long = sum(map(str.isdigit, match["number"])) >= _NATIONAL_DIGITS
        is_other = _DAYS.match(match["number"]) or _ANOTHER_MATTER.search(match["gap"])
        if is_long and not is_other:
            yield match.span("number")
    for match in _CURP.finditer(text):
        yield match.span()
