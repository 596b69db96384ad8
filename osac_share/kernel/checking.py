"""Codes by which anybody who holds a text can ask whether it is genuine.

A code stands for a number and for the text that goes by it, under a key derived from the
installation's secret key by HKDF (RFC 5869). It has 20 letters and digits that can be read aloud
and typed from paper: 64 bits of HMAC-SHA-256, behind which the number stands hidden. Nobody can
make one up, and one tells its finder nothing that the answer does not.
"""

from __future__ import annotations

import hmac
from functools import lru_cache
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Those of Crockford's base 32: no I, L, O and U."""

LETTERS, GROUP = 20, 5
_TAG, _NUMBER = 8, 4
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys("- \u2010\u2011\u2013.", ""))


def check_code(secret: str, number: int, digest: str) -> str:
    """Return the code of a text, in groups of five.

    Args:
        secret: the installation's secret key.
        number: what the text is found by, below 2 to the power of 32.
        digest: that of its words; whoever changes them makes another text of it.

    """
    mac_key, mask_key = _keys(secret)
    tag = _tag(mac_key, number, digest)
    told = int.from_bytes(tag + _masked(mask_key, tag, number.to_bytes(_NUMBER, "big")), "big")
    letters = "".join(ALPHABET[told >> 5 * place & 31] for place in reversed(range(LETTERS)))
    return "-".join(letters[at : at + GROUP] for at in range(0, LETTERS, GROUP))


def number_in(secret: str, code: str) -> int | None:
    """Return the number that a code would stand for if it were genuine; None if it is no code.

    Whether it is genuine only `is_code_of` tells.
    """
    said = code.strip().upper().translate(_ALIKE)
    if len(said) != LETTERS or not set(said) <= set(ALPHABET):
        return None
    told = 0
    for letter in said:
        told = told << 5 | ALPHABET.index(letter)
    if told >> 8 * (_TAG + _NUMBER):
        return None
    read = told.to_bytes(_TAG + _NUMBER, "big")
    masked = _masked(_keys(secret)[1], read[:_TAG], read[_TAG:])
    return int.from_bytes(masked, "big")


def is_code_of(secret: str, code: str, number: int, digest: str) -> bool:
    """Tell whether a code, as people write it, is that of a text."""
    said = code.strip().upper().translate(_ALIKE)
    right = check_code(secret, number, digest).replace("-", "")
    return hmac.compare_digest(said.encode(), right.encode())


def _tag(key: bytes, number: int, digest: str) -> bytes:
    return hmac.new(key, f"{number}\n{digest}".encode(), sha256).digest()[:_TAG]


def _masked(key: bytes, tag: bytes, number: bytes) -> bytes:
    mask = hmac.new(key, tag, sha256).digest()
    return bytes(one ^ other for one, other in zip(number, mask, strict=False))


@lru_cache(maxsize=4)
def _keys(secret: str) -> tuple[bytes, bytes]:
    made = HKDF(SHA256(), 64, salt=None, info=b"osac-share check codes").derive(secret.encode())
    return made[:32], made[32:]
