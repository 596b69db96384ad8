"""Short texts kept so that the database alone does not tell them.

Sealed with Fernet (AES-128-CBC and HMAC-SHA-256) under keys derived from the installation's
secret key by HKDF (RFC 5869), another one for each purpose: what was sealed for one opens
nothing elsewhere. Whoever changes the secret key seals anew, or loses what was sealed.
"""

from __future__ import annotations

from base64 import b32decode, b32encode, urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def seal(key: str, purpose: str, text: str, *, at: datetime) -> str:
    """Return `text` sealed for a purpose, in URL-safe letters.

    Args:
        key: the installation's secret key.
        purpose: what it is for, and whose it is.
        text: what to keep.
        at: now; a seal knows its age.

    """
    fernet = _fernet(key, purpose)
    return fernet.encrypt_at_time(text.encode(), int(at.timestamp())).decode()


def unseal(
    key: str, purpose: str, sealed: str, *, at: datetime, lasts: timedelta | None = None
) -> str | None:
    """Return what was sealed for this purpose, or None: not ours, changed, or too old."""
    fernet = _fernet(key, purpose)
    try:
        if lasts is None:
            return fernet.decrypt(sealed).decode()
        seconds = int(lasts.total_seconds())
        return fernet.decrypt_at_time(sealed, seconds, int(at.timestamp())).decode()
    except InvalidToken:
        return None


def code_for(key: str, purpose: str, name: str) -> str:
    """Return the code of a short name: always the same, and it tells nothing to others.

    Encrypted by AES-SIV (RFC 5297), which needs no chance, in lower-case letters and digits:
    it survives whatever makes mail addresses lower case.

    Args:
        key: the installation's secret key.
        purpose: what the code is for; that of another purpose is no code here.
        name: what it stands for, in a few characters: of 15, the code has 50.

    """
    sealed = _siv(key, purpose).encrypt(name.encode(), None)
    return b32encode(sealed).decode().rstrip("=").lower()


def name_of(key: str, purpose: str, code: str) -> str | None:
    """Return the name whose code this is, or None: not ours, or not for this purpose."""
    try:
        sealed = b32decode(code.upper() + "=" * (-len(code) % 8))
        return _siv(key, purpose).decrypt(sealed, None).decode()
    except (ValueError, InvalidTag):
        return None


def _fernet(key: str, purpose: str) -> Fernet:
    return Fernet(urlsafe_b64encode(_derived(key, purpose)))


@lru_cache(maxsize=32)
def _siv(key: str, purpose: str) -> AESSIV:
    # A mail has several codes, and purposes are few.
    return AESSIV(_derived(key, purpose))


def _derived(key: str, purpose: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=f"osac-share {purpose}".encode())
    return derived.derive(key.encode())
