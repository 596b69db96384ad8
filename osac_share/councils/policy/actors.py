"""Who acts. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from osac_share.councils.policy.offices import (
    may_compose,
    may_review_for_any,
    may_run_councils,
    rank_of,
)
from osac_share.councils.policy.sight import MEMBERS, clearance_of
from osac_share.councils.policy.standing import ADMIN, ANALYST, STRANGER, Standing


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting: a signed-in person or a stranger."""

    standing: Standing
    clearance: frozenset[str]
    name: str = ""
    email: str = ""
    organization: str = ""
    time_zone: str = "UTC"
    is_contact: bool = False
    """They are their organization's point of contact, even while it is not in good order."""

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
    def is_staff(self) -> bool:
        """Tell whether this person is of the program's staff, in whatever role."""
        return self.standing.active and bool(self.standing.staff_roles)

    @property
    def is_admin(self) -> bool:
        """Tell whether this person administers the program."""
        return self.standing.active and ADMIN in self.standing.staff_roles

    @property
    def has_office(self) -> bool:
        """Tell whether this person may be asked to be the second in acts that need two."""
        return self.standing.active and rank_of(self.standing) > 0

    @property
    def may_run_councils(self) -> bool:
        """Tell whether this person creates councils and appoints their chairs."""
        return may_run_councils(self.standing)

    @property
    def look(self) -> tuple[bool, ...]:
        """Return what the frame of a page shows of this actor, the name left out."""
        is_member = MEMBERS in self.clearance
        frame = (self.is_signed_in, self.may_compose, self.may_review, is_member)
        return (*frame, self.is_contact, self.has_office, self.is_staff)

    @property
    def name_in_record(self) -> tuple[int | None, str]:
        """Return the id and name that the record keeps."""
        return self.standing.person_id, self.name


NOBODY = Actor(STRANGER, clearance_of(STRANGER))
