"""What a digest's occasion is called, what was missed, and what goes first in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from osac_share.delivery.models import DAILY, WEEKLY
from osac_share.delivery.policy.digests import Told, caught_up, items_of, period_of, strictest
from osac_share.subscriptions.policy import next_daily

SEVEN = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""Seven in the morning in Nairobi."""


@pytest.mark.parametrize(
    ("pace", "due", "zone", "period"),
    [
        (DAILY, SEVEN, "Africa/Nairobi", "daily/2026-03-03"),
        (DAILY, SEVEN, "America/New_York", "daily/2026-03-02"),
        (WEEKLY, datetime(2026, 12, 31, 12, tzinfo=UTC), "UTC", "weekly/2026-W53"),
        (WEEKLY, datetime(2027, 1, 1, 12, tzinfo=UTC), "UTC", "weekly/2026-W53"),
    ],
)
def test_period_is_named_by_the_readers_own_calendar(
    pace: str, due: datetime, zone: str, period: str
) -> None:
    assert period_of(pace, due, zone) == period


def test_what_was_missed_is_caught_up_to_the_latest_moment() -> None:
    def following(moment: datetime) -> datetime:
        return next_daily(moment, "Africa/Nairobi", 7)

    days = [SEVEN + timedelta(days=number) for number in range(5)]
    assert caught_up(SEVEN, following, SEVEN) == (days[0], days[1])
    assert caught_up(SEVEN, following, days[3] + timedelta(hours=1)) == (days[3], days[4])


def test_gravest_comes_first_then_the_newest_and_a_report_once() -> None:
    told = [
        Told(1, report_id=1, edition_id=1, number=1, urgency=2, marking="GREEN", wish=""),
        Told(2, report_id=2, edition_id=2, number=1, urgency=1, marking="GREEN", wish=""),
        Told(3, report_id=3, edition_id=3, number=4, urgency=1, marking="GREEN", wish=""),
        Told(4, report_id=3, edition_id=5, number=5, urgency=1, marking="GREEN", wish=""),
        Told(5, report_id=1, edition_id=4, number=2, urgency=2, marking="GREEN", wish=""),
    ]
    assert [(one.newest.edition_id, one.updates) for one in items_of(told)] == [
        (5, 2),
        (2, 0),
        (4, 1),
    ]
    assert strictest(["GREEN", "AMBER_STRICT", "AMBER"]) == "AMBER_STRICT"
