"""Single sign-on: what a provider is asked, and what is believed of its answers. Pure.

OpenID Connect Core 1.0 with the authorization code and PKCE (RFC 7636), as RFC 9700 wants it.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from osac_share.kernel.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from joserfc.jwk import GuestProtocol

Key = RSAKey | ECKey

ALGORITHMS = ("RS256", "ES256")
"""By which a provider may sign. Neither takes a secret, so no public key passes for one."""

SIGN_ON_WITHIN = timedelta(minutes=10)
"""How long somebody may be at the provider, and how old what it says may be."""

LEEWAY = timedelta(seconds=60)
"""How far the provider's clock may be from ours."""

SHORTEST_RSA = 2048
LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, section 2."""

WELL_KNOWN = "/.well-known/openid-configuration"

STRONG_METHODS = ("mfa",)
"""What `amr` holds when there was a second factor (RFC 8176)."""

STRONG_CLASSES = (
    "http://idmanagement.gov/ns/assurance/aal/2",
    "http://idmanagement.gov/ns/assurance/aal/3",
    "https://refeds.org/profile/mfa",
    "phr",
    "phrh",
)
"""What `acr` may be when there was: NIST SP 800-63 levels, REFEDS, OpenID Connect EAP."""


class NotBelieved(Refusal):
    """What a provider said is not proof; the message says why, for the log."""


class UnknownKey(NotBelieved):
    """A token is signed with a key that the provider had not published when it was asked."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of single sign-on, as it describes itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    takes_basic: bool
    names_itself: bool


@dataclass(frozen=True, slots=True)
class Errand:
    """What a browser was sent to the provider for; its signed cookie keeps this meanwhile.

    `begun` is in seconds since 1970. `session_id` is that of whoever links their account.
    """

    state: str
    nonce: str
    verifier: str
    begun: int
    towards: str
    session_id: int | None


@dataclass(frozen=True, slots=True)
class Proved:
    """What an ID token proves: who came, how well, and when they were last asked for it."""

    subject: str
    is_strong: bool
    asked_at: datetime | None


def read_provider(document: bytes, issuer: str) -> Provider:
    """Return what a discovery document says, if it is this issuer's (Discovery 1.0, 4.3).

    Raises:
        NotBelieved: it is somebody else's, or not to be used.

    """
    said = read_object(document)
    if said.get("issuer") != issuer:
        raise NotBelieved("the discovery document is of another issuer")
    ways = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Provider(
        issuer=issuer,
        authorization_endpoint=_endpoint(said, "authorization_endpoint", issuer),
        token_endpoint=_endpoint(said, "token_endpoint", issuer),
        jwks_uri=_endpoint(said, "jwks_uri", issuer),
        takes_basic="client_secret_basic" in ways,
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
    )


def read_keys(document: bytes) -> dict[str, Key]:
    """Return the keys of a JWK set that may sign tokens, by their names (RFC 7517).

    Keys of other kinds are passed over. One without a name is called by the empty one.
    """
    found = read_object(document).get("keys")
    keys = {}
    for one in found if isinstance(found, list) else ():
        key = _signing_key(one)
        if key is not None:
            keys[str(one.get("kid", ""))] = key
    return keys


def authorization_address(
    provider: Provider, errand: Errand, *, client_id: str, redirect_uri: str
) -> str:
    """Return where a browser is sent to ask the provider who sits there."""
    parts = urlsplit(provider.authorization_endpoint)
    asked = {
        "response_type": "code",
        "scope": "openid",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "state": errand.state,
        "nonce": errand.nonce,
        "code_challenge": challenge_of(errand.verifier),
        "code_challenge_method": "S256",
    }
    query = urlencode([*parse_qsl(parts.query), *asked.items()])
    return urlunsplit(parts._replace(query=query))


def challenge_of(verifier: str) -> str:
    """Return the S256 challenge of a verifier (RFC 7636, section 4.2)."""
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def is_living(errand: Errand, state: str, at: datetime) -> bool:
    """Tell whether this answer is to this errand, and came in time."""
    age = int(at.timestamp()) - errand.begun
    is_own = compare_digest(errand.state.encode(), state.encode())
    return is_own and 0 <= age <= SIGN_ON_WITHIN.total_seconds()


def read_id_token(
    token: str, keys: Mapping[str, Key], *, issuer: str, client_id: str, nonce: str, at: datetime
) -> Proved:
    """Return what an ID token proves (OpenID Connect Core 1.0, section 3.1.3.7).

    Args:
        token: what the provider's token endpoint gave, in its compact form.
        keys: the provider's.
        issuer: who must have issued it.
        client_id: for whom it must be, and for nobody else besides.
        nonce: which errand it must be about.
        at: now, in UTC.

    Raises:
        NotBelieved: it proves nothing.

    """
    try:
        claims = jwt.decode(token, lambda asked: _key_of(asked, keys), list(ALGORITHMS)).claims
        _registry(issuer, at).validate(claims)
    except (JoseError, ValueError, RecursionError) as problem:
        raise NotBelieved(f"the ID token is not valid: {type(problem).__name__}") from None
    if claims["aud"] not in (client_id, [client_id]) or claims.get("azp", client_id) != client_id:
        raise NotBelieved("the ID token is for somebody else")
    # Compared here: the registry would take a list that holds the nonce among others.
    if claims["nonce"] != nonce:
        raise NotBelieved("the ID token is about something else")
    if claims["iat"] < (at - SIGN_ON_WITHIN - LEEWAY).timestamp():
        raise NotBelieved("the ID token was issued long ago")
    subject = claims["sub"]
    if not _is_subject(subject):
        raise NotBelieved("the ID token names nobody")
    return Proved(subject, _is_strong(claims), _asked_at(claims, at))


def read_object(document: bytes) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        NotBelieved: it is none.

    """
    try:
        said = json.loads(document)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise NotBelieved("the provider's answer is no JSON object")
    return said


def _endpoint(said: Mapping[str, Any], name: str, issuer: str) -> str:
    address = said.get(name)
    parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
    if not parts.hostname or parts.scheme not in {"https", urlsplit(issuer).scheme}:
        raise NotBelieved(f"the discovery document has no safe {name}")
    return str(address)


def _signing_key(one: object) -> Key | None:
    if not isinstance(one, dict) or one.get("use", "sig") != "sig" or "d" in one:
        return None
    try:
        if one.get("kty") == "RSA":
            key = RSAKey.import_key(one)
            return key if key.raw_value.key_size >= SHORTEST_RSA else None
        if (one.get("kty"), one.get("crv")) == ("EC", "P-256"):
            return ECKey.import_key(one)
    except (JoseError, ValueError, TypeError):
        return None
    return None


def _key_of(asked: GuestProtocol, keys: Mapping[str, Key]) -> Key:
    name = asked.headers().get("kid")
    if name is None and len(keys) == 1:
        return next(iter(keys.values()))
    key = keys.get(name) if isinstance(name, str) else None
    if key is None:
        raise UnknownKey("the ID token is signed with an unknown key")
    return key


def _registry(issuer: str, at: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True},
    )


def _is_subject(subject: object) -> bool:
    is_word = isinstance(subject, str) and subject.isascii() and subject.isprintable()
    return is_word and 0 < len(str(subject).strip()) <= len(str(subject)) <= LONGEST_SUBJECT


def _is_strong(claims: Mapping[str, Any]) -> bool:
    methods: Sequence[object] = claims["amr"] if isinstance(claims.get("amr"), list) else ()
    return claims.get("acr") in STRONG_CLASSES or any(one in STRONG_METHODS for one in methods)


def _asked_at(claims: Mapping[str, Any], at: datetime) -> datetime | None:
    said = claims.get("auth_time")
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    now = at.timestamp()
    return datetime.fromtimestamp(said, UTC) if 0 <= said <= now else None
