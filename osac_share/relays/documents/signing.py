"""Whether a message is signed, in words for the person who decides about it."""

from __future__ import annotations

from lxml import etree

from osac_share.kernel.signatures import (
    certificate_in,
    find_signed,
    fingerprint,
    is_signed,
    name_in,
)
from osac_share.kernel.text import clean_line

LONGEST_NAME = 120
BROKEN = "Its signature does not fit: it was changed on the way, or is not what it claims to be."
NAMELESS = "It is signed, but does not say by whose key, so that it cannot be checked."


def signature_words(message: etree._Element) -> str:
    """Return what the signature of a message tells, or nothing where it has none.

    That a signature is right says that nobody changed the message since, and whose certificate
    came with it. Whether that is the issuer's, the person must know: by its fingerprint.
    """
    if not is_signed(message):
        return ""
    # A message within a feed is looked at by itself, as it was signed.
    alone = etree.fromstring(etree.tostring(message, with_tail=False))
    certificate = certificate_in(alone)
    if certificate is None:
        return NAMELESS
    if find_signed(alone, certificate) is None:
        return BROKEN
    whose = clean_line(name_in(certificate))[:LONGEST_NAME] or "nobody by name"
    return (
        f"Signed, and unchanged since, by the key of {whose} (SHA-256 {fingerprint(certificate)})."
    )
