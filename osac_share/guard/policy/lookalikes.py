"""Letters of other alphabets that look like Latin ones.

A choice from the confusables of Unicode UTS #39: what a Latin word can be spelled with so that
nobody sees the difference. Small capitals are here too, although they are Latin.
"""

from __future__ import annotations

from string import ascii_uppercase
from typing import Final

_FOREIGN: Final = {
    "A": "\u0391\u0410\u13aa",
    "B": "\u0392\u0412\u13f4",
    "C": "\u03f9\u0421\u13df",
    "D": "\u13a0",
    "E": "\u0395\u0415\u13ac",
    "F": "\u03dc",
    "G": "\u050c\u13c0",
    "H": "\u0397\u041d\u13bb",
    "I": "\u0399\u0406\u04c0",
    "J": "\u0408\u13ab",
    "K": "\u039a\u041a\u13e6",
    "L": "\u13de",
    "M": "\u039c\u041c\u13b7",
    "N": "\u039d",
    "O": "\u039f\u041e\u0555",
    "P": "\u03a1\u0420\u13e2",
    "R": "\u13a1",
    "S": "\u0405\u054f\u13da",
    "T": "\u03a4\u0422\u13a2",
    "U": "\u054d",
    "V": "\u0474\u13d9",
    "W": "\u051c\u13b3",
    "X": "\u03a7\u0425",
    "Y": "\u03a5\u04ae",
    "Z": "\u0396\u13c3",
    "a": "\u03b1\u0430",
    "c": "\u03f2\u0441",
    "d": "\u0501",
    "e": "\u0435",
    "h": "\u04bb",
    "i": "\u0456",
    "j": "\u0458",
    "k": "\u03ba\u043a",
    "l": "\u04cf",
    "n": "\u0578",
    "o": "\u03bf\u043e\u0585",
    "p": "\u03c1\u0440",
    "q": "\u051b",
    "s": "\u0455",
    "u": "\u03c5\u057d",
    "v": "\u03bd\u0475",
    "w": "\u051d",
    "x": "\u03c7\u0445",
    "y": "\u0443",
}
_SMALL_CAPITALS: Final = zip(
    "\u1d00\u0299\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a\u1d0a\u1d0b\u029f"
    "\u1d0d\u0274\u1d0f\u1d18\u0280\ua731\u1d1b\u1d1c\u1d20\u1d21\u028f\u1d22",
    "ABCDEFGHIJKLMNOPRSTUVWYZ",
    strict=True,
)

FOREIGN_LOOKALIKES: Final = {
    foreign: latin for latin, letters in _FOREIGN.items() for foreign in letters
}
"""Greek, Cyrillic, Armenian and Cherokee letters with the Latin letter each looks like."""

LOOKALIKES: Final = (
    FOREIGN_LOOKALIKES
    | dict(_SMALL_CAPITALS)
    | {
        chr(first + place): letter
        for first in (0x1F150, 0x1F170)
        for place, letter in enumerate(ascii_uppercase)
    }
)
"""The same, the small capitals of phonetic alphabets, and letters white on black."""
