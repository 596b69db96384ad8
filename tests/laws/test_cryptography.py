"""Cryptography stands where docs/asvs.md says, is made of what is approved, and seals for good."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.delivery.policy import unsubscribe_token
from osac_share.kernel.sealing import code_for, name_of, seal, unseal
from tests.support.factories import MOMENT
from tests.support.imports import imported, inside, top_level
from tests.support.sources import ROOT, parsed, place, python_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

LIBRARIES = {
    *("argon2", "cryptography", "hashlib", "hmac", "itsdangerous", "joserfc"),
    *("pyotp", "secrets", "signxml", "ssl", "webauthn"),
}
"""Where cryptography may come from: the standard library, and libraries that are maintained."""

OTHER_LIBRARIES = {
    *("Crypto", "Cryptodome", "OpenSSL", "bcrypt", "ecdsa", "jose", "josepy", "jwcrypto", "jwt"),
    *("M2Crypto", "nacl", "passlib", "rsa", "scrypt"),
}
DIGEST = re.compile(r"hashlib\.\w+|(?:sha|md|blake|ripemd)\d\w*")
HASHES = {"hashlib.sha256", "hashlib.file_digest", "sha256", "blake2b"}
CIPHERS = {
    "cryptography.exceptions",
    "cryptography.fernet",
    "cryptography.hazmat.primitives.asymmetric.ec",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "cryptography.hazmat.primitives.asymmetric.padding",
    "cryptography.hazmat.primitives.asymmetric.rsa",
    "cryptography.hazmat.primitives.asymmetric.utils",
    "cryptography.hazmat.primitives.ciphers.aead",
    "cryptography.hazmat.primitives.hashes",
    "cryptography.hazmat.primitives.kdf.hkdf",
    "cryptography.hazmat.primitives.serialization",
    "cryptography.x509",
}
"""Fernet seals (AES-128-CBC, then HMAC-SHA-256) and HKDF derives its keys; AES-128-GCM, under keys
agreed on P-256, encrypts for browsers; AES-SIV makes codes of names. RSA and Ed25519 sign mail.
Nothing else encrypts."""

SPREADING_LOAD = {"kernel/outcomes.py"}
"""Where chance that can be guessed is good enough: how long to wait before trying again."""

LETTERS_OF_SHA_256 = 43
"""How long such a signature is in base 64; that of SHA-1 has 27."""

KEY = "a key that only the tests know and nobody else"
ROW = re.compile(r"^\| `([\w/.]+\.py)` \| ([\w, ]+) \| (.+) \|$", re.MULTILINE)


def test_inventory_names_every_place_and_no_other() -> None:
    text = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
    listed = {file: set(used.split(", ")) for file, used, _what in ROW.findall(text)}
    found = {
        inside(file): used
        for file in python_files("osac_share")
        if (used := top_level(file) & LIBRARIES)
    }
    assert listed == found


def test_only_maintained_libraries_do_cryptography() -> None:
    files = python_files("osac_share")
    assert not [inside(file) for file in files if top_level(file) & OTHER_LIBRARIES]


def test_our_own_digests_are_of_approved_functions() -> None:
    made = {name for _spot, name in names() if DIGEST.fullmatch(name)}
    assert made == HASHES


@pytest.mark.one_database
def test_cookies_and_links_to_unsubscribe_are_signed_with_an_approved_function(
    client: FlaskClient,
) -> None:
    cookie = client.get("/login").headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    for token in (cookie, unsubscribe_token(KEY, "a subscription")):
        assert len(token.rpartition(".")[2]) == LETTERS_OF_SHA_256


def test_nothing_encrypts_but_with_authentication() -> None:
    used = {
        name
        for file in python_files("osac_share")
        for name in imported(file)
        if name.startswith("cryptography")
    }
    assert used == CIPHERS


def test_what_must_not_be_guessed_never_comes_from_ordinary_chance() -> None:
    chancy = {inside(file) for file in python_files("osac_share") if "random" in imported(file)}
    assert chancy == SPREADING_LOAD
    assert not [
        spot for spot, name in names() if name in {"uuid.uuid1", "numpy.random", "np.random"}
    ]
    drawn = {name for _spot, name in names() if name.startswith("random.")}
    assert drawn == {"random.uniform"}


def test_no_connection_leaves_certificates_unchecked() -> None:
    weak = {"CERT_NONE", "CERT_OPTIONAL", "_create_unverified_context", "check_hostname"}
    weak |= {"verify_mode", "PROTOCOL_TLSv1", "PROTOCOL_SSLv23", "set_ciphers", "SSLContext"}
    assert not [
        place(file, node.lineno)
        for file in python_files("osac_share")
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Attribute) and node.attr in weak
    ]
    contexts = [spot for spot, name in names() if name == "ssl.create_default_context"]
    assert len(contexts) == 3


def test_seal_opens_for_its_purpose_with_its_key_and_in_its_time() -> None:
    sealed = seal(KEY, "factor 7", "a secret", at=MOMENT)
    hour = timedelta(hours=1)
    assert unseal(KEY, "factor 7", sealed, at=MOMENT, lasts=hour) == "a secret"
    assert unseal(KEY, "factor 8", sealed, at=MOMENT) is None
    assert unseal(KEY[::-1], "factor 7", sealed, at=MOMENT) is None
    assert unseal(KEY, "factor 7", sealed, at=MOMENT + 2 * hour, lasts=hour) is None


@pytest.mark.parametrize("part", range(8))
def test_seal_that_was_changed_anywhere_opens_nothing(part: int) -> None:
    sealed = seal(KEY, "factor 7", "a secret", at=MOMENT)
    spot = part * (len(sealed) - 4) // 8
    changed = sealed[:spot] + ("A" if sealed[spot] != "A" else "B") + sealed[spot + 1 :]
    assert unseal(KEY, "factor 7", changed, at=MOMENT) is None
    assert unseal(KEY, "factor 7", sealed[:-4], at=MOMENT) is None


def test_same_words_are_never_sealed_alike() -> None:
    assert len({seal(KEY, "factor 7", "a secret", at=MOMENT) for _ in range(50)}) == 50


def names() -> Iterator[tuple[str, str]]:
    """Yield the name of every function that is called or handed on, and where."""
    for file in python_files("osac_share"):
        for node in ast.walk(parsed(file)):
            if isinstance(node, ast.Attribute | ast.Name):
                yield place(file, node.lineno), ast.unparse(node)


def test_code_stands_for_its_name_under_its_key_and_for_its_purpose_alone() -> None:
    code = code_for(KEY, "mail", "delivery 7")
    assert code == code_for(KEY, "mail", "delivery 7")
    assert name_of(KEY, "mail", code) == name_of(KEY, "mail", code.upper()) == "delivery 7"
    assert name_of(KEY, "acknowledge", code) is None
    assert name_of(KEY[::-1], "mail", code) is None
    assert name_of(KEY, "mail", code[:-2]) is None
    assert name_of(KEY, "mail", "\u00e9" * 40) is None
    assert code_for(KEY, "mail", "delivery 8")[:10] != code[:10]
