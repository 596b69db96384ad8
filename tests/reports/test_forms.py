"""What a chair types: every slip comes back in words, with what was typed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from osac_share.councils.models import Council
from osac_share.reports.forms import (
    LONGEST_SECTION,
    MOST_TOPICS,
    SECTIONS,
    AlertForm,
    as_list,
    lines_of,
    words_of,
)
from osac_share.reports.models import Edition
from osac_share.taxonomy.queries import located

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

pytestmark = pytest.mark.one_database

KENYA = Council(id=1, slug="kenya", name="Kenya", time_zone="Africa/Nairobi")
NIGERIA = Council(id=2, slug="nigeria", name="Nigeria", time_zone="Africa/Lagos")
GOOD: dict[str, str | list[str]] = {
    "council": "1",
    "alert_kind": "demonstration",
    "title": "Nairobi: march to the parliament",
    "places": "Nairobi, Kenya\nUganda",
    "topics": ["civil-unrest", "crime"],
    "severity": "security",
    "expires": "2026-03-09T18:00",
    "location": "The central market.",
    "event": "A march is expected from noon.",
    "actions": "Avoid the area.",
    "assistance": "Call the duty officer.",
    "marking": "GREEN",
    "lock": "3",
}


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/reports/new", method="POST"):
        yield


def typed(**changes: str | list[str] | None) -> AlertForm:
    fields = {name: value for name, value in (GOOD | changes).items() if value is not None}
    form = AlertForm([KENYA, NIGERIA], formdata=MultiDict(fields))
    form.validate()
    return form


def test_complete_alert_is_accepted() -> None:
    form = typed()
    assert form.errors == {}
    assert form.located() == [("KE", "Nairobi"), ("UG", "")]
    assert [section["heading"] for section in form.written_sections()] == [
        "Location",
        "Event",
        "Actions to take",
        "Assistance",
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "", "Give the alert a title."),
        ("title", None, "Give the alert a title."),
        ("title", "x" * 301, "300"),
        ("places", "", "Name at least one country."),
        ("places", " \n \n", "Name at least one country."),
        ("places", "Kenya\nAtlantis\nNairobi", "“Atlantis”"),
        ("places", "Nairobi; Kenya", "“Nairobi; Kenya”"),
        ("places", "x\n" * 1999, "“x”"),
        ("topics", ["crime", "health", "weather", "cyber"], "at most 3 topics"),
        ("topics", ["nonsense"], "nonsense"),
        ("severity", "terrible", "choice"),
        ("alert_kind", "nonsense", "choice"),
        ("marking", "RED", "choice"),
        ("marking", "WHITE", "choice"),
        ("council", "99", "choice"),
        ("council", "nairobi", "coerce"),
        ("council", None, "choice"),
        ("expires", "", "Say until when"),
        ("expires", "next week", "Not a valid"),
        ("expires", "2026-02-30T10:00", "Not a valid"),
        ("expires", "0001-01-01T00:00", "year"),
        ("expires", "9999-12-31T23:59", "year"),
        ("event", "", "Say what happened"),
        ("event", "x" * (LONGEST_SECTION + 1), str(LONGEST_SECTION)),
        ("actions", "", "Say what people should do."),
        ("lock", "many", "Not a valid integer"),
    ],
)
def test_slip_is_named_at_its_field(field: str, value: str | list[str] | None, words: str) -> None:
    form = typed(**{field: value})
    assert list(form.errors) == [field]
    assert words in " ".join(form.errors[field])


def test_location_and_assistance_may_be_left_out() -> None:
    assert typed(location=None, assistance="").errors == {}


def test_slip_keeps_everything_else_as_it_was_typed() -> None:
    form = typed(places="Atlantis", expires="next week")
    assert form.places.data == "Atlantis"
    assert 'value="next week"' in form.expires()
    assert (form.event.data, form.topics.data) == (GOOD["event"], GOOD["topics"])


def test_end_is_typed_in_the_time_of_the_chosen_council() -> None:
    assert typed().expires_at() == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    assert typed(council="2").expires_at() == datetime(2026, 3, 9, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("wall_time", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_hour_that_the_clock_skips_or_repeats_has_a_meaning(wall_time: str) -> None:
    oslo = Council(id=1, slug="norway", name="Norway", time_zone="Europe/Oslo")
    form = AlertForm([oslo], formdata=MultiDict(GOOD | {"expires": wall_time}))
    assert form.validate()
    assert form.expires_at() is not None


def test_invisible_characters_do_not_come_in() -> None:
    form = typed(title="Nai\u202erobi:\u200b march\x00", event="One\x00\r\nTwo\u2028Three")
    assert form.title.data == "Nairobi: march"
    assert form.written_sections()[1]["body"] == "One\nTwo\nThree"


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("Kenya", [("KE", "")]),
        ("kenya", [("KE", "")]),
        ("KE", [("KE", "")]),
        ("  Nairobi ,  Kenya ", [("KE", "Nairobi")]),
        ("Westlands, Nairobi, Kenya", [("KE", "Westlands, Nairobi")]),
        ("Zanzibar", [("TZ", "Zanzibar")]),
        ("Nairobi", []),
        (",", []),
        (", Kenya", [("KE", "")]),
        ("", []),
    ],
)
def test_line_leads_to_its_country(line: str, places: list[tuple[str, str]]) -> None:
    assert located(line) == places


@given(text=st.text(max_size=200))
def test_any_line_is_located_without_failing(text: str) -> None:
    for line in lines_of(text):
        assert all(len(iso2) == 2 and len(place) <= 120 for iso2, place in located(line))


def test_place_named_twice_counts_once() -> None:
    assert typed(places="Kenya\nKE\nNairobi, Kenya\nNairobi, KE").located() == [
        ("KE", ""),
        ("KE", "Nairobi"),
    ]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("Avoid the area.\n\nMonitor media.", "- Avoid the area.\n- Monitor media."),
        ("- Avoid the area.\n- Monitor media.", "- Avoid the area.\n- Monitor media."),
        ("1. Stay in.\n2. Call.", "1. Stay in.\n2. Call."),
        ("", ""),
    ],
)
def test_actions_become_a_list_unless_they_are_one(body: str, shown: str) -> None:
    assert as_list(body) == shown
    assert as_list(shown) == shown


def test_draft_comes_back_into_the_form_as_it_was_typed() -> None:
    form = typed(topics=["crime", "civil-unrest"][:MOST_TOPICS])
    draft = Edition(
        title=form.title.data,
        sections=form.written_sections(),
        severity="security",
        marking="GREEN",
        alert_kind="demonstration",
        expires_at=form.expires_at(),
        lock=3,
    )
    draft.locate(form.located())
    draft.about(form.topics.data or ())
    again = AlertForm([KENYA], formdata=None, data=words_of(draft, KENYA))
    for name in (*SECTIONS[:2], "assistance", "title", "severity", "marking", "expires", "lock"):
        assert again[name].data == form[name].data
    assert again.places.data == "Nairobi, Kenya\nUganda"
    assert again.located() == form.located()
    assert sorted(again.topics.data or ()) == ["civil-unrest", "crime"]
