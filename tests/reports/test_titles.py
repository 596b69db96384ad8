"""Titles in the grammar of the field."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.reports.documents.titles import LONGEST, find_subject, propose_title
from osac_share.reports.models import LIFTED, Place
from osac_share.taxonomy import queries as taxonomy

NAIROBI = Place("KE", "Nairobi")
MEXICO = [Place("MX", "Guadalajara"), Place("MX", "Puerto Vallarta")]


@pytest.mark.parametrize(
    ("kind", "alert_kind", "number", "places", "subject", "title"),
    [
        ("alert", "security", 0, [NAIROBI], "raid", "Security Alert: Nairobi (Kenya), raid"),
        (
            "alert",
            "security",
            7,
            [*MEXICO, Place("MX", "Tijuana", LIFTED)],
            "curfew",
            "Security Alert Update 7: Guadalajara and Puerto Vallarta (Mexico), curfew",
        ),
        (
            "alert",
            "health",
            0,
            [Place("KE")],
            "cholera",
            "Health Alert: Widespread (Kenya), cholera",
        ),
        (
            "alert",
            "weather",
            0,
            [Place("KE"), Place("UG")],
            "floods",
            "Weather Alert: Widespread (Kenya and Uganda), floods",
        ),
        (
            "alert",
            "security",
            0,
            [Place("UG", "Kampala"), NAIROBI],
            "theft",
            "Security Alert: Kampala (Uganda) and Nairobi (Kenya), theft",
        ),
        (
            "alert",
            "security",
            1,
            [Place("KE", "Nairobi", LIFTED)],
            "all clear",
            "Security Alert Update 1: Nairobi (Kenya), all clear",
        ),
        (
            "alert",
            "message",
            0,
            [NAIROBI],
            "town hall",
            "Message for U.S. Citizens: Nairobi (Kenya), town hall",
        ),
        (
            "situation_report",
            None,
            2,
            [Place("KE")],
            "floods",
            "Situation Report Update 2: Kenya, floods",
        ),
        ("country_security_report", None, 3, [Place("KE")], "", "Kenya Country Security Report"),
        (
            "country_security_report",
            None,
            0,
            [Place("KE")],
            "the coast",
            "Kenya Country Security Report: the coast",
        ),
        ("alert", "security", 0, [NAIROBI], "", ""),
        ("alert", "security", 0, [], "raid", ""),
    ],
)
def test_title_is_made_of_its_parts(
    kind: str,
    alert_kind: str | None,
    number: int,
    places: list[Place],
    subject: str,
    title: str,
) -> None:
    made = propose_title(kind, alert_kind, number, places, subject)
    assert made == title
    if title:
        assert find_subject(title, kind, alert_kind, places, updates=(9, number)) == subject


def test_day_of_the_event_ends_the_title() -> None:
    on = date(2018, 8, 17)
    title = propose_title("alert", "demonstration", 0, [Place("NO", "Oslo")], "march", on)
    assert title == "Demonstration Alert: Oslo (Norway), march (17 August 2018)"
    again = propose_title("alert", "demonstration", 0, [Place("NO", "Oslo")], title, on)
    assert again == title
    assert find_subject(title, "alert", "demonstration", [Place("NO", "Oslo")], on) == "march"


@pytest.mark.parametrize(
    "subject",
    [
        "Security Alert: raid",
        "security alert: SECURITY ALERT: raid",
        "Security Alert Update 3: raid",
        "Security Alert: Nairobi (Kenya), raid",
        "raid.",
    ],
)
def test_subject_does_not_repeat_what_the_title_says(subject: str) -> None:
    assert propose_title("alert", "security", 0, [NAIROBI], subject) == (
        "Security Alert: Nairobi (Kenya), raid"
    )


def test_colon_of_the_authors_own_stays() -> None:
    title = propose_title("alert", "security", 0, [NAIROBI], "raid: day two")
    assert title.endswith(", raid: day two")


def test_many_places_are_counted_instead_of_named() -> None:
    cities = [Place("KE", f"City {number}") for number in range(9)]
    assert "9 places (Kenya)" in propose_title("alert", "security", 0, cities, "raid")
    countries = [Place(country.iso2) for country in taxonomy.countries()[:9]]
    assert "Widespread (9 countries)" in propose_title("alert", "security", 0, countries, "raid")


def test_title_written_by_hand_has_no_subject_of_ours() -> None:
    assert find_subject("Nairobi: march", "alert", "security", [NAIROBI]) is None


@given(subject=st.text(max_size=400), number=st.integers(0, 99))
def test_any_subject_makes_a_title_that_fits(subject: str, number: int) -> None:
    title = propose_title("alert", "security", number, [NAIROBI], subject)
    assert len(title) <= LONGEST
    if title:
        found = find_subject(title, "alert", "security", [NAIROBI], updates=(number,))
        assert found is not None
        assert propose_title("alert", "security", number, [NAIROBI], found) == title
