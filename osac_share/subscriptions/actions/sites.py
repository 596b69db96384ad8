"""An organization's sites, and who of its people hears about them. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.audit.actions import record
from osac_share.kernel.errors import RuleBroken
from osac_share.subscriptions import policy, queries
from osac_share.subscriptions.actions.trips import hear_of
from osac_share.subscriptions.actions.turns import take_turns
from osac_share.subscriptions.actions.wishes import end
from osac_share.subscriptions.models import BY_MAIL, SITE, Trip
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.policy import Actor

LEFT = "no longer of the organization"
"""Why a wish about a site ended by itself.

That of a point of contact begins again when they come back; anybody else chooses anew.
"""

REMOVED = "the site was removed"


def add_site(
    session: Session,
    organization: Organization,
    *,
    name: str,
    country: str,
    place: str,
    by: Actor,
    at: datetime,
) -> Trip:
    """Note a site of an organization; its contacts, and who hears of its other sites, hear of it.

    Args:
        session: the session of the act.
        organization: whose it is, locked; the actor has proved to be its point of contact.
        name: what its people call it.
        country: the ISO code of the country.
        place: the town, or nothing.
        by: the point of contact.
        at: when, in UTC.

    Raises:
        RuleBroken: the organization has a site of that name, or too many of them.

    """
    _check_room(queries.sites_of(session, organization.id), name)
    hearing = queries.hearing_of_sites(session, organization.id)
    site = _site(organization, name, (country, place), by, at)
    session.add(site)
    session.flush()
    for person_id in hearing:
        hear_of(session, site, person_id, channels=BY_MAIL, at=at)
    settle_sites(session, at=at)
    _record(session, "site.add", site, by=by, at=at)
    return site


def _site(
    organization: Organization, name: str, where: tuple[str, str], by: Actor, at: datetime
) -> Trip:
    return Trip(
        kind=SITE,
        person_id=by.id,
        organization_id=organization.id,
        name=name,
        time_zone=taxonomy.country(where[0]).time_zone,
        starts_at=at,
        places=[{"country": where[0], "place": where[1]}],
        created_at=at,
    )


def _check_room(sites: Sequence[Trip], name: str) -> None:
    if any(other.name.casefold() == name.casefold() for other in sites):
        raise RuleBroken("There is a site of this name already.")
    if len(sites) >= policy.MOST_TRIPS:
        raise RuleBroken("Your organization has too many sites. Remove some that are closed.")


def remove_site(session: Session, site: Trip, *, by: Actor, at: datetime) -> None:
    """Take a site off the list; nobody hears of it from now on, and in a week it is forgotten."""
    site.ends_at = at
    for subscription in queries.living_wishes_for(session, site.id):
        end(session, subscription, reason=REMOVED, by=by.name_in_record, at=at)
    _record(session, "site.remove", site, by=by, at=at)


def hear_of_sites(session: Session, organization_id: int, *, by: Actor, at: datetime) -> int:
    """Let one of an organization's people hear of its sites; return of how many they did not."""
    if by.id is None:
        return 0
    heard = {one.trip_id for one in queries.wishes_about_sites(session, by.id, organization_id)}
    new = [one for one in queries.sites_of(session, organization_id) if one.id not in heard]
    for site in new:
        hear_of(session, site, by.id, channels=BY_MAIL, at=at)
    return len(new)


def stop_hearing_of_sites(
    session: Session, organization_id: int, *, by: Actor, at: datetime
) -> int:
    """End what somebody hears of an organization's sites; return of how many."""
    heard = queries.wishes_about_sites(session, by.id or 0, organization_id)
    for subscription in heard:
        end(session, subscription, reason="unsubscribed", by=by.name_in_record, at=at)
    return len(heard)


def settle_sites(session: Session, *, at: datetime) -> int:
    """Bring who hears of sites in line with who is what to which organization; return the changes.

    Whoever has become a point of contact hears of its sites; whoever left hears no more. Nobody
    who stopped the mail themselves gets it back.
    """
    left = queries.wishes_of_those_who_left(session)
    for subscription in left:
        end(session, subscription, reason=LEFT, by=(None, "the house"), at=at)
    begun = 0
    for site, person_id in queries.contacts_to_hear(session, but_not_after=LEFT):
        # Another worker may have been faster.
        take_turns(session, person_id)
        if not queries.hears_of(session, site.id, person_id):
            hear_of(session, site, person_id, channels=BY_MAIL, at=at)
            begun += 1
    return len(left) + begun


def _record(session: Session, action: str, site: Trip, *, by: Actor, at: datetime) -> None:
    record(
        session,
        action,
        by=by.name_in_record,
        at=at,
        object_kind="site",
        object_id=site.public_id,
    )
