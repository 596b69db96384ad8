"""Public keys as a JWK Set (RFC 7517, RFC 7518)."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from joserfc.jwk import import_key

from osac_share.kernel.signatures import der_of, fingerprint, from_pem, key_type, public_pem

if TYPE_CHECKING:
    from collections.abc import Iterable


def jwk_set(certificates: Iterable[str]) -> dict[str, Any]:
    """Return the keys of certificates in PEM, each named by its certificate's SHA-256."""
    return {"keys": [_jwk(one) for one in certificates]}


def _jwk(pem: str) -> dict[str, Any]:
    certificate = from_pem(pem)
    digest = fingerprint(certificate)
    return {
        **import_key(public_pem(certificate), key_type(certificate)).as_dict(private=False),
        "use": "sig",
        "kid": digest,
        "x5t#S256": _letters(bytes.fromhex(digest)),
        "x5c": [b64encode(der_of(certificate)).decode()],
    }


def _letters(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
