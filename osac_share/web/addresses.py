"""Addresses: our own paths, told apart from everything that only looks like one."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

LONGEST = 2000


def own_path(address: str | None) -> str | None:
    r"""Return `address` if it is a plain path on this site, otherwise None.

    Anything that a browser could read as another host (`//host`, `/\host`, a scheme, a
    control character, any of it percent-encoded) is refused, and so is one too long to be ours.
    """
    if not address or not address.startswith("/") or len(address) > LONGEST:
        return None
    decoded = unquote(address)
    if decoded.startswith(("//", "/\\")) or "\\" in decoded:
        return None
    if any(ord(character) <= 32 or ord(character) == 127 for character in address):  # noqa: PLR2004
        return None
    if any(ord(character) < 32 or ord(character) == 127 for character in decoded):  # noqa: PLR2004
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
