"""Messages to browsers by way of push services, which cannot read them (Web Push).

Encryption is that of RFC 8291 (ECDH on P-256, HKDF-SHA-256, AES-128-GCM in the form of RFC
8188), and the server says who it is by a signed token (VAPID, RFC 8292). Its key is derived from
the installation's secret key, so that there is no other file to keep, copy or lose.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from datetime import datetime

ServerKey = EllipticCurvePrivateKey
"""What push services know an installation by."""

CURVE = SECP256R1()
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points P-256 has (FIPS 186-5): private keys are smaller."""

POINT, AUTH, SALT = 65, 16, 16
"""How many bytes a public key, a browser's secret and a salt have."""

RECORD = 4096
LONGEST = RECORD - (SALT + 4 + 1 + POINT) - 16 - 1
"""How many bytes a message may have: push services take 4096, its head and seal among them."""

TOKEN_LASTS_S = 12 * 3600
"""RFC 8292 allows a day."""


def server_key(secret: str) -> ServerKey:
    """Return the key by which push services know an installation, from its secret key.

    Drawn as FIPS 186-5 (A.2.1) does: of more bits than the order has, so that none is favored.
    """
    drawn = HKDF(SHA256(), 48, salt=None, info=b"osac-share web push").derive(secret.encode())
    return derive_private_key(int.from_bytes(drawn, "big") % (ORDER - 1) + 1, CURVE)


def public_point(key: EllipticCurvePrivateKey) -> bytes:
    """Return the public half of a key as browsers take it: an uncompressed point, 65 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def encrypt(
    text: bytes,
    browser: bytes,
    auth: bytes,
    *,
    length: int = 0,
    once: tuple[EllipticCurvePrivateKey, bytes] | None = None,
) -> bytes:
    """Return a message that one browser alone can read (RFC 8291), in a single record.

    Args:
        text: the message, at most `LONGEST` bytes.
        browser: the browser's public key, an uncompressed point.
        auth: the secret that it shares with us, 16 bytes.
        length: what shorter messages are padded to, so that their length tells nothing.
        once: the key and the salt of this message; new ones unless a test knows better.

    Raises:
        ValueError: the message is too long, or what the browser gave is no key.

    """
    if len(text) > LONGEST:
        message = "too long for a push message"
        raise ValueError(message)
    receiver = EllipticCurvePublicKey.from_encoded_point(CURVE, browser)
    key, salt = once or (generate_private_key(CURVE), os.urandom(SALT))
    sender = public_point(key)
    shared = _derived(key.exchange(ECDH(), receiver), auth, b"WebPush: info\0", browser, sender)
    cipher = AESGCM(_derived(shared, salt, b"Content-Encoding: aes128gcm\0", size=16))
    nonce = _derived(shared, salt, b"Content-Encoding: nonce\0", size=12)
    # The 2 says that this record is the last one (RFC 8188); what follows it is padding.
    sealed = cipher.encrypt(nonce, (text + b"\x02").ljust(min(length, LONGEST) + 1, b"\0"), None)
    return salt + RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender + sealed


def authorization(key: ServerKey, audience: str, contact: str, *, at: datetime) -> str:
    """Return the header by which we tell a push service who we are (RFC 8292).

    Args:
        key: the installation's.
        audience: the push service, such as `https://push.example.org`.
        contact: whom its operators can write to, a `mailto:` or `https:` address.
        at: now.

    """
    head = {"typ": "JWT", "alg": "ES256"}
    claims = {"aud": audience, "exp": int(at.timestamp()) + TOKEN_LASTS_S, "sub": contact}
    said = ".".join(written(json.dumps(one).encode()) for one in (head, claims))
    r, s = decode_dss_signature(key.sign(said.encode(), ECDSA(SHA256())))
    signature = written(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
    return f"vapid t={said}.{signature}, k={written(public_point(key))}"


def written(raw: bytes) -> str:
    """Return bytes as browsers write them: URL-safe base64 without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def read(text: str) -> bytes:
    """Return the bytes that a browser wrote so.

    Raises:
        ValueError: it did not.

    """
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_key(point: bytes, auth: bytes) -> bool:
    """Tell whether a browser's public key and secret are such."""
    try:
        EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        return False
    return len(point) == POINT and len(auth) == AUTH


def _derived(secret: bytes, salt: bytes, *info: bytes, size: int = 32) -> bytes:
    return HKDF(SHA256(), size, salt=salt, info=b"".join(info)).derive(secret)
