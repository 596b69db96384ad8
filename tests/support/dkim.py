"""A verifier of DKIM signatures, written from RFC 6376 and RFC 8463 for the tests alone.

It shares no code with the signer, and works a byte and a line at a time where that one uses
expressions.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa


def verifies(content: bytes, record: str, *, place: int = 0) -> bool:
    """Tell whether a signature of a message is good.

    Args:
        content: the message as received.
        record: the text of the DNS record that its selector names.
        place: which of its signatures, counted from the top.

    """
    head, _, body = content.partition(b"\r\n\r\n")
    fields = _fields(head)
    signature = [value for name, value in fields if name == "dkim-signature"][place]
    tags = _tags(signature.decode())
    assert tags["v"] == "1"
    assert tags["c"] == "relaxed/relaxed"
    digest = hashlib.sha256(_relaxed_body(body)).digest()
    if base64.b64decode(tags["bh"]) != digest:
        return False
    said = _said(fields, [name.strip().lower() for name in tags["h"].split(":")])
    said += b"dkim-signature:" + _relaxed(_without_b(signature))
    return _is_good(_key(record), base64.b64decode(tags["b"]), said)


def signed_names(content: bytes) -> list[str]:
    """Return what the first signature of a message names in `h=`, in order."""
    values = [value for name, value in _fields(content) if name == "dkim-signature"]
    return [name.strip() for name in _tags(values[0].decode())["h"].split(":")]


def _fields(head: bytes) -> list[tuple[str, bytes]]:
    fields: list[tuple[str, bytes]] = []
    for line in head.split(b"\r\n"):
        if line[:1] in {b" ", b"\t"}:
            name, value = fields.pop()
            fields.append((name, value + b"\r\n" + line))
        elif line:
            raw, _, value = line.partition(b":")
            fields.append((raw.decode().strip().lower(), value))
        else:
            break
    return fields


def _said(fields: list[tuple[str, bytes]], names: list[str]) -> bytes:
    left, said = list(reversed(fields)), b""
    for wanted in names:
        found = next((one for one in left if one[0] == wanted), None)
        if found is not None:
            left.remove(found)
            said += wanted.encode() + b":" + _relaxed(found[1]) + b"\r\n"
    return said


def _relaxed(value: bytes) -> bytes:
    return b" ".join(value.replace(b"\r\n", b"").replace(b"\t", b" ").split())


def _relaxed_body(body: bytes) -> bytes:
    lines = []
    for line in body.split(b"\r\n"):
        words = line.replace(b"\t", b" ")
        while b"  " in words:
            words = words.replace(b"  ", b" ")
        lines.append(words.rstrip(b" "))
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _tags(value: str) -> dict[str, str]:
    pairs = (tag.partition("=") for tag in value.split(";") if tag.strip())
    return {name.strip(): "".join(words.split()) for name, _, words in pairs}


def _without_b(signature: bytes) -> bytes:
    tags = signature.split(b";")
    kept = [
        tag.partition(b"=")[0] + b"=" if tag.partition(b"=")[0].strip() == b"b" else tag
        for tag in tags
    ]
    return b";".join(kept)


def _key(record: str) -> rsa.RSAPublicKey | ed25519.Ed25519PublicKey:
    tags = _tags(record)
    public = base64.b64decode(tags["p"])
    if tags["k"] == "ed25519":
        return ed25519.Ed25519PublicKey.from_public_bytes(public)
    key = serialization.load_der_public_key(public)
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def _is_good(key: rsa.RSAPublicKey | ed25519.Ed25519PublicKey, made: bytes, said: bytes) -> bool:
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(made, said, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(made, hashlib.sha256(said).digest())
    except InvalidSignature:
        return False
    return True
