"""What the staff must have seen to before an organization is accepted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

US_BASES: Final = {
    "owned": "U.S.-owned",
    "incorporated": "Incorporated in the United States",
    "both": "Both",
}
"""What makes an organization a U.S. one, by code."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that somebody of the staff looks into and ticks."""

    code: str
    words: str


CHECKS: Final = (
    Check("us", "It is U.S.-owned or incorporated in the United States."),
    Check("parent", "It is the parent organization, not a subsidiary or a division."),
    Check("lawful", "It operates within U.S. federal law."),
    Check("abroad", "It has interests abroad."),
    Check("authority", "The contact's authority to speak for it is confirmed."),
)


def missing_checks(ticked: Iterable[str]) -> tuple[Check, ...]:
    """Return what is still to be looked into."""
    done = frozenset(ticked)
    return tuple(check for check in CHECKS if check.code not in done)
