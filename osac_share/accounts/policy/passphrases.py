"""Passphrases: what is accepted (NIST SP 800-63B-4: length, no composition rules). Pure."""

from __future__ import annotations

import unicodedata

SHORTEST = 15
LONGEST = 256


def canonical_password(text: str) -> str:
    """Return a passphrase as it is hashed: NFKC, as SP 800-63B-4 advises, nothing trimmed."""
    return unicodedata.normalize("NFKC", text)


def problem_with(password: str) -> str | None:
    """Return what is wrong with a new passphrase, or None when it will do."""
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; several words make a good passphrase."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    return None
