"""Numbers that prove themselves by their form: payment cards, bank accounts, passports' lines."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from osac_share.guard.policy.findings import found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.guard.policy.findings import Finding
    from osac_share.guard.policy.folding import Folded

_CARD: Final = re.compile(
    r"""(?x) (?<![\d.+-]) (?<!\d[ ])
    (?: \d{13,19} | \d{4}(?:[ .-]{1,3}\d{4}){3}(?:[ .-]\d{3})? | \d{4}[ .-]\d{6}[ .-]\d{4,5}
      | \d(?:[ .-]\d){12,18} )
    (?! [ -]?\d )
    """
)
_ISSUERS: Final = re.compile(
    r"""(?x)
    4\d{12}(?:\d{3}){0,2}                                                   # Visa
    | (?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}      # Mastercard
    | 3[47]\d{13}                                                           # American Express
    | 3(?:0[0-5]|[68]\d)\d{11}                                              # Diners Club
    | (?:6011|65\d\d|64[4-9]\d)\d{12}                                       # Discover
    | 35(?:2[89]|[3-8]\d)\d{12}                                             # JCB
    | 62\d{14,17}                                                           # UnionPay
    """
)
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9])")
_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
"""The length of an account number by country: SWIFT's registry of ISO 13616."""

_IBAN_REACH: Final = 33 + 10
_NAME_LINE: Final = re.compile(r"(?<![A-Z0-9<])P[A-Z<][A-Z]{3}[A-Z]{1,30}<[A-Z<]{8,38}")
_NUMBER_LINE: Final = re.compile(
    r"(?<![A-Z0-9<])[A-Z0-9<]{9}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{8,16}"
)


def findings(folded: Folded) -> Iterator[Finding]:
    """Yield payment cards, bank accounts and the machine-readable lines of passports."""
    text, original = folded.text, folded.original
    for match in _CARD.finditer(text):
        if is_payment_card(_digits(match[0])):
            yield found("payment-card", original, *folded.span(*match.span()))
    for match in _IBAN.finditer(text):
        end = _end_of_account(text, match.start())
        if end is not None:
            yield found("bank-account", original, *folded.span(match.start(), end))
    for pattern in (_NAME_LINE, _NUMBER_LINE):
        for match in pattern.finditer(text):
            yield found("passport", original, *folded.span(*match.span()))


def is_payment_card(digits: str) -> bool:
    """Tell whether digits are a card's: an issuer's range, and a Luhn sum (ISO/IEC 7812)."""
    if not _ISSUERS.fullmatch(digits) or len(set(digits)) == 1:
        return False
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(one), 10)) for one in even)) % 10 == 0


def is_bank_account(account: str) -> bool:
    """Tell whether an account number without blanks is an IBAN (ISO 13616: length, mod 97)."""
    if _IBAN_LENGTHS.get(account[:2]) != len(account):
        return False
    digits = "".join(str(int(letter, 36)) for letter in account[4:] + account[:4])
    return int(digits) % 97 == 1


def _digits(written: str) -> str:
    return "".join(filter(str.isdigit, written))


def _end_of_account(text: str, start: int) -> int | None:
    """Return where the account number that may begin here ends, if it is one."""
    length = _IBAN_LENGTHS.get(text[start : start + 2].upper())
    if length is None:
        return None
    account = ""
    for place in range(start, min(start + _IBAN_REACH, len(text))):
        letter = text[place]
        if letter.isascii() and letter.isalnum():
            account += letter.upper()
        elif letter not in " -":
            return None
        if len(account) == length:
            goes_on = text[place + 1 : place + 2].isalnum()
            return place + 1 if not goes_on and is_bank_account(account) else None
    return None
