"""Who may subscribe. No database."""

from __future__ import annotations

from osac_share.councils.policy import NOBODY, Actor, Standing, clearance_of
from osac_share.subscriptions.policy import may_subscribe


def test_members_in_good_standing_subscribe() -> None:
    standing = Standing(person_id=1, organization_id=1, active=True)
    assert may_subscribe(Actor(standing, clearance_of(standing))) is True
    assert not may_subscribe(NOBODY)
