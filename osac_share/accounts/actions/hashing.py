"""Hashing passphrases: slow on purpose, and therefore few at a time."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from osac_share.accounts.policy import canonical_password
from osac_share.kernel.errors import TooMany

if TYPE_CHECKING:
    from collections.abc import Iterator

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with the parameters of the OWASP password storage cheat sheet."""

AT_ONCE = 2
"""How many are hashed in a process at the same time: a flood of sign-ins leaves room to read."""

PATIENCE = timedelta(seconds=10)
"""How long one waits for its turn before it is told to come back."""

_turns = BoundedSemaphore(AT_ONCE)

_NOBODY = HASHER.hash("the password of nobody at all")
"""Verified where there is no passphrase, so that both answers take the same time."""


def hashed(password: str) -> str:
    """Return a passphrase as it is kept."""
    with _turn():
        return HASHER.hash(canonical_password(password))


def is_right(stored: str, password: str) -> bool:
    """Tell whether a passphrase is the one kept; without one kept, it takes as long to say no."""
    with _turn():
        try:
            HASHER.verify(stored or _NOBODY, canonical_password(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Tell whether a passphrase that is at hand should be hashed anew."""
    return HASHER.check_needs_rehash(stored)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=PATIENCE.total_seconds()):
        raise TooMany(PATIENCE)
    try:
        yield
    finally:
        _turns.release()
