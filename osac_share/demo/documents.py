"""The demonstration's texts, read from the files beside this one and checked by shape."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CouncilText(_Entry):
    """A fictional council."""

    slug: str
    name: str
    countries: tuple[str, ...]
    time_zone: str
    about: str
    kind: str = "country"


class PostText(_Entry):
    """A fictional post."""

    kind: str
    name: str
    city: str
    country: str
    phone: str
    after_hours_phone: str
    time_zone: str
    departure_status: str = "normal"


class OfficeText(_Entry):
    """A fictional security office, and how long ago somebody called it."""

    name: str
    post: str
    countries: tuple[str, ...]
    mailbox: str
    phone: str
    after_hours_phone: str
    verified_days_ago: int


class OrganizationText(_Entry):
    """A fictional member organization."""

    name: str
    type: str
    sector: str
    website: str = ""
    domains: tuple[str, ...] = ()
    us_basis: str = ""
    countries: tuple[str, ...] = ()
    to_confirm_in_days: int | None = None


class InvitationText(_Entry):
    """A fictional person who is asked to join an organization."""

    organization: str
    name: str
    email: str


class ApplicationText(_Entry):
    """A fictional organization that asks to become a member."""

    days_ago: int
    name: str
    type: str
    sector: str
    us_basis: str
    us_basis_words: str
    parent: str
    website: str
    domains: list[str]
    countries: list[str]
    abroad: str
    contact_name: str
    contact_title: str
    contact_phone: str
    email: str

    @property
    def age(self) -> timedelta:
        """Return how long before the demonstration it was handed in."""
        return timedelta(days=self.days_ago)


class PersonText(_Entry):
    """A fictional person, in whose place a visitor can sign in."""

    role: str
    name: str
    email: str
    organization: str
    time_zone: str
    seats: tuple[tuple[str, str], ...] = ()
    staff_roles: tuple[str, ...] = ()
    is_contact: bool = False
    subscribes: tuple[str, ...] = ()


class UpdateText(_Entry):
    """What a further edition of a fictional alert changes."""

    hours_ago: int
    change_note: str
    event: str = ""
    actions: str = ""
    lifted: tuple[str, ...] = ()
    outcome: str = "holds"

    @property
    def age(self) -> timedelta:
        """Return how long before the demonstration it was published."""
        return timedelta(hours=self.hours_ago)


class ReportText(_Entry):
    """A fictional alert; one that is only handed in waits for its review."""

    council: str
    alert_kind: str
    severity: str
    marking: str
    title: str
    places: tuple[str, ...]
    topics: tuple[str, ...]
    hours_ago: int
    holds_hours: int
    location: str
    event: str
    actions: str
    assistance: str
    is_exercise: bool = False
    is_handed_in_only: bool = False
    withdrawn_because: str = ""
    updates: tuple[UpdateText, ...] = ()

    @property
    def bodies(self) -> tuple[str, ...]:
        """Return the four sections' words in their order."""
        return (self.location, self.event, self.actions, self.assistance)

    @property
    def age(self) -> timedelta:
        """Return how long before the demonstration it was published."""
        return timedelta(hours=self.hours_ago)

    @property
    def term(self) -> timedelta:
        """Return for how long it holds from then on."""
        return timedelta(hours=self.holds_hours)


class Cast(_Entry):
    """Who and what there is."""

    councils: tuple[CouncilText, ...]
    posts: tuple[PostText, ...]
    offices: tuple[OfficeText, ...]
    organizations: tuple[OrganizationText, ...]
    invitations: tuple[InvitationText, ...]
    applications: tuple[ApplicationText, ...]
    people: tuple[PersonText, ...]


class Archive(_Entry):
    """What was published."""

    reports: tuple[ReportText, ...]


@cache
def cast() -> Cast:
    """Return the fictional councils, posts, organizations and people."""
    return Cast.model_validate(_read("councils.toml"))


@cache
def archive() -> Archive:
    """Return the fictional reports."""
    return Archive.model_validate(_read("reports.toml"))


def _read(name: str) -> dict[str, object]:
    return tomllib.loads((Path(__file__).parent / name).read_text(encoding="utf-8"))
