"""What readers are told in words: titles, audiences, times, differences. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.models import Council
from osac_share.councils.policy import MARKINGS
from osac_share.reports import documents
from osac_share.reports.models import Edition, Report

HOUR_14 = datetime(2026, 8, 17, 12, tzinfo=UTC)
HOUR_15 = datetime(2026, 8, 17, 13, tzinfo=UTC)
NAMES = {
    "council:1": "Kenya",
    "council:2": "Uganda",
    "council:3": "Lagos Council",
    "organization:7": "Example Freight",
    "organization:8": "Example Bank",
}


def alert(title: str = "Nairobi (Kenya), march", **fields: Any) -> tuple[Report, Edition]:  # noqa: ANN401
    report = Report(
        kind=fields.pop("kind", "alert"),
        origin=fields.pop("origin", "council"),
        is_exercise=fields.pop("is_exercise", False),
    )
    usual: dict[str, Any] = {
        "severity": "security",
        "marking": "CLEAR",
        "alert_kind": "security" if report.kind == "alert" else None,
        "update_no": 0,
        "number": 1,
        "is_major": True,
        "outcome": "holds",
        "addressees": [],
        "sections": [],
    }
    edition = Edition(report=report, title=title, **usual | fields)
    edition.locate([("KE", "Nairobi")])
    return report, edition


@pytest.mark.parametrize(
    ("title", "fields", "line"),
    [
        ("Nairobi, march", {}, "Security Alert: Nairobi, march"),
        ("Nairobi, march", {"update_no": 3}, "Security Alert Update 3: Nairobi, march"),
        ("Security Alert: Nairobi", {}, "Security Alert: Nairobi"),
        ("SECURITY ALERT: Nairobi", {}, "SECURITY ALERT: Nairobi"),
        ("Security Alert: Nairobi", {"update_no": 3}, "Security Alert Update 3: Nairobi"),
        ("Security Alert Update 3: Nairobi", {"update_no": 3}, "Security Alert Update 3: Nairobi"),
        ("Security Alert, update 3 - X", {"update_no": 3}, "Security Alert, update 3 - X"),
        ("Security Alerts in Nairobi", {}, "Security Alert: Security Alerts in Nairobi"),
        ("Weather Alert: Nairobi", {}, "Weather Alert: Nairobi"),
        ("Nairobi", {"severity": "emergency"}, "Emergency: Security Alert: Nairobi"),
        ("Emergency in Nairobi", {"severity": "emergency"}, "Security Alert: Emergency in Nairobi"),
        ("Nairobi", {"outcome": "all_clear", "update_no": 2}, "ALL CLEAR: Security Alert: Nairobi"),
        (
            "All clear: Nairobi",
            {"outcome": "all_clear", "alert_kind": None, "kind": "announcement"},
            "ALL CLEAR: Announcement: Nairobi",
        ),
        (
            "Cancelled: Weather Alert: Nairobi",
            {"outcome": "cancelled"},
            "CANCELED: Weather Alert: Nairobi",
        ),
        ("Nairobi", {"outcome": "cancelled"}, "CANCELED: Security Alert: Nairobi"),
        ("Nairobi", {"outcome": "withdrawn"}, "WITHDRAWN: Security Alert: Nairobi"),
        ("Nairobi", {"is_exercise": True}, "EXERCISE: Security Alert: Nairobi"),
        (
            "Nairobi",
            {"is_exercise": True, "outcome": "all_clear"},
            "EXERCISE: ALL CLEAR: Security Alert: Nairobi",
        ),
        (
            "Security Alert Update 7: Oslo",
            {"origin": "embassy_relay", "update_no": 1},
            "Security Alert Update 7: Oslo",
        ),
        (
            "Demonstration Alert - U.S. Embassy Oslo",
            {"origin": "embassy_relay", "update_no": 1},
            "Demonstration Alert - U.S. Embassy Oslo",
        ),
        ("Oslo", {"kind": "analysis"}, "Analysis: Oslo"),
    ],
)
def test_headline_says_kind_number_and_end_once(
    title: str, fields: dict[str, Any], line: str
) -> None:
    assert documents.headline(*alert(title, **fields)) == line


@given(title=st.text(max_size=80))
def test_no_title_makes_a_drill_look_real(title: str) -> None:
    report, edition = alert(title, is_exercise=True)
    assert documents.shown_title(report, edition).startswith("EXERCISE: ")
    for severity in ("routine", "security", "emergency"):
        edition.severity = severity
        assert documents.headline(report, edition).startswith("EXERCISE: ")
    report.is_exercise = False
    assert documents.shown_title(report, edition) == title


@pytest.mark.parametrize(
    ("marking", "addressees", "said"),
    [
        ("CLEAR", [], "Anyone may see this and pass it on."),
        ("GREEN", [], "Every member may see this, and so may program staff. Share it with other"),
        (
            "AMBER",
            [],
            (
                "Members of the Kenya council may see this, and so may program staff. Do not "
                "pass it on outside your organization and its clients."
            ),
        ),
        (
            "AMBER",
            ["council:1", "council:2"],
            (
                "Members of the Kenya and Uganda councils may see this, and so may the chair "
                "of the Kenya council and program staff. Do not pass it on outside"
            ),
        ),
        ("AMBER", ["council:3"], "Members of the Lagos Council may see this"),
        (
            "AMBER_STRICT",
            ["organization:7", "organization:8"],
            (
                "Example Bank and Example Freight may see this, and so may the chair of the Kenya "
                "council and program staff. Do not pass it on outside your organization."
            ),
        ),
        ("AMBER_STRICT", ["organization:7", "organization:9"], "2 organizations may see this"),
        ("GREEN", ["council:9"], "Members of 1 council may see this"),
        (
            "GREEN",
            ["steering:1", "government"],
            "The steering committee of 1 council and U.S. Government staff may see this",
        ),
        (
            "RED",
            ["person:1", "person:2", "person:3"],
            (
                "3 named people may see this, and so may the chair of the Kenya council. Do not "
                "pass it on to anybody."
            ),
        ),
    ],
)
def test_audience_is_said_in_plain_words(marking: str, addressees: list[str], said: str) -> None:
    assert documents.sight_words(marking, addressees, "Kenya", NAMES).startswith(said)


def test_report_of_no_council_that_names_nobody_is_for_staff() -> None:
    assert documents.sight_words("AMBER", [], None, {}).startswith("Only program staff may see")


@given(
    marking=st.sampled_from(MARKINGS),
    addressees=st.lists(
        st.sampled_from([*NAMES, "person:4", "person:5", "staff", "members", "chair:1"])
    ),
    council=st.sampled_from([None, "Kenya"]),
)
def test_audience_is_always_a_sentence_and_never_names_a_token(
    marking: str, addressees: list[str], council: str | None
) -> None:
    said = documents.sight_words(marking, addressees, council, NAMES)
    assert not said[0].islower()
    assert said.endswith(".")
    assert "person:" not in said
    assert "organization:" not in said
    assert "council:" not in said
    assert "  " not in said


def test_span_of_one_day_says_the_day_once() -> None:
    said = documents.span_there(HOUR_14, HOUR_15, "Europe/Oslo")
    assert said == "17 Aug 2026, 14:00 to 15:00 Oslo time (12:00 to 13:00 UTC)"
    assert documents.span_there(HOUR_14, HOUR_15, "UTC") == "17 Aug 2026, 12:00 to 13:00 UTC"


def test_span_over_midnight_says_every_day() -> None:
    late = datetime(2026, 8, 17, 23, tzinfo=UTC)
    said = documents.span_there(HOUR_14, late, "Europe/Oslo")
    assert said == (
        "17 Aug 2026, 14:00 to 18 Aug 2026, 01:00 Oslo time (17 Aug, 12:00 to 17 Aug, 23:00 UTC)"
    )


def test_open_span_says_its_one_end() -> None:
    assert documents.span_there(HOUR_14, None, "UTC") == "from 17 Aug 2026, 12:00 UTC"
    assert documents.span_there(None, HOUR_14, "UTC") == "until 17 Aug 2026, 12:00 UTC"
    assert documents.span_there(None, None, "UTC") == ""


def test_another_day_in_utc_is_named() -> None:
    late = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    said = documents.time_there(late, "Africa/Nairobi")
    assert said == "3 Mar 2026, 01:30 Nairobi time (2 Mar, 22:30 UTC)"
    assert documents.time_there(late, "UTC") == "2 Mar 2026, 22:30 UTC"


def test_readers_think_in_the_zone_of_the_council_or_the_country() -> None:
    report, edition = alert()
    assert documents.zone_of(report, edition) == "Africa/Nairobi"
    report.council = Council(slug="oslo", name="Oslo", time_zone="Europe/Oslo")
    assert documents.zone_of(report, edition) == "Europe/Oslo"
    report.council = None
    edition.locate([("KE", ""), ("NG", "")])
    assert documents.zone_of(report, edition) == "UTC"


def test_difference_tells_places_words_times_and_ratings() -> None:
    _, before = alert("March", expires_at=HOUR_14, level=2)
    _, after = alert(
        "Marches", severity="emergency", marking="GREEN", expires_at=HOUR_15, event_from=HOUR_14
    )
    before.locate([("KE", "Nairobi"), ("KE", "Kisumu"), ("UG", "")])
    after.locate([("KE", "Nairobi", "lifted"), ("KE", "Mombasa"), ("UG", "")])
    before.sections = [{"heading": "Crime", "body": "Much.", "rating": "HIGH"}]
    after.sections = [{"heading": "Crime", "body": "Little.", "rating": "LOW"}]
    difference = documents.differences(before, after, zone="UTC")
    assert difference.facts == (
        "Nairobi, Kenya: lifted.",
        "Mombasa, Kenya: added.",
        "Kisumu, Kenya: no longer named.",
        "Title: “Marches”, was “March”.",
        "Severity: Emergency, was Security.",
        "Level: none, was 2.",
        "Marking: TLP:GREEN, was TLP:CLEAR.",
        "When: from 17 Aug 2026, 12:00 UTC, was none.",
        "Holds until: 17 Aug 2026, 13:00 UTC, was 17 Aug 2026, 12:00 UTC.",
        "Crime rated LOW, was HIGH.",
    )
    assert difference.summary == "1 section changed, and 10 details"
    assert difference.line.startswith("1 section changed: Crime. Nairobi, Kenya: lifted.")


def test_place_that_flares_up_again_is_told() -> None:
    _, before = alert()
    _, after = alert()
    before.locate([("KE", "Nairobi", "lifted")])
    difference = documents.differences(before, after, zone="UTC")
    assert (difference.summary, difference.line) == (
        "1 detail changed",
        "Nairobi, Kenya: active again.",
    )


@pytest.mark.parametrize(
    ("old", "new", "is_told"),
    [
        ("Security Alert: Nairobi, march", "Security Alert Update 1: Nairobi, march", False),
        ("Security Alert Update 9: Nairobi", "Security Alert Update 10: Nairobi", False),
        ("Security Alert Update 1: Nairobi", "Security Alert Update 2: Mombasa", True),
        ("Firmware Update 1", "Firmware Update 2", True),
    ],
)
def test_number_of_an_update_is_no_news_of_its_title(old: str, new: str, *, is_told: bool) -> None:
    facts = documents.differences(alert(old)[1], alert(new)[1], zone="UTC").facts
    assert bool(facts) == is_told


def test_equal_editions_differ_in_nothing() -> None:
    difference = documents.differences(alert()[1], alert()[1], zone="UTC")
    assert (difference.summary, difference.line) == ("Nothing changed", "")


def test_line_names_four_sections_and_counts_the_rest() -> None:
    (_, before), (_, after) = alert(), alert()
    for edition, word in ((before, "Old"), (after, "New")):
        edition.sections = [{"heading": f"Part {one}", "body": f"{word}."} for one in range(6)]
    line = documents.differences(before, after, zone="UTC").line
    assert line == "6 sections changed: Part 0, Part 1, Part 2, Part 3, 2 more."
