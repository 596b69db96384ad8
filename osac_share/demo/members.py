"""Furnishing the demonstration with members, and with people who are at the door."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.accounts.models import Organization
from osac_share.demo.documents import cast
from osac_share.membership import actions as membership
from osac_share.membership.models import Answers
from osac_share.membership.policy import EVERY, Invitee
from osac_share.membership.queries import get_open_application

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.demo.documents import ApplicationText, OrganizationText


def found_organizations(session: Session, *, at: datetime) -> dict[str, Organization]:
    """Create the fictional members, and return them by name; one is to be confirmed soon."""
    homes = {text.name: _organization(text, at) for text in cast().organizations}
    session.add_all(homes.values())
    return homes


def _organization(text: OrganizationText, at: datetime) -> Organization:
    values = text.model_dump(exclude={"to_confirm_in_days", "domains", "countries"})
    home = Organization(**values, domains=list(text.domains), countries=list(text.countries))
    if text.to_confirm_in_days is not None:
        home.verify_by = at + timedelta(days=text.to_confirm_in_days)
        home.verified_at = home.verify_by - EVERY
    return home


def come_to_the_door(
    session: Session,
    homes: Mapping[str, Organization],
    contacts: Mapping[str, Actor],
    *,
    at: datetime,
) -> None:
    """Invite people, and hand in applications, through the same actions as real ones."""
    for text in cast().invitations:
        invitee = Invitee(text.name, text.email)
        by = contacts[text.organization]
        membership.invite(session, homes[text.organization], [invitee], by=by, at=at)
    for application in cast().applications:
        _hand_in(session, application, at=at)


def _hand_in(session: Session, text: ApplicationText, *, at: datetime) -> None:
    then = at - text.age
    membership.apply(session, Answers(**text.model_dump(exclude={"days_ago"})), at=then)
    application = get_open_application(session, text.email)
    if application.link is not None:
        membership.hand_in(session, application, application.link, at=then)
