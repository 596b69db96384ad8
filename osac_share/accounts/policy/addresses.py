"""Mail addresses as names of accounts. Pure."""

from __future__ import annotations

import unicodedata


def canonical_email(text: str) -> str:
    """Return an address in the one spelling by which accounts are found."""
    # Lowering can bring letters and accents together that have a sign of their own.
    lowered = unicodedata.normalize("NFKC", text).lower()
    return unicodedata.normalize("NFKC", lowered).strip()
