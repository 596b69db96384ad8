"""Passkeys (Web Authentication, Level 3): for which site, what is asked, what is believed. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from webauthn import (
    base64url_to_bytes,
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import bytes_to_base64url, parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.registration.verify_registration_response import VerifiedRegistration

    from osac_share.accounts.models import Passkey, Person

ANSWER_WITHIN = timedelta(minutes=5)
"""How long a challenge may wait for its answer."""

LONGEST_ANSWER = 20_000
"""How many characters the answer of a browser may have."""

_PORTS = {"http": 80, "https": 443}
_UNBELIEVABLE = (WebAuthnException, ValueError, RecursionError)
"""What comes of an answer that is none; its words were a stranger's."""
_TRANSPORTS = {one.value for one in AuthenticatorTransport}


@dataclass(frozen=True, slots=True)
class Site:
    """The relying party: the host for which passkeys are made, and the origin of its pages."""

    host: str
    origin: str
    name: str


def site_of(url: str, name: str) -> Site | None:
    """Return the site at this public address, or None where browsers make no passkeys.

    They make them for host names, not for numbers, and only over HTTPS or on this machine.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not _is_name(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    is_usual = parts.port in {None, _PORTS[parts.scheme]}
    return Site(host, f"{parts.scheme}://{host}" + ("" if is_usual else f":{parts.port}"), name)


def creation_options(site: Site, person: Person, known: Iterable[Passkey], challenge: bytes) -> str:
    """Return, as JSON, what a browser needs to make a passkey on a device that has none yet."""
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=person.public_id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[_described(one) for one in known],
    )
    return options_to_json(options)


def request_options(
    site: Site, allowed: Iterable[Passkey], challenge: bytes, *, needs_verification: bool
) -> str:
    """Return, as JSON, what a browser needs to answer a challenge; no passkeys allowed is any."""
    asked = UserVerificationRequirement
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=[_described(one) for one in allowed],
        user_verification=asked.REQUIRED if needs_verification else asked.PREFERRED,
    )
    return options_to_json(options)


def made_passkey(answer: str, site: Site, challenge: bytes) -> VerifiedRegistration | None:
    """Return the passkey that a browser made for this challenge and site, or None."""
    try:
        return verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except _UNBELIEVABLE:
        return None


def named_passkey(answer: str) -> tuple[str, str | None] | None:
    """Return which passkey an answer says it is of, and whose, before anything is believed."""
    try:
        said = parse_authentication_credential_json(answer)
    except _UNBELIEVABLE:
        return None
    handle = said.response.user_handle
    return said.id, None if handle is None else handle.decode(errors="replace")


def answered_challenge(
    answer: str, passkey: Passkey, site: Site, challenge: bytes, *, needs_verification: bool
) -> VerifiedAuthentication | None:
    """Return what the device signed if it is this passkey's answer to this challenge, or None.

    A count that does not rise tells of a copied key, and is no answer.
    """
    try:
        return verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=needs_verification,
        )
    except _UNBELIEVABLE:
        return None


def known_transports(said: Iterable[str]) -> list[str]:
    """Return how a device says it can be reached, as far as that is known."""
    return sorted(_TRANSPORTS.intersection(said))


def in_letters(octets: bytes) -> str:
    """Return an identifier or a key as it is kept: base64url."""
    return bytes_to_base64url(octets)


def _described(passkey: Passkey) -> PublicKeyCredentialDescriptor:
    return PublicKeyCredentialDescriptor(
        id=base64url_to_bytes(passkey.credential_id),
        transports=[AuthenticatorTransport(one) for one in passkey.transports],
    )


def _is_name(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return bool(host)
    return False
