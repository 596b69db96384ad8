"""What all STIX objects of an installation have in common: how they are called and dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from datetime import datetime

StixObject = dict[str, Any]
"""An object of STIX 2.1 as JSON has it."""

_OURS = UUID("9f4f7b0c-53f5-4c8b-8d2a-6f1f6f0a2f57")
"""The namespace of what is called after an address of an installation."""

MARKINGS = {
    "CLEAR": ("94868c89-83c2-464b-929b-a1a8aa3c8487", "clear"),
    "GREEN": ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "green"),
    "AMBER": ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", "amber"),
    "AMBER_STRICT": ("939a9414-2ddd-4d32-a0cd-375ea402b003", "amber+strict"),
}
"""The ids and levels of TLP 2.0, as the OASIS committee published them for STIX 2.1 in its common
objects. TLP:RED is not among them: what has it is given to no program."""


@dataclass(frozen=True, slots=True)
class Site:
    """The installation that speaks: its name and its absolute address without a slash."""

    name: str
    url: str

    @property
    def identity_id(self) -> str:
        """Return the id of the identity in whose name all objects are made."""
        # One that was renamed is another: an identity is what it is called.
        return f"identity--{self.named(f'identity {self.name}')}"

    def named(self, words: str) -> UUID:
        """Return the UUID of something that this installation calls so (RFC 4122, version 5)."""
        return uuid5(_OURS, f"{self.url} {words}")

    def location_id(self, iso2: str) -> str:
        """Return the id of a country's location."""
        return f"location--{self.named(f'country {iso2} {taxonomy.country(iso2).name}')}"


def marking_ref(marking: str) -> str:
    """Return the id of the marking definition of a marking."""
    return f"marking-definition--{MARKINGS[marking][0]}"


def moment(at: datetime) -> str:
    """Return a moment as STIX writes it, to the millisecond and in UTC."""
    there = at.astimezone(UTC)
    return f"{there:%Y-%m-%dT%H:%M:%S}.{there.microsecond // 1000:03d}Z"
