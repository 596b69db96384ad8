"""Times and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from osac_share.web.filters import (
    day,
    iso_time,
    local_time,
    number,
    relative_time,
    utc_time,
)
from osac_share.web.paging import Page, page_number

if TYPE_CHECKING:
    from time_machine import Traveller

EVENING = datetime(2026, 11, 21, 23, 5, 59, tzinfo=timezone(timedelta(hours=-5)))


def test_moment_is_shown_in_utc_wherever_it_was_written() -> None:
    assert iso_time(EVENING) == "2026-11-22T04:05:59Z"
    assert utc_time(EVENING) == "22 Nov 2026, 04:05 UTC"
    assert day(EVENING) == "22 Nov 2026"
    assert day(date(2026, 11, 1)) == "1 Nov 2026"


def test_time_of_day_names_the_day_when_it_is_not_today_there(clock: Traveller) -> None:
    clock.move_to(datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    at = datetime(2026, 3, 2, 21, 30, tzinfo=UTC)
    assert local_time(at, "Africa/Nairobi") == "00:30"
    assert local_time(at, "UTC") == "21:30"
    assert local_time(at - timedelta(hours=1), "Africa/Nairobi") == "2 Mar, 23:30"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=-1), "1 min ago"),
        (timedelta(minutes=-59, seconds=-59), "59 min ago"),
        (timedelta(hours=-1), "1 h ago"),
        (timedelta(hours=-23, minutes=-59), "23 h ago"),
        (timedelta(days=-1), "1 day ago"),
        (timedelta(days=-2), "2 days ago"),
        (timedelta(days=-14), "14 days ago"),
        (timedelta(days=-15), "15 Feb 2026"),
        (timedelta(minutes=5), "in 5 min"),
        (timedelta(days=3), "in 3 days"),
    ],
)
def test_distance_in_time_is_said_exactly(
    clock: Traveller, at: datetime, away: timedelta, words: str
) -> None:
    assert relative_time(at + away) == words


def test_thousands_are_set_apart() -> None:
    assert [number(count) for count in (0, 999, 1284, 1_000_000)] == [
        "0",
        "999",
        "1,284",
        "1,000,000",
    ]


@pytest.mark.parametrize(
    ("page", "numbers"),
    [
        (Page(1, 30, 0), (1, 0, 0)),
        (Page(1, 30, 1), (1, 1, 1)),
        (Page(1, 30, 30), (1, 1, 30)),
        (Page(2, 30, 31), (2, 31, 31)),
        (Page(9, 30, 31), (2, 31, 31)),
    ],
)
def test_page_knows_where_it_stands(page: Page, numbers: tuple[int, int, int]) -> None:
    assert (page.pages, page.first, page.last) == numbers


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (None, 1),
        ("", 1),
        ("0", 1),
        ("7", 7),
        ("1000", 1000),
        ("1001", 1000),
        ("99999", 1),
        ("-1", 1),
        ("1.5", 1),
        ("٣", 1),
        ("²", 1),
        (" 2", 1),
    ],
)
def test_nonsense_asks_for_the_first_page(text: str | None, page: int) -> None:
    assert page_number(text) == page
