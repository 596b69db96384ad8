"""The settings by which people, programs and the house itself prove who they are."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Section(BaseModel):
    """A section of the settings: frozen, and strict about names."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Secret(Section):
    """The key that signs cookies and links."""

    key: str = Field(repr=False)


class Signing(Section):
    """Which key signs what others must be able to prove genuine."""

    key_file: str


class Sessions(Section):
    """How people prove who they are, and how long they stay signed in."""

    idle_minutes: int = Field(ge=1)
    longest_hours: int = Field(ge=1)
    second_factor: Literal["required", "offered"]


class Sso(Section):
    """Who else may say who comes: a provider of OpenID Connect, or nobody."""

    issuer: str = Field(max_length=300)
    client_id: str = Field(max_length=300)
    client_secret: str = Field(repr=False)
    label: str = Field(min_length=1, max_length=80)
    trusts_factor: bool

    @field_validator("issuer")
    @classmethod
    def _is_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        is_sealed = parts.scheme == "https"
        is_sealed |= parts.scheme == "http" and parts.hostname in LOOPBACK
        is_plain = not (parts.query or parts.fragment or parts.username)
        if value and not (parts.hostname and is_sealed and is_plain):
            message = "must be the provider's https address, without query or fragment"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _has_a_client(self) -> Sso:
        if self.issuer and not self.client_id:
            message = "needs a client_id beside the issuer"
            raise ValueError(message)
        return self

    @property
    def is_on(self) -> bool:
        """Tell whether people may sign in by a provider."""
        return bool(self.issuer)
