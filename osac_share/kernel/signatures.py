"""Signatures on XML: XMLDSig (RFC 3275), enveloped, by a key with a certificate of its own.

Everything here is about one key at a time: which of them are ours, and since when, is for whoever
keeps them to say. Certificates are only a shape that other programs know keys by: ours vouch for
themselves, and nobody is asked about those of others.
"""

from __future__ import annotations

import os
import tempfile
from binascii import Error as NotBase64
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import InvalidSignature as WrongSignature
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509 import (
    BasicConstraints,
    Certificate,
    CertificateBuilder,
    KeyUsage,
    Name,
    NameAttribute,
    NameOID,
    load_pem_x509_certificate,
    random_serial_number,
)
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from osac_share.kernel.errors import Misconfigured

if TYPE_CHECKING:
    from datetime import datetime

XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"
LASTS = timedelta(days=3653)
"""How long a new certificate says that it lasts. Ours are looked up by themselves, not by date."""

RSA_BITS = 2048
LONGEST_NAME = 64
"""Of what a certificate is made out to (X.520)."""

STRONG = frozenset(
    {
        *(SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384),
        *(SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512),
    }
)
DIGESTS = frozenset({DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
_FIRST_CERTIFICATE = f"{{{XMLDSIG}}}Signature/{{{XMLDSIG}}}KeyInfo//{{{XMLDSIG}}}X509Certificate"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key of an installation, and the certificate by which others know it."""

    private: EllipticCurvePrivateKey | RSAPrivateKey = field(repr=False)
    certificate: Certificate


def make_key(name: str, *, at: datetime) -> SigningKey:
    """Return a new key on P-256, its certificate made out to `name` and signed by itself."""
    private = generate_private_key(SECP256R1())
    whose = Name([NameAttribute(NameOID.COMMON_NAME, name[:LONGEST_NAME])])
    usage = dict.fromkeys(
        (
            *("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign"),
            *("crl_sign", "encipher_only", "decipher_only"),
        ),
        False,
    )
    certificate = (
        CertificateBuilder(whose, whose, private.public_key(), random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + LASTS)
        .add_extension(BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True
        )
        .sign(private, SHA256())
    )
    return SigningKey(private, certificate)


def written(key: SigningKey) -> bytes:
    """Return a key and its certificate in PEM; whoever has this can sign."""
    private = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return private + key.certificate.public_bytes(Encoding.PEM)


def read_key(file: Path) -> SigningKey:
    """Return the key in a file, as `written` gave it or as another program made it.

    Raises:
        Misconfigured: there is none, or it is too weak; the message says which file.

    """
    try:
        content = file.read_bytes()
        private = load_pem_private_key(content, None)
        certificate = load_pem_x509_certificate(content)
    except OSError as problem:
        raise Misconfigured(f"The file {file} cannot be read: {problem.strerror}.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _without_key(file) from None
    if not isinstance(private, EllipticCurvePrivateKey | RSAPrivateKey):
        raise _without_key(file)
    if private.public_key() != certificate.public_key():
        raise _without_key(file)
    if isinstance(private, RSAPrivateKey) and private.key_size < RSA_BITS:
        raise Misconfigured(f"The key in {file} has fewer than {RSA_BITS} bits.")
    return SigningKey(private, certificate)


def _without_key(file: Path) -> Misconfigured:
    return Misconfigured(
        f"The file {file} holds no private key with its certificate in PEM, without a passphrase."
    )


def keep_key(file: Path, name: str, *, at: datetime) -> SigningKey:
    """Return the key in a file, made now where there is no such file.

    Two processes that find none at the same moment end up with the same one.
    """
    if not file.exists():
        write_key(file, make_key(name, at=at), replacing=False)
    return read_key(file)


def write_key(file: Path, key: SigningKey, *, replacing: bool) -> None:
    """Write a key into a file that its owner alone can read, whole or not at all.

    Args:
        file: where to.
        key: the key.
        replacing: whether a file that is there already gives way; otherwise it stays.

    Raises:
        Misconfigured: it cannot be written.

    """
    try:
        descriptor, fresh = tempfile.mkstemp(dir=file.parent, prefix=".signing-")
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(written(key))
        if replacing:
            Path(fresh).replace(file)
            return
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            Path(fresh).unlink()
    except OSError as problem:
        raise Misconfigured(f"The file {file} cannot be written: {problem.strerror}.") from None


def sign(root: etree._Element, key: SigningKey) -> etree._Element:
    """Return a document with a signature over all of it at its end, as CAP 1.2 has it (3.3.4.1).

    The certificate travels along. Canonical form is the exclusive one, so that the document can
    be put into another, a feed say, and stay what it is.
    """
    is_rsa = isinstance(key.private, RSAPrivateKey)
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed: etree._Element = signer.sign(root, key=key.private, cert=[key.certificate])
    return signed


def certificate_in(root: etree._Element) -> Certificate | None:
    """Return the certificate that the signature of a document carries, or None.

    It says by whom the document claims to be signed, and proves nothing.
    """
    found = root.find(_FIRST_CERTIFICATE)
    if found is None or not found.text:
        return None
    try:
        pem = f"-----BEGIN CERTIFICATE-----\n{found.text.strip()}\n-----END CERTIFICATE-----\n"
        return load_pem_x509_certificate(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        return None


def is_signed(root: etree._Element) -> bool:
    """Tell whether a document has a signature, right or wrong."""
    return root.find(f"{{{XMLDSIG}}}Signature") is not None


def find_signed(root: etree._Element, certificate: Certificate) -> etree._Element | None:
    """Return what the holder of a certificate's key signed, or None if they did not.

    Nothing may be believed but what is returned: somebody may have put more around it. What
    is signed is found in the document itself; nothing is fetched.

    Args:
        root: the document, its signature a child of it.
        certificate: whose signature it has to be. Its own dates do not count.

    """
    expected = SignatureConfiguration(
        location="./",
        signature_methods=STRONG,
        digest_algorithms=DIGESTS,
        verification_time=certificate.not_valid_before_utc,
    )
    try:
        found = XMLVerifier().verify(root, x509_cert=certificate, expect_config=expected)
    except (SignXMLException, WrongSignature, NotBase64, ValueError, TypeError, AttributeError):
        return None
    except (etree.LxmlError, UnsupportedAlgorithm):
        return None
    return None if isinstance(found, list) else found.signed_xml


def fingerprint(certificate: Certificate) -> str:
    """Return the SHA-256 of a certificate in hex, by which people compare it."""
    return certificate.fingerprint(SHA256()).hex()


def in_pem(certificate: Certificate) -> str:
    """Return a certificate in PEM."""
    return certificate.public_bytes(Encoding.PEM).decode()


def from_pem(pem: str) -> Certificate:
    """Return the certificate that stands in PEM."""
    return load_pem_x509_certificate(pem.encode())


def der_of(certificate: Certificate) -> bytes:
    """Return a certificate's own bytes."""
    return certificate.public_bytes(Encoding.DER)


def key_type(certificate: Certificate) -> Literal["EC", "RSA"]:
    """Return the type of a certificate's key, as JSON Web Keys name it."""
    return "EC" if isinstance(certificate.public_key(), EllipticCurvePublicKey) else "RSA"


def name_in(certificate: Certificate) -> str:
    """Return whom a certificate says that it is made out to."""
    try:
        return certificate.subject.rfc4514_string()
    except ValueError:
        return ""


def public_pem(certificate: Certificate) -> bytes:
    """Return the public key of a certificate in PEM."""
    return certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
