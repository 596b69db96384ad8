"""Furnishing the demonstration with digests, a trip to come, sites and searches."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.search.actions import saving
from osac_share.subscriptions.actions import Hours, add_site, choose_hours, plan_trip, subscribe
from osac_share.subscriptions.models import AT_ONCE, DAILY, WEEKLY
from osac_share.subscriptions.policy import Wish, place_of_region

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Organization
    from osac_share.councils.policy import Actor

MEMBER, CONTACT, ANALYST = "member@example.org", "contact@example.org", "staff@example.org"
SITES = (("Lagos depot", "NG", "Lagos"), ("Monterrey yard", "MX", "Monterrey"))
QUIET = (22 * 60, 6 * 60)
ROAD = "rideshare OR carjack* OR roadblock* country:KE"
AWAY = timedelta(days=2)
"""So long ago the member looked at their searches."""
NEXT_WEEK, DAYS_AWAY = timedelta(days=7), timedelta(days=4)


def wish(session: Session, people: Mapping[str, Actor], home: Organization, at: datetime) -> None:
    """Let the member read weekly and travel, the analyst read daily, the contact have sites."""
    member, contact = people[MEMBER], people[CONTACT]
    hours = Hours(7, 0, *QUIET)
    choose_hours(session, hours, zone="Africa/Nairobi", by=member, at=at)
    region = Wish(places=[place_of_region("AF")], min_severity="security", frequency=WEEKLY)
    subscribe(session, region, by=member, at=at)
    plan_trip(
        session,
        [("UG", "Kampala")],
        first=(at + NEXT_WEEK).date(),
        last=(at + NEXT_WEEK + DAYS_AWAY).date(),
        channels=["mail"],
        by=member,
        at=at,
    )
    road = saving.save(session, ROAD, name="On the road in Kenya", by=member, at=at - AWAY)
    saving.alert(session, road, AT_ONCE, by=member, at=at)
    saving.save(session, "flood* OR earthquake", by=member, at=at - AWAY)
    everything = Wish(kinds=["alert", "evacuation_notice"], frequency=DAILY)
    subscribe(session, everything, by=people[ANALYST], at=at)
    for name, country, place in SITES:
        add_site(session, home, name=name, country=country, place=place, by=contact, at=at)
