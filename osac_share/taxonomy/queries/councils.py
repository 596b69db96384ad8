"""Find the words that describe councils, their posts and their organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.taxonomy.documents import vocabulary
from osac_share.taxonomy.queries.registry import Registry

if TYPE_CHECKING:
    from osac_share.taxonomy.models import Word

_DEPARTURE_STATUSES: Registry[Word] = Registry(
    "departure status", vocabulary().departure_statuses, "code"
)
_ORGANIZATION_TYPES: Registry[Word] = Registry(
    "type of organization", vocabulary().organization_types, "code"
)
_SECTORS: Registry[Word] = Registry("sector", vocabulary().sectors, "code")
_GROUPS: Registry[Word] = Registry("group", vocabulary().groups, "code")
_COUNCIL_KINDS: Registry[Word] = Registry("kind of council", vocabulary().council_kinds, "code")
_POST_KINDS: Registry[Word] = Registry("kind of post", vocabulary().post_kinds, "code")
_SEAT_KINDS: Registry[Word] = Registry("kind of seat", vocabulary().seat_kinds, "code")


def departure_status(code: str) -> Word:
    """Return the departure status of a post with this code, or raise `NotFound`."""
    return _DEPARTURE_STATUSES.get(code)


def departure_statuses() -> tuple[Word, ...]:
    """Return all departure statuses, the usual one first."""
    return _DEPARTURE_STATUSES.items


def organization_type(code: str) -> Word:
    """Return the type of organization with this code, or raise `NotFound`."""
    return _ORGANIZATION_TYPES.get(code)


def organization_types() -> tuple[Word, ...]:
    """Return all types of organization."""
    return _ORGANIZATION_TYPES.items


def sector(code: str) -> Word:
    """Return the sector with this code, or raise `NotFound`."""
    return _SECTORS.get(code)


def sectors() -> tuple[Word, ...]:
    """Return all sectors in order of label; `other` is the last."""
    return _SECTORS.items


def group(code: str) -> Word:
    """Return the circle of government people with this code, or raise `NotFound`."""
    return _GROUPS.get(code)


def groups() -> tuple[Word, ...]:
    """Return all circles of government people that a report can be for."""
    return _GROUPS.items


def seat_kind(code: str) -> Word:
    """Return the kind of seat on a council with this code, or raise `NotFound`."""
    return _SEAT_KINDS.get(code)


def seat_kinds() -> tuple[Word, ...]:
    """Return all kinds of seat, the chair first."""
    return _SEAT_KINDS.items


def council_kind(code: str) -> Word:
    """Return the kind of council with this code, or raise `NotFound`."""
    return _COUNCIL_KINDS.get(code)


def council_kinds() -> tuple[Word, ...]:
    """Return all kinds of council, committees last."""
    return _COUNCIL_KINDS.items


def post_kind(code: str) -> Word:
    """Return the kind of post with this code, or raise `NotFound`."""
    return _POST_KINDS.get(code)


def post_kinds() -> tuple[Word, ...]:
    """Return all kinds of post, embassies first."""
    return _POST_KINDS.items
