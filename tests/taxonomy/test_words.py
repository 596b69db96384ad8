"""Kinds of report, chapters, markings and the other short vocabularies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from osac_share.kernel.errors import NotFound
from osac_share.taxonomy import queries

if TYPE_CHECKING:
    from collections.abc import Callable

CODES = {
    "kinds": "alert advisory country_security_report analysis situation_report evacuation_notice "
    "reward_notice grant_notice training_notice announcement country_information",
    "alert_kinds": "security demonstration health weather natural_disaster message",
    "severities": "emergency security routine",
    "states": "draft in_review published all_clear cancelled expired withdrawn",
    "place_statuses": "active lifted",
    "markings": "CLEAR GREEN AMBER AMBER_STRICT RED",
    "departure_statuses": "normal authorized_departure ordered_departure suspended",
    "organization_types": "company education faith nonprofit associate government",
    "council_kinds": "country countries city regional sector",
    "post_kinds": "embassy consulate_general consulate consular_agency mission branch_office",
    "seat_kinds": "chair_public cochair_private steering secretary member",
}

LOOKUPS: list[tuple[Callable[[str], Any], Callable[[], tuple[Any, ...]]]] = [
    (queries.kind, queries.kinds),
    (queries.alert_kind, queries.alert_kinds),
    (queries.severity, queries.severities),
    (queries.state, queries.states),
    (queries.place_status, queries.place_statuses),
    (queries.marking, queries.markings),
    (queries.stock_action, queries.stock_actions),
    (queries.departure_status, queries.departure_statuses),
    (queries.organization_type, queries.organization_types),
    (queries.sector, queries.sectors),
    (queries.council_kind, queries.council_kinds),
    (queries.post_kind, queries.post_kinds),
    (queries.seat_kind, queries.seat_kinds),
]


@pytest.mark.parametrize(("name", "codes"), CODES.items())
def test_codes_are_those_the_database_keeps(name: str, codes: str) -> None:
    assert [item.code for item in getattr(queries, name)()] == codes.split()


@pytest.mark.parametrize(("one", "every"), LOOKUPS)
def test_every_word_is_found_by_its_code_and_nothing_else(
    one: Callable[[str], Any], every: Callable[[], tuple[Any, ...]]
) -> None:
    assert every()
    for item in every():
        assert one(item.code) is item
        assert item.label.strip() == item.label != ""
    with pytest.raises(NotFound, match="There is no"):
        one("nonsense")


def test_marking_labels_are_exactly_those_of_tlp_2() -> None:
    assert [item.label for item in queries.markings()] == [
        "TLP:CLEAR",
        "TLP:GREEN",
        "TLP:AMBER",
        "TLP:AMBER+STRICT",
        "TLP:RED",
    ]


def test_a_restricted_marking_names_the_community() -> None:
    restricted = [item for item in queries.markings() if item.code != "CLEAR"]
    assert all("Community: OSAC members." in item.meaning for item in restricted)
    assert all("Community: OSAC members." in item.sight for item in restricted)


def test_severities_run_from_grave_to_slight_in_cap_words() -> None:
    words = [item.cap_severity for item in queries.severities()]
    assert words == ["Extreme", "Moderate", "Minor"]
    assert len({item.shape for item in queries.severities()}) == 3


def test_every_state_has_a_shape_of_its_own() -> None:
    shapes = [item.shape for item in queries.states()]
    assert len(shapes) == len(set(shapes))
    assert [item.code for item in queries.states() if item.ended] == [
        "all_clear",
        "cancelled",
        "expired",
        "withdrawn",
    ]


def test_an_alert_has_its_four_sections_and_always_ends() -> None:
    alert = queries.kind("alert")
    headings = [part.heading for part in alert.sections]
    assert headings == ["Location", "Event", "Actions to take", "Assistance"]
    assert all(part.required for part in alert.sections)
    assert alert.expiry is not None
    assert (alert.expiry.required, alert.expiry.default_days, alert.expiry.max_days) == (
        True,
        7,
        90,
    )


def test_usual_markings_follow_the_handling_rules() -> None:
    clear = {item.code for item in queries.kinds() if item.marking == "CLEAR"}
    assert {"alert", "advisory", "country_security_report"} <= clear
    assert queries.kind("analysis").marking == "GREEN"
    assert queries.kind("situation_report").marking == "GREEN"


def test_registers_are_reviewed_and_news_expires_or_stays() -> None:
    registers = {item.code for item in queries.kinds() if item.is_register}
    assert registers == {"advisory", "country_security_report", "country_information"}
    for item in queries.kinds():
        assert item.is_register == (item.review_months is not None)
        assert item.expiry is None or 0 < item.expiry.default_days <= item.expiry.max_days


@pytest.mark.parametrize(
    ("code", "level", "months"),
    [
        ("advisory", 1, 12),
        ("advisory", 2, 12),
        ("advisory", 3, 6),
        ("advisory", 4, 6),
        ("advisory", None, 12),
        ("country_security_report", None, 12),
        ("alert", None, None),
        ("alert", 4, None),
    ],
)
def test_graver_advice_is_reviewed_sooner(code: str, level: int | None, months: int | None) -> None:
    assert queries.review_interval(code, level) == months


def test_no_section_heading_is_repeated_and_each_has_a_prompt() -> None:
    for item in queries.kinds():
        headings = [part.heading for part in item.sections]
        assert len(headings) == len(set(headings)) > 0
        assert all(part.prompt.endswith(".") for part in item.sections)


@pytest.mark.parametrize(
    ("heading", "slug"),
    [
        ("Advisory", "advisory"),
        ("Destination Description", "destination-description"),
        ("Embassies and Consulates", "embassies-and-consulates"),
        ("Entry, Exit and Visa Requirements", "entry-exit-visa"),
        ("Safety and Security", "safety-and-security"),
        ("Local Laws & Special Circumstances", "local-laws"),
        ("SPECIAL CIRCUMSTANCES", "local-laws"),
        ("Health", "health"),
        ("Travel and Transportation", "travel-and-transportation"),
        ("Quick Facts", "quick-facts"),
        ("Fact Sheet", "fact-sheet"),
        ("Consulates", "consulates"),
        ("Consular Agencies", "consulates"),
        ("U.S. Embassy Exampleville", "embassies-and-consulates"),
        ("Embassy", "embassies-and-consulates"),
        ("Weather and Natural Disasters", "safety-and-security"),
        ("Antigua", "other"),
        ("", "other"),
        ("x " * 100_000, "other"),
    ],
)
def test_a_heading_found_on_a_page_leads_to_its_chapter(heading: str, slug: str) -> None:
    assert queries.chapter_of(heading) == queries.chapter(slug)


def test_chapters_are_in_printed_order_and_the_rest_comes_last() -> None:
    assert [item.slug for item in queries.chapters()][0::11] == ["advisory", "other"]
    with pytest.raises(NotFound, match="There is no chapter"):
        queries.chapter("weather")
