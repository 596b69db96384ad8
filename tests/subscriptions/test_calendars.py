"""Stays out of calendar files, honest and hostile. No database."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.kernel.errors import RuleBroken
from osac_share.subscriptions.documents import LARGEST_CALENDAR, read_stays

TODAY = date(2026, 3, 2)


def calendar(*events: str) -> bytes:
    lines = [f"BEGIN:VEVENT\n{event}\nEND:VEVENT" for event in events]
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])
    return text.replace("\n", "\r\n").encode()


def stays(*events: str) -> list[tuple[str, str, str]]:
    found = read_stays(calendar(*events), today=TODAY)
    return [(stay.where, stay.first.isoformat(), stay.last.isoformat()) for stay in found]


DAYS = "DTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260313"
TO_KENYA = ("Nairobi, Kenya", "2026-03-10", "2026-03-12")


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("Nairobi\\, Kenya", "Nairobi, Kenya"),
        ("Kenya", "Kenya"),
        ("Nairobi", "Nairobi, Kenya"),
        ("Hotel Example\\, Main Street\\, Kampala\\, Uganda", "Kampala, Uganda"),
        ("Hotel Example\\nMombasa\\nKenya", "Mombasa, Kenya"),
        ("Edinburgh\\, Scotland", "Scotland, United Kingdom"),
        ("Nairobi\\, Ke\n nya", "Nairobi, Kenya"),
    ],
)
def test_location_names_a_place(location: str, where: str) -> None:
    assert stays(f"SUMMARY:Visit\nLOCATION:{location}\n{DAYS}") == [(where, *TO_KENYA[1:])]


@pytest.mark.parametrize(
    "location", ["", "Room 4", "Portland\\, ME", "Chicago\\, USA", "https://meet.example.org/KE"]
)
def test_location_that_is_nowhere_abroad_is_no_stay(location: str) -> None:
    assert stays(f"LOCATION:{location}\n{DAYS}") == []


@pytest.mark.parametrize(
    ("days", "first", "last"),
    [
        ("DTSTART;VALUE=DATE:20260310", "2026-03-10", "2026-03-10"),
        ("DTSTART:20260310T220000Z\nDTEND:20260312T080000Z", "2026-03-10", "2026-03-12"),
        ("DTSTART:20260310T080000\nDTEND:20260312T000000", "2026-03-10", "2026-03-11"),
        (f"DTSTART;TZID={'A' * 300}:20260310T080000", "2026-03-10", "2026-03-10"),
        ('DTSTART;X="12:30";VALUE=DATE:20260310', "2026-03-10", "2026-03-10"),
        ("DTSTART;TZID=Nowhere/Else:20260310T080000\nDURATION:P2D", "2026-03-10", "2026-03-12"),
        ("DTSTART;VALUE=DATE:20260220\nDTEND;VALUE=DATE:20260304", "2026-02-20", "2026-03-03"),
        ("DTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260301", "2026-03-10", "2026-03-10"),
    ],
)
def test_days_are_those_that_were_written(days: str, first: str, last: str) -> None:
    assert stays(f"LOCATION:Kenya\n{days}") == [("Kenya", first, last)]


@pytest.mark.parametrize(
    "event",
    [
        "LOCATION:Kenya\nDTSTART;VALUE=DATE:20260220\nDTEND;VALUE=DATE:20260302",
        f"LOCATION:Kenya\nSTATUS:CANCELLED\n{DAYS}",
        "LOCATION:Kenya\nDTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20290310",
        "LOCATION:Kenya\nDTSTART:99999999",
        "LOCATION:Kenya\nDTSTART;VALUE=DATE:99991231\nDURATION:P9D",
        "LOCATION:Kenya",
        'LOCATION;X="Kenya:Kenya\nDTSTART;VALUE=DATE:20260310',
        "LOCATION\nDTSTART",
        f"LOCATION:Kenya\n{DAYS}\nDTSTART;VALUE=DATE:20260401",
    ],
)
def test_what_is_over_or_cancelled_or_makes_no_sense_is_left_out(event: str) -> None:
    assert stays(event) == []


def test_days_at_one_place_that_touch_are_one_stay() -> None:
    days = ("20260310", "20260311", "20260313", "20260316")
    found = stays(*(f"LOCATION:Nairobi\\, Kenya\nDTSTART;VALUE=DATE:{day}" for day in days))
    assert [one[1:] for one in found] == [
        ("2026-03-10", "2026-03-11"),
        ("2026-03-13", "2026-03-13"),
        ("2026-03-16", "2026-03-16"),
    ]


def test_last_day_that_there_is_may_come_twice() -> None:
    event = "LOCATION:Nairobi\\, Kenya\nDTSTART;VALUE=DATE:99991231"
    assert stays(event, event) == [("Nairobi, Kenya", "9999-12-31", "9999-12-31")]


def test_alarms_and_rules_within_an_event_are_not_looked_at() -> None:
    alarm = "BEGIN:VALARM\nDURATION:P300D\nDTSTART:x\nLOCATION:Uganda\nEND:VALARM"
    event = f"LOCATION:Nairobi\\, Kenya\nRRULE:FREQ=SECONDLY\n{alarm}\n{DAYS}"
    assert stays(event) == [TO_KENYA]


HOSTILE = {
    "nothing": b"",
    "a picture": b"\x89PNG\r\n\x1a\n\x00\xff",
    "another text": b"Dear colleague,\r\nBEGIN:\r\n",
    "too large": b"BEGIN:VCALENDAR\r\n" + b"x" * LARGEST_CALENDAR,
    "too many": calendar(*["SUMMARY:x"] * 1001),
    "UTF-16": "BEGIN:VCALENDAR".encode("utf-16"),
}


@pytest.mark.parametrize("name", list(HOSTILE))
def test_what_is_no_calendar_gets_a_clear_sentence(name: str) -> None:
    with pytest.raises(RuleBroken, match="calendar file"):
        read_stays(HOSTILE[name], today=TODAY)


@pytest.mark.parametrize(
    "lines",
    [
        "BEGIN:VEVENT\n" * 15_000,
        "BEGIN:VTIMEZONE\nRRULE:FREQ=SECONDLY\n" * 6_000,
        "BEGIN:VEVENT\nLOCATION:x\n" + " a\n" * 70_000,
        "BEGIN:VEVENT\n" + "SUMMARY;X=" + "a;" * 100_000,
        "BEGIN:VEVENT\nLOCATION:" + "Kenya\\," * 280 + "\nEND:VEVENT\n",
        "END:VEVENT\n" * 20_000,
    ],
)
def test_hostile_file_costs_little(lines: str) -> None:
    began = perf_counter()
    read_stays(f"BEGIN:VCALENDAR\n{lines}"[:LARGEST_CALENDAR].encode(), today=TODAY)
    assert perf_counter() - began < 1


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_whatever_stands_in_an_event_there_is_an_answer(
    location: str, title: str, day: str
) -> None:
    source = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nLOCATION:{location}\nSUMMARY:{title}\nDTSTART:{day}"
    try:
        found = read_stays(f"{source}\nEND:VEVENT\n".encode(errors="replace"), today=TODAY)
    except RuleBroken as refusal:
        assert "calendar file" in refusal.message  # noqa: PT017 -- either answer will do.
    else:
        assert isinstance(found, list)
