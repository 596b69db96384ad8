"""The rule of sight. Pure: no database, no web, no clock.

Every published edition has an audience and every actor a clearance; both are sets of
tokens. **An actor may see an edition exactly when the two sets meet.** Pages, search,
feeds, mail and counts all ask this module and nothing else decides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.policy.standing import ANALYST, CHAIR, COCHAIR, GUIDING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from osac_share.councils.policy.standing import Standing

PUBLIC = "public"
MEMBERS = "members"
STAFF = "staff"
GOVERNMENT = "government"

_KINDS_OF_ORGANIZATIONS = ("type:", "sector:")

MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED")


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
    of_organization: set[str] = set()
    if standing.organization_id is not None:
        of_organization = {
            f"type:{standing.organization_type}",
            f"sector:{standing.organization_sector}",
        }
        tokens |= {f"organization:{standing.organization_id}", *of_organization}
    if not standing.councils_as({COCHAIR}):
        tokens |= _official_tokens(standing)
    if ANALYST in standing.staff_roles:
        tokens.add(STAFF)
    for council, kind in standing.seats:
        tokens |= {f"council:{council}", *(f"council:{council}/{one}" for one in of_organization)}
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
    default. Types and sectors of organizations mean those of the whole community for
    TLP:GREEN, and those of the issuing council for what travels less far. The chair of the
    issuing council always sees what the council issued; programme analysts see all but
    TLP:RED, which is for its named recipients only.

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
    if marking != "GREEN" and council_id is not None:
        chosen = frozenset(
            f"council:{council_id}/{one}" if one.startswith(_KINDS_OF_ORGANIZATIONS) else one
            for one in chosen
        )
    if council_id is not None:
        chosen |= {f"chair:{council_id}"}
    return chosen if marking == "RED" else chosen | {STAFF}


def _is_person(token: str) -> bool:
    return token.startswith("person:")


def is_official(token: str) -> bool:
    """Tell whether a token names a circle of government people."""
    return token == GOVERNMENT or token.startswith("group:")


def may_see(clearance: AbstractSet[str], audience: AbstractSet[str]) -> bool:
    """Tell whether the two sets meet: the one rule."""
    return not clearance.isdisjoint(audience)


def widens(before: AbstractSet[str], after: AbstractSet[str]) -> bool:
    """Tell whether an audience lets in anybody whom the one before it did not."""
    if PUBLIC in before:
        return False
    return any(
        token not in before
        and token.partition("/")[0] not in before
        and (token == PUBLIC or MEMBERS not in before)
        for token in after
    )
