"""The other end of Web Push: what a browser does with what a push service hands it."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from osac_share.kernel import webpush


def decrypt(sealed: bytes, browser: EllipticCurvePrivateKey, auth: bytes) -> bytes:
    """Return what a browser reads in a message (RFC 8291), without its padding."""
    salt, sender, rest = sealed[:16], sealed[21 : 21 + sealed[20]], sealed[21 + sealed[20] :]
    public = EllipticCurvePublicKey.from_encoded_point(webpush.CURVE, sender)
    info = b"WebPush: info\0" + webpush.public_point(browser) + sender
    shared = _hkdf(browser.exchange(ECDH(), public), auth, info, 32)
    cipher = AESGCM(_hkdf(shared, salt, b"Content-Encoding: aes128gcm\0", 16))
    padded = cipher.decrypt(_hkdf(shared, salt, b"Content-Encoding: nonce\0", 12), rest, None)
    text, _, last = padded.rstrip(b"\0").rpartition(b"\x02")
    assert not last
    return text


def _hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    return HKDF(SHA256(), size, salt=salt, info=info).derive(secret)
