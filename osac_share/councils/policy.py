"""The rule of sight, and what a seat allows. Pure: no database, no web, no clock.

Every published edition has an audience and every actor a clearance; both are sets of
tokens. **An actor may see an edition exactly when the two sets meet.** Pages, search,
feeds, mail and counts all ask this module and nothing else decides.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

PUBLIC = "public"
MEMBERS = "members"
STAFF = "staff"
GOVERNMENT = "government"

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

ANALYST = "analyst"
ADMIN = "admin"
AUDITOR = "auditor"
STAFF_ROLES = (ANALYST, ADMIN, AUDITOR)
"""Program-wide roles. Only analysts read reports by office; the others see what they administer."""

LAW_ENFORCEMENT = "law_enforcement"
GROUPS = (LAW_ENFORCEMENT,)
"""Circles that a report can be for, and that private citizens in office are never in."""

MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED")


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


def clearance_of(standing: Standing) -> frozenset[str]:
    """Return every audience token that somebody of this standing meets.

    A suspended person, or one without organization, seat or staff role, is a stranger.
    The private co-chair sits on the council like any member and never holds the
    `chair` or `government` tokens (12 FAM 061; FAM rules keep some content from them).
    """
    tokens = {PUBLIC}
    belongs = standing.organization_id is not None or standing.seats or standing.staff_roles
    if standing.person_id is None or not standing.active or not belongs:
        return frozenset(tokens)
    tokens |= {MEMBERS, f"person:{standing.person_id}"}
    if standing.organization_id is not None:
        tokens |= {
            f"organization:{standing.organization_id}",
            f"type:{standing.organization_type}",
            f"sector:{standing.organization_sector}",
        }
    if not standing.councils_as({COCHAIR}):
        tokens |= _official_tokens(standing)
    if ANALYST in standing.staff_roles:
        tokens.add(STAFF)
    for council, kind in standing.seats:
        tokens.add(f"council:{council}")
        if kind in GUIDING:
            tokens.add(f"steering:{council}")
        if kind == CHAIR:
            tokens.add(f"chair:{council}")
    return frozenset(tokens)


def _official_tokens(standing: Standing) -> set[str]:
    tokens = {f"group:{group}" for group in standing.groups}
    if standing.organization_type == "government" or standing.councils_as({CHAIR}):
        tokens.add(GOVERNMENT)
    return tokens


def audience_of(marking: str, addressees: Iterable[str], council_id: int | None) -> frozenset[str]:
    """Return the tokens of those who may see an edition of this marking and addressing.

    The markings are those of the Traffic Light Protocol 2.0. TLP:CLEAR is for everyone and
    cannot be narrowed; otherwise addressees, where given, replace the marking's own
    default. The chair of the issuing council always sees what the council issued;
    programme analysts see all but TLP:RED, which is for its named recipients only.

    Raises:
        ValueError: the marking is unknown, TLP:RED names nobody or more than persons, or
            everybody is an addressee of what is not TLP:CLEAR.

    """
    if marking not in MARKINGS:
        raise ValueError(f"{marking!r} is no marking")
    if marking == "CLEAR":
        return frozenset({PUBLIC})
    chosen = frozenset(addressees)
    if PUBLIC in chosen:
        raise ValueError("Only TLP:CLEAR is for everybody")
    if marking == "RED" and not (chosen and all(map(_is_person, chosen))):
        raise ValueError("TLP:RED needs named recipients")
    if not chosen and marking == "GREEN":
        chosen = frozenset({MEMBERS})
    elif not chosen and council_id is not None:
        chosen = frozenset({f"council:{council_id}"})
    if council_id is not None:
        chosen |= {f"chair:{council_id}"}
    return chosen if marking == "RED" else chosen | {STAFF}


def _is_person(token: str) -> bool:
    return token.startswith("person:")


def may_see(clearance: AbstractSet[str], audience: AbstractSet[str]) -> bool:
    """Tell whether the two sets meet: the one rule."""
    return not clearance.isdisjoint(audience)


def may_compose(standing: Standing) -> bool:
    """Tell whether this person can begin a report for anybody at all."""
    return standing.active and bool(standing.councils_as(AUTHORING))


def may_review_for_any(standing: Standing) -> bool:
    """Tell whether this person reviews for anybody: chairs and co-chairs do, and analysts."""
    reviews = standing.councils_as(PUBLISHING) or ANALYST in standing.staff_roles
    return standing.active and bool(reviews)


def may_author_for(standing: Standing, council_id: int | None) -> bool:
    """Tell whether this person drafts for the council; for no council, nobody does."""
    return standing.active and council_id in standing.councils_as(AUTHORING)


def may_publish_for(standing: Standing, council_id: int | None) -> bool:
    """Tell whether this person publishes for the council; for no council, nobody does."""
    return standing.active and council_id in standing.councils_as(PUBLISHING)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting: a signed-in person or a stranger."""

    standing: Standing
    clearance: frozenset[str]
    name: str = ""
    email: str = ""
    organization: str = ""
    time_zone: str = "UTC"

    @property
    def id(self) -> int | None:
        """Return the person's id, None for a stranger."""
        return self.standing.person_id

    @property
    def is_signed_in(self) -> bool:
        """Tell whether this is a person rather than a stranger."""
        return self.standing.person_id is not None

    @property
    def may_compose(self) -> bool:
        """Tell whether this person writes for anybody."""
        return may_compose(self.standing)

    @property
    def may_review(self) -> bool:
        """Tell whether this person looks at what others wrote, before or after it is published."""
        return may_review_for_any(self.standing)

    @property
    def is_analyst(self) -> bool:
        """Tell whether this person is one of the program's analysts."""
        return self.standing.active and ANALYST in self.standing.staff_roles

    @property
    def look(self) -> tuple[bool, bool, bool, bool]:
        """Return what the frame of a page shows of this actor, the name left out."""
        is_member = MEMBERS in self.clearance
        return self.is_signed_in, self.may_compose, self.may_review, is_member

    @property
    def name_in_record(self) -> tuple[int | None, str]:
        """Return the id and name that the record keeps."""
        return self.standing.person_id, self.name


NOBODY = Actor(STRANGER, clearance_of(STRANGER))
