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
    as_list,
    form_for,
    lines_of,
)
from osac_share.reports.models import (
    COUNCIL,
    Contents,
    Place,
    Window,
)
from osac_share.taxonomy.queries import located
from tests.reports.typed import GOOD, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def _request(app: Flask) -> Iterator[None]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context("/reports/new", method="POST"):
        yield


def test_complete_alert_is_accepted() -> None:
    form = typed()
    assert form.errors == {}
    assert form.located() == [Place("KE", "Nairobi"), Place("UG")]
    assert [section["heading"] for section in form.written_sections()] == [
        "Location",
        "Event",
        "Actions to take",
        "Assistance",
    ]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("title", "x" * 301, "300"),
        ("places", "Kenya\nAtlantis\nNairobi", "“Atlantis”"),
        ("places", "Nairobi; Kenya", "“Nairobi; Kenya”"),
        ("places", "x\n" * 1999, "“x”"),
        ("topics", ["crime", "health", "weather", "cyber"], "at most 3 topics"),
        ("topics", ["nonsense"], "nonsense"),
        ("severity", "terrible", "choice"),
        ("alert_kind", "nonsense", "choice"),
        ("marking", "TLP:RED", "choice"),
        ("marking", "WHITE", "choice"),
        ("council", "99", "choice"),
        ("council", "nairobi", "coerce"),
        ("council", None, "choice"),
        ("expires", "next week", "Not a valid"),
        ("expires", "2026-02-30T10:00", "Not a valid"),
        ("expires", "0001-01-01T00:00", "year"),
        ("expires", "9999-12-31T23:59", "year"),
        ("event_until", "later", "Not a valid"),
        ("subject", "x" * 201, "200"),
        ("narrowed_because", "x" * 501, "500"),
        ("event", "x" * (LONGEST_SECTION + 1), str(LONGEST_SECTION)),
        ("lock", "many", "Not a valid integer"),
    ],
)
def test_slip_is_named_at_its_field(field: str, value: str | list[str] | None, words: str) -> None:
    form = typed(**{field: value})
    assert list(form.errors) == [field]
    assert words in " ".join(form.errors[field])


@pytest.mark.parametrize(
    "field", ["title", "places", "expires", "location", "event", "actions", "assistance"]
)
def test_what_is_missing_stops_nobody_from_saving(field: str) -> None:
    for value in ("", " \n ", None):
        assert typed(**{field: value if field != "expires" else ""}).errors == {}


def test_slip_keeps_everything_else_as_it_was_typed() -> None:
    form = typed(places="Atlantis", expires="next week")
    assert form.places.data == "Atlantis"
    assert 'value="next week"' in form.expires()
    assert (form.event.data, form.topics.data) == (GOOD["event"], GOOD["topics"])


def test_end_is_typed_in_the_time_of_the_chosen_council() -> None:
    assert typed().moment("expires") == datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
    assert typed(council="2").moment("expires") == datetime(2026, 3, 9, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("wall_time", ["2026-03-29T02:30", "2026-10-25T02:30"])
def test_hour_that_the_clock_skips_or_repeats_has_a_meaning(wall_time: str) -> None:
    oslo = Council(id=1, slug="norway", name="Norway", time_zone="Europe/Oslo")
    form = form_for("alert", COUNCIL)([oslo], formdata=MultiDict(GOOD | {"expires": wall_time}))
    assert form.validate()
    assert form.moment("expires") is not None


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
        Place("KE"),
        Place("KE", "Nairobi"),
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


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"event_from": "2026-03-09T14:00", "event_until": "2026-03-09T13:00"}, "event_until"),
        (
            {"advised_from": "2026-03-09T14:00", "advised_until": "2026-03-09T13:00"},
            "advised_until",
        ),
        ({"event_from": "2026-03-09T14:00", "advised_from": "2026-03-09T14:01"}, "advised_from"),
        ({"event_until": "2026-03-09T15:00", "advised_until": "2026-03-09T14:59"}, "advised_until"),
        ({"event_from": "2026-03-09T14:00", "advised_until": "2026-03-09T15:00"}, ""),
        ({"event_from": "2026-03-09T14:00", "event_until": "2026-03-09T14:00"}, ""),
    ],
)
def test_people_are_kept_away_at_least_while_it_lasts(
    changes: dict[str, str | list[str] | None], refused: str
) -> None:
    assert list(typed(**changes).errors) == ([refused] if refused else [])


def test_windows_are_typed_in_the_time_of_the_council() -> None:
    form = typed(
        event_from="2026-03-09T14:00",
        event_until="2026-03-09T15:00",
        advised_from="2026-03-09T13:30",
        advised_until="2026-03-09T15:30",
    )
    contents = form.contents(Contents(title="", sections=[]))
    day = datetime(2026, 3, 9, tzinfo=UTC)
    assert contents.event == Window(day.replace(hour=11), day.replace(hour=12))
    assert contents.advised.begins == day.replace(hour=10, minute=30)


def test_ready_made_advice_is_added_once() -> None:
    for actions in ("", "Avoid the area.", "* avoid the area.\n* Call us."):
        form = typed(actions=actions, stock=["avoid_area", "low_profile"])
        body = form.written_sections()[2]["body"]
        assert body.casefold().count("avoid the area.") == 1
        assert body.endswith("- Keep a low profile.")


@pytest.mark.parametrize(
    ("title", "shown", "chosen"),
    [
        ("", "", "Demonstration Alert: Nairobi (Kenya), march"),
        ("Old proposal", "Old proposal", "Demonstration Alert: Nairobi (Kenya), march"),
        ("My own", "Old proposal", "My own"),
    ],
)
def test_title_is_proposed_unless_the_author_wrote_one(title: str, shown: str, chosen: str) -> None:
    form = typed(title=title, title_proposed=shown, subject="march", places="Nairobi, Kenya")
    assert form.chosen_title() == chosen
