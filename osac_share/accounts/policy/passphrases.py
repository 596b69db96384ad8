"""Passphrases: what is accepted (NIST SP 800-63B-4: length, a blocklist, no composition). Pure."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from osac_share.accounts.policy.guessing import guesses

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 15
LONGEST = 256

ENOUGH = 12.0
"""Three common words that have nothing to do with each other: a million million guesses."""


def canonical_password(text: str) -> str:
    """Return a passphrase as it is hashed: NFKC, as SP 800-63B-4 advises, nothing trimmed."""
    return unicodedata.normalize("NFKC", text)


def problem_with(password: str, about: Iterable[str] = ()) -> str | None:
    """Return what is wrong with a new passphrase, or None when it will do.

    Args:
        password: what was typed.
        about: what anybody knows who knows whose it is: names, address, organization, site.

    """
    passphrase = canonical_password(password)
    if len(passphrase) < SHORTEST:
        return f"Use at least {SHORTEST} characters; several words make a good passphrase."
    if len(passphrase) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if guesses(passphrase, about) < ENOUGH:
        return (
            "This is easy to guess: it is mostly common words, repetition, keys in a row, or "
            "names of you, your organization or this site. Put together four words that have "
            "nothing to do with each other."
        )
    return None
