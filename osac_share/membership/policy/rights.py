"""Who decides about applications, organizations and their people. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from osac_share.councils.policy import ADMIN, rank_of

if TYPE_CHECKING:
    from osac_share.councils.policy import Standing

RANK_OF_CONTACT: Final = 1
"""A point of contact decides about colleagues as far as the plain seats of councils, not above."""


def may_vet(standing: Standing) -> bool:
    """Tell whether this person decides which organizations belong, and looks after them."""
    return standing.active and ADMIN in standing.staff_roles


def may_administer(standing: Standing, target: Standing) -> bool:
    """Tell whether this person of the staff may act on the account of somebody."""
    is_other = standing.person_id != target.person_id
    return may_vet(standing) and is_other and rank_of(standing) >= rank_of(target)


def may_end_for(standing: Standing, target: Standing) -> bool:
    """Tell whether a point of contact may suspend or end what somebody is to the organization.

    Nobody does that to themselves: a contact hands over first.
    """
    rank = max(rank_of(standing), RANK_OF_CONTACT)
    return standing.person_id != target.person_id and rank >= rank_of(target)
