"""ID tokens: only one that the provider signed, for us, about this errand and just now, counts."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws

from osac_share.accounts.policy.sso import (
    NotBelieved,
    Proved,
    UnknownKey,
    read_id_token,
    read_keys,
)
from tests.support.provider import EC, FOREIGN, RSA, signed

if TYPE_CHECKING:
    from joserfc.jwk import ECKey, RSAKey

ISSUER, CLIENT, NONCE = "https://login.example.org", "osac-share", "n-0S6_WzA2Mj"
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
NOW = int(AT.timestamp())
MINUTE = 60


def published(*keys: RSAKey | ECKey) -> bytes:
    return json.dumps({"keys": [key.as_dict(private=False) for key in keys]}).encode()


def claims(**otherwise: Any) -> dict[str, Any]:  # noqa: ANN401
    said = {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "24400320",
        "nonce": NONCE,
        "iat": NOW,
        "exp": NOW + 5 * MINUTE,
    } | otherwise
    return {name: value for name, value in said.items() if value is not None}


def read(token: str, *keys: RSAKey | ECKey) -> Proved:
    known = read_keys(published(*(keys or (RSA, EC))))
    return read_id_token(token, known, issuer=ISSUER, client_id=CLIENT, nonce=NONCE, at=AT)


def unsigned(header: dict[str, Any], said: dict[str, Any]) -> str:
    parts = [urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in (header, said)]
    return b".".join([*parts, b""]).decode()


@pytest.mark.parametrize("key", [RSA, EC])
def test_token_of_the_provider_proves_who_came(key: RSAKey | ECKey) -> None:
    assert read(signed(claims(), key)) == Proved("24400320", is_strong=False, asked_at=None)


@pytest.mark.parametrize(
    "otherwise",
    [
        {"iss": None},
        {"iss": "https://login.example.org/"},
        {"iss": "https://other.example.org"},
        {"iss": [ISSUER]},
        {"aud": None},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"aud": []},
        {"aud": {CLIENT: 1}},
        {"azp": "somebody-else"},
        {"azp": ""},
        {"exp": None},
        {"exp": NOW - MINUTE},
        {"exp": "tomorrow"},
        {"exp": True},
        {"iat": None},
        {"iat": NOW + 2 * MINUTE},
        {"iat": NOW - 12 * MINUTE},
        {"nbf": NOW + 2 * MINUTE},
        {"nonce": None},
        {"nonce": ""},
        {"nonce": "another"},
        {"nonce": [NONCE]},
        {"sub": None},
        {"sub": ""},
        {"sub": "  "},
        {"sub": 24400320},
        {"sub": ["24400320"]},
        {"sub": "a\x00b"},
        {"sub": "a" * 256},
        {"sub": "jos\u00e9"},
    ],
    ids=repr,
)
def test_token_with_a_claim_that_is_not_right_proves_nothing(otherwise: dict[str, Any]) -> None:
    with pytest.raises(NotBelieved):
        read(signed(claims(**otherwise), RSA))


@pytest.mark.parametrize(
    "otherwise",
    [{"aud": [CLIENT]}, {"azp": CLIENT}, {"exp": NOW - MINUTE + 1}, {"iat": NOW + MINUTE}],
    ids=repr,
)
def test_what_the_standard_allows_is_taken(otherwise: dict[str, Any]) -> None:
    assert read(signed(claims(**otherwise), RSA)).subject == "24400320"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", ""])
def test_token_without_a_signature_proves_nothing(algorithm: str) -> None:
    with pytest.raises(NotBelieved):
        read(unsigned({"alg": algorithm, "kid": "one"}, claims()))


@pytest.mark.parametrize("secret", [RSA.as_pem(private=False), published(RSA)], ids=["PEM", "JWK"])
@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_public_key_is_no_secret_to_sign_with(secret: bytes, algorithm: str) -> None:
    body = unsigned({"alg": algorithm, "kid": "one"}, claims()).rstrip(".")
    tag = hmac.digest(secret, body.encode(), algorithm.replace("HS", "sha"))
    with pytest.raises(NotBelieved):
        read(f"{body}.{urlsafe_b64encode(tag).rstrip(b'=').decode()}")


@pytest.mark.parametrize("algorithm", ["RS512", "PS256", "RS384"])
def test_algorithm_that_is_not_on_the_list_proves_nothing(algorithm: str) -> None:
    body = json.dumps(claims()).encode()
    token = jws.serialize_compact(
        {"alg": algorithm, "kid": "one"}, body, RSA, algorithms=[algorithm]
    )
    with pytest.raises(NotBelieved):
        read(token)


def test_key_of_somebody_else_under_the_same_name_proves_nothing() -> None:
    with pytest.raises(NotBelieved):
        read(signed(claims(), FOREIGN))


def test_key_that_a_token_brings_along_counts_for_nothing() -> None:
    own = FOREIGN.as_dict(private=False)
    header = {"alg": "RS256", "kid": "one", "jwk": own, "jku": "https://evil.example.org/jwks"}
    token = jws.serialize_compact(header, json.dumps(claims()).encode(), FOREIGN)
    with pytest.raises(NotBelieved):
        read(token)


def test_unknown_key_is_told_apart_so_that_it_can_be_looked_for() -> None:
    with pytest.raises(UnknownKey):
        read(signed(claims(), RSA), EC)


def test_key_without_a_name_is_the_one_there_is_or_none() -> None:
    body = json.dumps(claims()).encode()
    token = jws.serialize_compact({"alg": "RS256"}, body, RSA)
    assert read(token, RSA).subject == "24400320"
    with pytest.raises(UnknownKey):
        read(token, RSA, EC)


@pytest.mark.parametrize("change", [0, 1, 2])
def test_token_that_was_changed_on_its_way_proves_nothing(change: int) -> None:
    parts = signed(claims(), RSA).split(".")
    parts[change] = signed(claims(sub="another"), FOREIGN).split(".")[change]
    with pytest.raises(NotBelieved):
        read(".".join(parts)) if change else read(".".join([parts[0][:-2], *parts[1:]]))


@pytest.mark.parametrize("token", ["", ".", "..", "a.b.c", "....", "\u2713.\u2713.\u2713", "x" * 9])
def test_what_is_no_token_proves_nothing(token: str) -> None:
    with pytest.raises(NotBelieved):
        read(token)


def test_only_keys_that_may_sign_are_taken() -> None:
    sealing = RSA.as_dict(private=False) | {"use": "enc", "kid": "sealing"}
    shared = {"kty": "oct", "k": "AyM1SysPpbyDfgZld3umj1qzKObwVMko", "kid": "shared"}
    odd: list[object] = [sealing, shared, {"kty": "RSA", "kid": "bare"}, {"kty": "OKP"}, "text", 7]
    shown = [EC.as_dict(private=False), short_key(), *odd]
    assert set(read_keys(json.dumps({"keys": shown}).encode())) == {"two"}
    assert read_keys(b'{"keys": "none"}') == {}


@pytest.mark.parametrize(
    ("otherwise", "is_strong"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"]]}, False),
        ({"acr": "http://idmanagement.gov/ns/assurance/aal/2"}, True),
        ({"acr": "http://idmanagement.gov/ns/assurance/aal/1"}, False),
        ({"acr": ["phr"]}, False),
        ({"acr": "phr"}, True),
    ],
    ids=repr,
)
def test_second_factor_is_told_by_known_words_alone(
    otherwise: dict[str, Any], *, is_strong: bool
) -> None:
    assert read(signed(claims(**otherwise), RSA)).is_strong is is_strong


@pytest.mark.parametrize(
    ("said", "asked_at"),
    [(NOW - 30, AT - timedelta(seconds=30)), (NOW + 30, None), ("now", None), (True, None)],
    ids=repr,
)
def test_when_the_provider_asked_is_believed_of_the_past_only(
    said: object, asked_at: datetime | None
) -> None:
    assert read(signed(claims(auth_time=said), RSA)).asked_at == asked_at


def short_key() -> dict[str, str]:
    """Return a key of 1024 bits as it would be published."""
    public = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()  # noqa: S505
    modulus = public.public_numbers().n.to_bytes(128, "big")
    return {"kty": "RSA", "kid": "short", "n": urlsafe_b64encode(modulus).decode(), "e": "AQAB"}
