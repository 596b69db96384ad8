"""What a seat or a role lets a person do. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.councils.policy.standing import (
    ADMIN,
    ANALYST,
    AUTHORING,
    CHAIR,
    COCHAIR,
    GUIDING,
    PUBLISHING,
)

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.councils.policy.standing import Standing

VERIFY_AFTER = timedelta(days=90)
"""How long the telephone numbers of a post or an office are trusted after somebody tried them."""


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


def is_powerful(standing: Standing) -> bool:
    """Tell whether seats or staff roles let this person do more than read and subscribe."""
    return bool(standing.staff_roles or standing.councils_as(AUTHORING))


def may_hold(standing: Standing, kind: str) -> bool:
    """Tell whether this person can be given a seat of this kind.

    A chair is a government officer and a co-chair a private citizen (12 FAM 061): the one sees
    what the other must not.
    """
    if not standing.active or standing.organization_id is None:
        return False
    is_official_person = standing.organization_type == "government"
    return {CHAIR: is_official_person, COCHAIR: not is_official_person}.get(kind, True)


def next_turn(starts: datetime, ends: datetime | None, at: datetime) -> datetime | None:
    """Return when a seat of this term next begins or ends to count after `at`, or None."""
    if ends is not None and ends <= starts:
        return None
    return min((moment for moment in (starts, ends) if moment and moment > at), default=None)


def may_run_councils(standing: Standing) -> bool:
    """Tell whether this person creates councils, appoints their chairs and keeps the contacts."""
    return standing.active and ADMIN in standing.staff_roles


def may_see_list(standing: Standing, council_id: int) -> bool:
    """Tell whether this person sees who sits on the council: its steering committee does."""
    return standing.active and council_id in standing.councils_as(GUIDING)


def may_keep_list(standing: Standing, council_id: int | None) -> bool:
    """Tell whether this person lets members in and out: the chairs and the secretary do."""
    return may_author_for(standing, council_id)


def may_seat_for(standing: Standing, council_id: int) -> bool:
    """Tell whether this person seats the council's steering committee and secretary."""
    return standing.active and council_id in standing.councils_as({CHAIR})


def rank_of(standing: Standing) -> int:
    """Return how much somebody's account could do, from 0 (members) to 3 (administrators).

    Nobody acts on the account or the credentials of somebody whose rank is above their own.
    """
    if ADMIN in standing.staff_roles:
        return 3
    if standing.staff_roles or standing.councils_as(PUBLISHING):
        return 2
    return 1 if standing.councils_as(GUIDING) else 0
