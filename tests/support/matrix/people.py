"""The kinds of people who ask, and what each of them has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from osac_share.accounts.models import Organization
    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor

HOME, ABROAD = "kenya", "nigeria"
"""The council that the matrix looks from, and another one."""

COMPANY, RIVAL, STATE, LAPSED = "freight", "mining", "state", "lapsed"
"""Two member companies, a department of the government, and a company that is no member now."""


@dataclass(frozen=True)
class Somebody:
    """A kind of person, in words that need no look into the program.

    `befell` is what happened to them after they got what stands before it: "suspended", "seat
    ended", "organization lapsed", "membership ended", "session ended", "session idle", "session
    old", "factor not shown", or nothing.
    """

    name: str
    organization: str = ""
    council: str = ""
    seat: str = ""
    role: str = ""
    circle: str = ""
    is_contact: bool = False
    befell: str = ""

    @property
    def is_let_in(self) -> bool:
        """Tell whether the gate knows this person at all."""
        return self.name != "stranger" and self.befell not in {
            *("suspended", "session ended", "session idle", "session old", "factor not shown"),
        }

    @property
    def is_shut_out(self) -> bool:
        """Tell whether this is somebody who is as good as a stranger now."""
        return self.name != "stranger" and not self.is_let_in

    @property
    def by_mail(self) -> Somebody:
        """Return this person as mail finds them, whatever became of their browser."""
        of_browser = {"session ended", "session idle", "session old", "factor not shown"}
        return replace(self, befell="") if self.befell in of_browser else self

    @property
    def is_of_organization(self) -> bool:
        """Tell whether this person speaks for a member organization now."""
        return bool(self.organization) and self.befell not in {
            "organization lapsed",
            "membership ended",
        }

    @property
    def sits(self) -> bool:
        """Tell whether this person holds a seat now."""
        return bool(self.seat) and self.befell != "seat ended"

    @property
    def is_in_good_standing(self) -> bool:
        """Tell whether this person is one of the members, the chairs or the program's staff."""
        return self.is_let_in and bool(self.is_of_organization or self.sits or self.role)


EVERYBODY = (
    Somebody("stranger"),
    Somebody("member of no council", RIVAL),
    Somebody("named member", COMPANY, HOME, "member"),
    Somebody("member", COMPANY, HOME, "member"),
    Somebody("member elsewhere", RIVAL, ABROAD, "member"),
    Somebody("secretary", COMPANY, HOME, "secretary"),
    Somebody("steering", COMPANY, HOME, "steering"),
    Somebody("co-chair", COMPANY, HOME, "cochair_private", circle="law_enforcement"),
    Somebody("co-chair elsewhere", RIVAL, ABROAD, "cochair_private"),
    Somebody("chair", STATE, HOME, "chair_public"),
    Somebody("chair elsewhere", STATE, ABROAD, "chair_public"),
    Somebody("analyst", role="analyst"),
    Somebody("admin", role="admin"),
    Somebody("auditor", role="auditor"),
    Somebody("point of contact", COMPANY, is_contact=True),
    Somebody("official", STATE),
    Somebody("law enforcement", STATE, circle="law_enforcement"),
    Somebody("suspended chair", STATE, HOME, "chair_public", befell="suspended"),
    Somebody("lapsed member", LAPSED, befell="organization lapsed"),
    Somebody("former member", COMPANY, befell="membership ended"),
    Somebody("former secretary", RIVAL, HOME, "secretary", befell="seat ended"),
    Somebody("signed-out chair", STATE, HOME, "chair_public", befell="session ended"),
    Somebody("chair away too long", STATE, HOME, "chair_public", befell="session idle"),
    Somebody("chair since yesterday", STATE, HOME, "chair_public", befell="session old"),
    Somebody("half signed-in chair", STATE, HOME, "chair_public", befell="factor not shown"),
)
"""All kinds of people; the order is that of the report."""

STRANGER = EVERYBODY[0]
NAMED = {who.name: who for who in EVERYBODY}
WRITERS = ("chair", "secretary", "chair elsewhere", "co-chair elsewhere")
"""Those who make what the matrix is about."""


@dataclass(frozen=True)
class Account:
    """What somebody has: their row, their mail address, and the secret in their cookie."""

    who: Somebody
    person_id: int | None
    public_id: str
    email: str
    secret: str
    canary: int = 0
    """The number of the canary that their mail address is."""
    api_token: str = ""
    feed_token: str = ""
    """What programs of theirs read with."""


@dataclass(frozen=True)
class Population:
    """Everybody by name, and those of them who act while the world is furnished."""

    accounts: Mapping[str, Account]
    actors: Mapping[str, Actor]
    councils: Mapping[str, Council]
    organizations: Mapping[str, Organization]
