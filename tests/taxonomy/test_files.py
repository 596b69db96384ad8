"""A file of fixed words that contradicts itself is refused, and the message says where."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from osac_share.taxonomy.documents import (
    BrokenFileError,
    atlas,
    check_atlas,
    check_products,
    check_subjects,
    parse,
    products,
    subjects,
)
from osac_share.taxonomy.models import Area, Products, Topic, TopicGroup
from osac_share.taxonomy.queries import country

CHAPTER = 'kinds = []\n[[chapters]]\nslug = "a"\nlabel = "A"\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kinds = [", "kinds.toml"),
        ("kinds = []", "chapters"),
        (CHAPTER + "colour = 3\n", "colour"),
        (CHAPTER + "headings = 3\n", "headings"),
    ],
)
def test_a_malformed_file_is_refused_by_name(text: str, message: str) -> None:
    with pytest.raises(BrokenFileError, match=message):
        parse("kinds.toml", text, Products)


def test_a_well_formed_file_is_read() -> None:
    assert parse("kinds.toml", CHAPTER, Products).chapters[0].label == "A"


def test_a_name_for_two_countries_is_refused() -> None:
    sheet = atlas()
    twin = replace(country("FR"), iso2="QQ", iso3="QQQ", numeric=None, fips=None, synonyms=())
    with pytest.raises(BrokenFileError, match="name used twice: france"):
        check_atlas(replace(sheet, countries=(*sheet.countries, twin)))


def test_a_code_used_twice_is_refused() -> None:
    sheet = atlas()
    twin = replace(country("FR"), name="Elsewhere", synonyms=())
    with pytest.raises(BrokenFileError, match="iso2 used twice: FR"):
        check_atlas(replace(sheet, countries=(*sheet.countries, twin)))


def test_an_area_of_an_unknown_country_is_refused() -> None:
    sheet = atlas()
    area = Area(name="Nowhere", countries=("QQ",))
    with pytest.raises(BrokenFileError, match="unknown country: QQ"):
        check_atlas(replace(sheet, areas=(*sheet.areas, area)))


def test_an_unknown_region_is_refused() -> None:
    sheet = atlas()
    with pytest.raises(BrokenFileError, match="unknown region: WHA"):
        check_atlas(replace(sheet, regions=sheet.regions[1:]))


@pytest.mark.parametrize(
    ("topic", "message"),
    [
        (Topic("crime", "Other crime", "C"), "slug used twice: crime"),
        (Topic("sport", "Sport", "X"), "unknown indicator: X"),
        (Topic("sport", "Sport", "O", ("Riots",)), "topic used twice: riots"),
    ],
)
def test_a_contradictory_topic_is_refused(topic: Topic, message: str) -> None:
    sheet = subjects()
    group = TopicGroup("more", "More", (topic,))
    with pytest.raises(BrokenFileError, match=message):
        check_subjects(replace(sheet, groups=(*sheet.groups, group)))


def test_a_kind_with_an_unknown_marking_is_refused() -> None:
    with pytest.raises(BrokenFileError, match="unknown marking: GREEN"):
        check_products(products(), {"CLEAR"})


def test_entries_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        country("FR").name = "Elsewhere"  # type: ignore[misc]
    assert not hasattr(country("FR"), "__dict__")
