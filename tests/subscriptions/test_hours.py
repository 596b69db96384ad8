"""The reader's clock, through every change of it. No database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.subscriptions.policy.hours import next_daily, next_weekly, quiet_until

ZONES = (
    "UTC",
    "America/New_York",
    "America/St_Johns",
    "Europe/London",
    "Africa/Cairo",  # Puts its clocks forward at midnight.
    "Africa/Nairobi",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # Puts its clocks forward by half an hour.
    "Pacific/Apia",  # Left out the 30th of December 2011.
)
DAY = timedelta(days=1)
QUARTER = timedelta(minutes=15)

zones = st.sampled_from(ZONES)
hours = st.integers(0, 23)
quarters = st.integers(0, 95).map(lambda number: number * 15)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """Quarters of an hour that are often near a change of clocks."""
    year = draw(st.sampled_from((2011, 2026)))
    changes = st.sampled_from((59, 66, 87, 113, 273, 276, 297, 304, 362, 363))
    day = timedelta(days=draw(changes | st.integers(0, 365)))
    return datetime(year, 1, 1, tzinfo=UTC) + day + QUARTER * draw(st.integers(0, 95))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # A date and a time.


def strikes(zone: str, moment: datetime, minute: int) -> bool:
    """Tell whether clocks, in the quarter up to this moment, came to that minute of the day.

    They may have leapt over it; of a minute that comes twice they strike the first.
    """
    there, before = (one.astimezone(ZoneInfo(zone)) for one in (moment, moment - QUARTER))
    midnight = there.replace(hour=0, minute=0, tzinfo=None)
    times = (midnight + timedelta(minutes=minute), midnight - DAY + timedelta(minutes=minute))
    passed = (before.replace(tzinfo=None) < one <= there.replace(tzinfo=None) for one in times)
    return not there.fold and any(passed)


@given(moments(), zones, hours)
def test_daily_hour_is_the_very_next_one_of_that_zone(
    after: datetime, zone: str, hour: int
) -> None:
    moment = after + QUARTER
    while not strikes(zone, moment, hour * 60):
        moment += QUARTER
    assert next_daily(after, zone, hour) == moment
    assert next_daily(moment - timedelta(seconds=1), zone, hour) == moment


@given(moments(), zones, hours)
def test_month_of_digests_leaves_out_no_day_and_doubles_none(
    after: datetime, zone: str, hour: int
) -> None:
    due = [after]
    for _ in range(30):
        due.append(next_daily(due[-1], zone, hour))
    days = {one.astimezone(ZoneInfo(zone)).date() for one in due[1:]}
    # What was due on the day that Apia left out comes on the day after it.
    assert len(days) == 30 or (zone == "Pacific/Apia" and len(days) == 29)


@given(moments(), zones, st.integers(0, 6), hours)
def test_weekly_hour_is_the_daily_one_of_its_weekday(
    after: datetime, zone: str, weekday: int, hour: int
) -> None:
    due = next_weekly(after, zone, weekday, hour)
    week = [next_daily(after, zone, hour)]
    while week[-1] < due:
        week.append(next_daily(week[-1], zone, hour))
    assert week[-1] == due
    assert len(week) <= 8
    left_out = zone == "Pacific/Apia" and due.year == 2011 and weekday == 4
    assert left_out or due.astimezone(ZoneInfo(zone)).weekday() == weekday


@given(moments(), zones, quarters, quarters)
def test_it_is_quiet_exactly_from_one_stroke_of_the_clock_to_the_other(
    at: datetime, zone: str, begins: int, ends: int
) -> None:
    last = at
    while not (begun := strikes(zone, last, begins)) and not strikes(zone, last, ends):
        last -= QUARTER
    until = quiet_until(at, zone, begins, ends)
    if not begun or strikes(zone, last, ends):  # Or clocks leapt over all of it.
        assert until is None
        return
    ended = at + QUARTER
    while not strikes(zone, ended, ends):
        ended += QUARTER
    assert until == ended
    assert quiet_until(ended - timedelta(seconds=1), zone, begins, ends) == ended


@pytest.mark.parametrize(
    ("zone", "after", "hour", "due"),
    [
        ("America/New_York", utc(2026, 3, 7, 12), 7, utc(2026, 3, 8, 11)),
        ("America/New_York", utc(2026, 3, 8, 5), 2, utc(2026, 3, 8, 7)),
        ("America/New_York", utc(2026, 11, 1, 4), 1, utc(2026, 11, 1, 5)),
        ("America/New_York", utc(2026, 11, 1, 5, 30), 1, utc(2026, 11, 2, 6)),
        ("Africa/Cairo", utc(2026, 4, 23, 21), 0, utc(2026, 4, 23, 22)),
        ("Australia/Lord_Howe", utc(2026, 10, 3, 13), 2, utc(2026, 10, 3, 15, 30)),
        ("Pacific/Apia", utc(2011, 12, 30, 0), 12, utc(2011, 12, 30, 10)),
        ("Africa/Nairobi", utc(2026, 3, 2, 4), 7, utc(2026, 3, 3, 4)),
    ],
)
def test_daily_hour_through_changes_of_the_clock(
    zone: str, after: datetime, hour: int, due: datetime
) -> None:
    assert next_daily(after, zone, hour) == due


@pytest.mark.parametrize(
    ("zone", "at", "begins", "ends", "until"),
    [
        ("Africa/Nairobi", utc(2026, 3, 2, 20), 22 * 60, 6 * 60, utc(2026, 3, 3, 3)),
        ("Africa/Nairobi", utc(2026, 3, 3, 2, 59), 22 * 60, 6 * 60, utc(2026, 3, 3, 3)),
        ("Africa/Nairobi", utc(2026, 3, 3, 3), 22 * 60, 6 * 60, None),
        ("Africa/Nairobi", utc(2026, 3, 2, 18, 59), 22 * 60, 6 * 60, None),
        ("Africa/Nairobi", utc(2026, 3, 2, 10), 12 * 60, 14 * 60, utc(2026, 3, 2, 11)),
        ("Africa/Nairobi", utc(2026, 3, 2, 20), 22 * 60, 22 * 60, None),
        ("Africa/Nairobi", utc(2026, 3, 2, 20), None, None, None),
        # It ends when clocks leap over its end, and at the first of two half past one.
        ("America/New_York", utc(2026, 3, 8, 6), 22 * 60, 2 * 60 + 30, utc(2026, 3, 8, 7)),
        ("America/New_York", utc(2026, 11, 1, 5, 29), 22 * 60, 90, utc(2026, 11, 1, 5, 30)),
        ("America/New_York", utc(2026, 11, 1, 5, 30), 22 * 60, 90, None),
        # Clocks leapt over all of it.
        ("America/New_York", utc(2026, 3, 8, 7), 2 * 60, 2 * 60 + 30, None),
    ],
)
def test_quiet_hours_through_changes_of_the_clock(
    zone: str, at: datetime, begins: int, ends: int, until: datetime | None
) -> None:
    assert quiet_until(at, zone, begins, ends) == until
