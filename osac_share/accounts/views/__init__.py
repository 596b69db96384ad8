"""Signing in and out, and what people do with their own accounts."""

from osac_share.accounts.views import (
    addresses,
    enrolling,
    factors,
    fresh,
    invitations,
    passkeys,
    passphrases,
    second_factor,
    sessions,
    signing_in,
    sso,
)
from osac_share.accounts.views.blueprint import blueprint

__all__ = [
    "addresses",
    "blueprint",
    "enrolling",
    "factors",
    "fresh",
    "invitations",
    "passkeys",
    "passphrases",
    "second_factor",
    "sessions",
    "signing_in",
    "sso",
]
