"""Public identifiers and secrets: unguessable, and safe to read aloud or to paste."""

from __future__ import annotations

import hashlib
import secrets

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Lower-case letters and digits without the look-alikes i, l, o, 0 and 1."""

PUBLIC_ID_LENGTH = 20


def new_public_id() -> str:
    """Return a random identifier of 20 characters (99 bits) for use in addresses."""
    return new_code(PUBLIC_ID_LENGTH)


def new_code(length: int) -> str:
    """Return so many random letters and digits that people can read aloud and type."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_secret() -> str:
    """Return a random URL-safe secret of 256 bits; only its `digest` is ever stored."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """Return the SHA-256 of `secret` in hex, the form in which secrets are kept.

    A plain hash suffices because the secrets are random and long (ASVS 11.4.1); passwords,
    which are neither, go through Argon2 in `accounts.passwords` instead.
    """
    return hashlib.sha256(secret.encode()).hexdigest()
