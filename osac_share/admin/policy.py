"""Who may come to the desk of the staff, and who reads the record. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.policy import AUDITOR, STAFF_ROLES

if TYPE_CHECKING:
    from osac_share.councils.policy import Standing


def may_see_desk(standing: Standing) -> bool:
    """Tell whether this person sees what waits all over the program: its staff do."""
    return standing.active and not standing.staff_roles.isdisjoint(STAFF_ROLES)


def may_read_record(standing: Standing) -> bool:
    """Tell whether this person reads the record: auditors do, and nobody whom it is about.

    Whoever administers the house is watched by the record. Who is auditor and something else
    besides is watched by the entries that reading it makes.
    """
    return standing.active and AUDITOR in standing.staff_roles
