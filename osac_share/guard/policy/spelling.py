"""How a marking may be spelled, as pieces of patterns over folded text."""

from __future__ import annotations

from typing import Final

EDGE: Final = r"(?<![A-Za-z0-9])"
"""No letter or digit before."""

END: Final = r"(?![A-Za-z0-9])"
"""No letter or digit after."""

TWO_SLASHES: Final = r"\s{0,2}/\s?/\s{0,2}"
"""What parts the levels, controls and caveats of a banner."""

SLASH: Final = r"\s{0,2}/\s?/?\s{0,2}"
"""The same as hasty authors write it, or what parts two words of one control."""

COUNTRY: Final = r"(?:FVEY|ACGU|NATO|USA|(?-i:[A-Z]{3,4}))(?![A-Za-z])"
"""A country or group to which a text may be released."""

CONTROL: Final = (
    r"(?:NOFORN|NF|ORCON(?:-USGOV)?|OC(?:-USGOV)?"
    rf"|REL(?:\s{{1,2}}TO)?(?:[ ,]{{1,2}}{COUNTRY}){{0,12}}|RELIDO|FVEY"
    r"|SI(?:-[A-Z]{1,3})?|TK|HCS(?:-[OP])?|SCI|SAR(?:-[A-Z]{1,8})?|FISA|IMCON|PROPIN|DISPLAY ONLY"
    r"|FOUO|LES(?:-NF)?|SBU(?:-NF)?|SSI|EXDIS|NODIS|LIMDIS|SIPDIS|RD|FRD|CNWDI|NATO|25X\d|20\d{6})"
    + END
)
"""A word that limits who may receive a classified or controlled text."""

_PHONETIC: Final = {
    word[0]: word
    for word in (
        *("Al(?:f|ph)a", "Charlie", "Delta", "Echo", "Foxtrot", "India", "Lima", "November"),
        *("Oscar", "Papa", "Romeo", "Sierra", "Tango", "Uniform", "X-?ray"),
    )
}
"""The words of the ICAO alphabet for the letters of long markings."""


def broken(word: str) -> str:
    """Return a pattern for a word that the end of a line may break anywhere."""
    return r"(?:[ -]{0,2}\n[ ]?)?".join(word)


def disguised(word: str) -> str:
    """Return a pattern for a word in capitals that is spaced out, or spelled in ICAO words."""
    spaced = r"[ ._-]{1,2}".join(word)
    spoken = r"[ ,-]{1,2}".join(_PHONETIC[letter] for letter in word)
    return f"(?:{spaced}|{spoken})"
