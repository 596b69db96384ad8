"""Seats and roles, and where a person stands by them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

CHAIR = "chair_public"
COCHAIR = "cochair_private"
STEERING = "steering"
SECRETARY = "secretary"
MEMBER = "member"

AUTHORING = frozenset({CHAIR, COCHAIR, SECRETARY})
"""The seats whose holders write for their council."""
PUBLISHING = frozenset({CHAIR, COCHAIR})
"""The seats whose holders publish for their council."""
GUIDING = frozenset({CHAIR, COCHAIR, STEERING, SECRETARY})
"""The seats that together are the steering committee."""

SEATS = frozenset({MEMBER, *GUIDING})
"""Every kind of seat."""

ANALYST = "analyst"
ADMIN = "admin"
AUDITOR = "auditor"
STAFF_ROLES = (ANALYST, ADMIN, AUDITOR)
"""Program-wide roles. Only analysts read reports by office; the others see what they administer."""

LAW_ENFORCEMENT = "law_enforcement"
GROUPS = (LAW_ENFORCEMENT,)
"""Circles that a report can be for, and that private citizens in office are never in."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: in good order or not, for whom, and on which councils."""

    person_id: int | None = None
    organization_id: int | None = None
    organization_type: str | None = None
    organization_sector: str | None = None
    active: bool = False
    staff_roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    seats: frozenset[tuple[int, str]] = field(default_factory=frozenset)

    def councils_as(self, kinds: AbstractSet[str]) -> frozenset[int]:
        """Return the ids of the councils on which this person holds one of these seats."""
        return frozenset(council for council, kind in self.seats if kind in kinds)


STRANGER = Standing()
