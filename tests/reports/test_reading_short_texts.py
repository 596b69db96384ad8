"""A report in one message of a telephone: short, plain, and nobody's secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.councils.policy import MARKINGS
from osac_share.reports.documents import sms_text
from osac_share.reports.documents.short_text import GSM, ROOM
from osac_share.taxonomy import queries as taxonomy
from tests.reports.test_reading_words import alert

if TYPE_CHECKING:
    from osac_share.reports.models import Edition, Report

URL = "https://share.example.org/reports/abcdefghjkmnpqrstuvw"
OUTCOMES = ("holds", "all_clear", "cancelled", "withdrawn")


def told(
    action: str,
    place: str = "Nairobi",
    **fields: Any,  # noqa: ANN401 -- any field of an edition.
) -> tuple[Report, Edition]:
    report, edition = alert(**fields)
    edition.sections = [{"heading": "Actions to take", "body": action}]
    edition.locate([("KE", place)])
    return report, edition


def test_short_text_has_kind_city_action_and_link() -> None:
    text = sms_text(*told("- Leave by the north gate.\n- Avoid the area.", update_no=3), URL)
    assert text == f"Security Alert Update 3: Nairobi. Avoid the area. {URL}"


def test_author_words_serve_where_no_stock_advice_stands() -> None:
    text = sms_text(*told("- Call Pat at +254 20 555 0100.\n- Leave by the north gate."), URL)
    assert text == f"Security Alert: Nairobi. Leave by the north gate. {URL}"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Łódź", "Lodz"),
        ("São Paulo", "Sao Paulo"),
        ("N’Djamena", "N'Djamena"),
        ("القاهرة", "Kenya"),
        ("Zürich", "Zürich"),
        ("", "Kenya"),
    ],
)
def test_letters_that_a_telephone_lacks_are_written_otherwise(place: str, said: str) -> None:
    assert sms_text(*told("", place), URL) == f"Security Alert: {said}. {URL}"


def test_places_that_are_lifted_are_not_named() -> None:
    report, edition = alert()
    edition.locate([("MX", "Tijuana", "lifted"), ("MX", "Guadalajara"), ("MX", "Puerto Vallarta")])
    assert sms_text(report, edition, URL) == f"Security Alert: Guadalajara and 1 more. {URL}"


def test_drill_and_end_come_first_and_an_end_asks_for_nothing() -> None:
    drilled = told("- Avoid the area.", is_exercise=True, outcome="all_clear", update_no=2)
    assert sms_text(*drilled, URL) == f"EXERCISE: ALL CLEAR: Security Alert: Nairobi. {URL}"


@pytest.mark.parametrize("marking", ["AMBER_STRICT", "RED"])
def test_withheld_report_tells_only_that_it_is_there(marking: str) -> None:
    text = sms_text(*told("- Avoid the area.", marking=marking), URL)
    assert text == f"A new report is waiting for you. {URL}"
    text = sms_text(*told("- Avoid the area.", marking=marking, is_exercise=True), URL)
    assert text == f"EXERCISE: A new report is waiting for you. {URL}"


def test_advice_gives_way_before_the_city_and_the_link() -> None:
    text = sms_text(*told("- " + "Walk on " * 30, "Nairobi"), URL)
    assert text == f"Security Alert: Nairobi. {URL}"
    text = sms_text(*told("- Avoid the area.", "X" * 120), URL)
    assert text == f"Security Alert. {URL}"


@given(
    action=st.text(max_size=200),
    place=st.text(max_size=60),
    kind=st.sampled_from([kind.code for kind in taxonomy.kinds()]),
    marking=st.sampled_from(MARKINGS),
    outcome=st.sampled_from(OUTCOMES),
    update_no=st.integers(0, 10_000),
    is_exercise=st.booleans(),
)
def test_short_text_always_fits_and_every_telephone_can_show_it(
    *,
    action: str,
    place: str,
    kind: str,
    marking: str,
    outcome: str,
    update_no: int,
    is_exercise: bool,
) -> None:
    report, edition = told(
        action,
        place,
        kind=kind,
        marking=marking,
        outcome=outcome,
        update_no=update_no,
        is_exercise=is_exercise,
    )
    text = sms_text(report, edition, URL)
    assert len(text) <= ROOM
    assert set(text) <= GSM
    assert "\n" not in text
    assert text.endswith(f" {URL}")
    assert text.startswith("EXERCISE: ") == is_exercise


@given(
    before=st.text(max_size=30),
    name=st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True),
    number=st.from_regex(r"\+?\d{2,4}[ .-]\d{3,4}[ .-]\d{3,4}", fullmatch=True),
)
def test_no_address_or_number_of_a_person_travels(before: str, name: str, number: str) -> None:
    for personal in (name, number):
        text = sms_text(*told(f"{before} {personal}"), URL).removesuffix(URL)
        assert "@" not in text
        assert not re.search(r"\d{3}", text)
