"""Signatures of the domain that mail comes from: DKIM by RFC 6376, Ed25519 by RFC 8463.

A signature is made of the message alone, without the time of signing: a repeat after a crash
stays the same message to the byte.
"""

from __future__ import annotations

import base64
import hashlib
import re
import textwrap
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from osac_share.kernel.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from types import TracebackType

    from osac_share.kernel.mail.envelopes import Answer, Envelope, Mailer

Key = RSAPrivateKey | Ed25519PrivateKey

SHOWN = (
    *("from", "to", "cc", "reply-to", "subject", "date", "message-id"),
    *("mime-version", "content-type", "content-transfer-encoding"),
)
"""What readers are shown or shown by. Each is signed once more than it is there, so that
nobody can add another of its name on the way (RFC 6376 section 8.15)."""

CARRIED = ("in-reply-to", "references", "list-id", "list-unsubscribe", "list-unsubscribe-post")
"""Signed where they are there; RFC 8058 wants the last two covered."""

RSA_BITS = 2048
"""The shortest RSA key that signs, and the length of new ones (RFC 8301 section 3.2)."""

_BLANKS = re.compile(rb"[ \t]{2,}|\t")
_FOLD = re.compile(rb"\r\n(?=[ \t])")
_BETWEEN = re.compile(rb"\r\n(?![ \t])")
_SIGNATURE_VALUE = re.compile(rb"(;[ \t\r\n]*b[ \t\r\n]*=)[^;]*")
_LINE = 72


class Signer:
    """Signs for one domain with one key; headers and body in their relaxed forms."""

    def __init__(self, domain: str, selector: str, key: Key) -> None:
        """Sign as `domain`; receivers find the public key by `selector`."""
        self._domain = domain
        self._selector = selector
        self._key = key

    def signature(self, content: bytes) -> bytes:
        """Return the DKIM-Signature header for a message with CRLF line ends.

        It belongs before the message, and changes nothing in it.
        """
        head, _, body = content.partition(b"\r\n\r\n")
        fields = _BETWEEN.split(head)
        there = Counter(_name(field) for field in fields)
        signed = [name for name in SHOWN for _ in range(there[name] + 1)]
        signed += [name for name in CARRIED for _ in range(there[name])]
        unsigned = self._unsigned(signed, body_hash(body))
        made = sign(self._key, signed_part(fields, signed, unsigned))
        return unsigned + _folded(base64.b64encode(made).decode()).encode() + b"\r\n"

    def _unsigned(self, signed: Sequence[str], hashed: str) -> bytes:
        lines = (
            f"DKIM-Signature: v=1; a={algorithm(self._key)}; c=relaxed/relaxed;",
            f"d={self._domain}; s={self._selector};",
            f"h={_folded(' : '.join(signed))};",
            f"bh={hashed};",
            "b=",
        )
        return "\r\n ".join(lines).encode()


class SigningMailer:
    """A mailer that signs each message before another mailer sends it."""

    def __init__(self, mailer: Mailer, signer: Signer) -> None:
        """Sign by `signer`, send by `mailer`."""
        self._mailer = mailer
        self._signer = signer

    def __enter__(self) -> Self:
        """Open the mailer that sends."""
        self._mailer.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the mailer that sends."""
        self._mailer.__exit__(kind, error, trace)

    def send(self, envelopes: Iterable[Envelope]) -> Iterator[Answer]:
        """Send the envelopes, signed and in order, and yield an answer for each."""
        return self._mailer.send(map(self._signed, envelopes))

    def _signed(self, envelope: Envelope) -> Envelope:
        signature = self._signer.signature(envelope.content)
        return replace(envelope, content=signature + envelope.content)


def open_signer(domain: str, selector: str, key_file: str) -> Signer | None:
    """Return the signer whose key a file holds, in PEM; None without a domain to sign as.

    Raises:
        Misconfigured: the file cannot be read, or holds no key that may sign.

    """
    if not domain:
        return None
    try:
        key = load_pem_private_key(Path(key_file).read_bytes(), None)
    except OSError as problem:
        message = f"The DKIM key {key_file} cannot be read: {problem.strerror}."
        raise Misconfigured(message) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise Misconfigured(f"The DKIM key {key_file} is not a private key in PEM.") from None
    if not isinstance(key, Key):
        raise Misconfigured(f"The DKIM key {key_file} is neither RSA nor Ed25519.")
    if isinstance(key, RSAPrivateKey) and key.key_size < RSA_BITS:
        raise Misconfigured(f"The DKIM key {key_file} is shorter than {RSA_BITS} bits.")
    return Signer(domain, selector, key)


def make_key(*, modern: bool) -> Key:
    """Return a new key: Ed25519 when `modern`, else RSA, which every receiver understands."""
    if modern:
        return Ed25519PrivateKey.generate()
    return generate_private_key(public_exponent=65537, key_size=RSA_BITS)


def written(key: Key) -> bytes:
    """Return a key in PEM, as `open_signer` reads it."""
    return key.private_bytes(
        Encoding.PEM,
        PrivateFormat.PKCS8,
        NoEncryption(),
    )


def dns_record(key: Key) -> str:
    """Return the text of the DNS record by which receivers verify what `key` signs."""
    if isinstance(key, RSAPrivateKey):
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        kind = "rsa"
    else:
        public = key.public_key().public_bytes_raw()
        kind = "ed25519"
    return f"v=DKIM1; k={kind}; p={base64.b64encode(public).decode()}"


def algorithm(key: Key) -> str:
    """Return what DKIM calls the way in which a key signs."""
    return "rsa-sha256" if isinstance(key, RSAPrivateKey) else "ed25519-sha256"


def body_hash(body: bytes) -> str:
    """Return the hash of a body in its relaxed form (RFC 6376 section 3.4.4)."""
    # Runs of blanks are rare in what we write, and looking for one is cheap.
    lines = _BLANKS.sub(b" ", body) if b"  " in body or b"\t" in body else body
    lines = lines.replace(b" \r\n", b"\r\n").removesuffix(b" ").rstrip(b"\r\n")
    hashed = hashlib.sha256(lines + b"\r\n" if lines else b"").digest()
    return base64.b64encode(hashed).decode()


def signed_part(fields: Sequence[bytes], signed: Sequence[str], signature: bytes) -> bytes:
    """Return what is signed: headers in their relaxed form (RFC 6376 sections 3.4.2 and 3.7).

    Args:
        fields: all header fields of the message, in order, folded as they are.
        signed: the names in `h=`; of several fields of a name, the last comes first.
        signature: the DKIM-Signature field; what its `b=` says is left out.

    """
    left: dict[str, list[bytes]] = {}
    for field in fields:
        left.setdefault(_name(field), []).append(field)
    parts = [_relaxed(left[name].pop()) for name in signed if left.get(name)]
    parts.append(_relaxed(_SIGNATURE_VALUE.sub(rb"\1", signature)))
    return b"\r\n".join(parts)


def sign(key: Key, said: bytes) -> bytes:
    """Return the signature over the hash of `said` (RFC 6376 section 3.3, RFC 8463 section 3)."""
    if isinstance(key, RSAPrivateKey):
        return key.sign(said, PKCS1v15(), SHA256())
    return key.sign(hashlib.sha256(said).digest())


def _relaxed(field: bytes) -> bytes:
    name, _, value = field.partition(b":")
    unfolded = _BLANKS.sub(b" ", _FOLD.sub(b"", value)).strip(b" \r\n")
    return name.strip(b" \t").lower() + b":" + unfolded


def _name(field: bytes) -> str:
    return field.partition(b":")[0].strip(b" \t").lower().decode("ascii", "replace")


def _folded(value: str) -> str:
    return "\r\n ".join(textwrap.wrap(value, _LINE, break_on_hyphens=False))
