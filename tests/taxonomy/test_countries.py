"""Countries, regions and codes: complete, true and without contradiction."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

import pytest

from osac_share.kernel.errors import NotFound
from osac_share.taxonomy.queries import (
    all_countries,
    countries,
    country,
    find_country_by_fips,
    region,
    regions,
)

ISO = [line.split() for line in Path(__file__).with_name("iso_3166.txt").read_text().splitlines()]

REGIONS = {
    "AF": "SD SS MR DJ KM SO MU SC MG RE CV ST",
    "EAP": "MM MN TL HK MO TW PG NZ",
    "EUR": "RU TR GE AM AZ CY GL MT XK VA UA",
    "NEA": "EG MA DZ TN LY IL PS IR EH YE",
    "SCA": "AF PK IN LK MV KZ KG TJ TM UZ",
    "WHA": "MX CA US BM AW CW SX GF FK HT",
}
"""The places where regional bureaus and the geography of others most often part."""

FIPS = {
    "SU": "SD",
    "AU": "AT",
    "AS": "AU",
    "CH": "CN",
    "SZ": "CH",
    "GM": "DE",
    "GA": "GM",
    "SF": "ZA",
    "UK": "GB",
    "BM": "MM",
    "KV": "XK",
    "OD": "SS",
    "WE": "PS",
    "GZ": "PS",
    "JA": "JP",
    "NI": "NG",
    "NG": "NE",
    "NU": "NI",
}


def test_every_iso_country_is_present_with_its_three_codes_and_kosovo_beside_them() -> None:
    ours = [[item.iso2, item.iso3, item.numeric] for item in all_countries() if item.iso2 != "XK"]
    assert len(ISO) == 249
    assert sorted(ours, key=str) == ISO
    assert (country("XK").iso3, country("XK").numeric) == ("XKX", None)


def test_every_time_zone_exists_and_can_be_used() -> None:
    assert {item.time_zone for item in all_countries()} <= available_timezones()
    assert country("KE").zone.key == "Africa/Nairobi"


def test_regions_carry_the_printed_labels_in_order() -> None:
    assert [(item.code, item.label) for item in regions()] == [
        ("WHA", "Western Hemisphere"),
        ("EAP", "East Asia & Pacific"),
        ("EUR", "Europe"),
        ("NEA", "Near East"),
        ("SCA", "South Central Asia"),
        ("AF", "Africa"),
    ]
    assert region("NEA").label == "Near East"


@pytest.mark.parametrize(
    ("code", "expected"),
    [(code, name) for name, codes in REGIONS.items() for code in codes.split()],
)
def test_regions_are_those_of_the_state_department(code: str, expected: str) -> None:
    assert country(code).region == expected


@pytest.mark.parametrize(("fips", "iso2"), FIPS.items())
def test_fips_codes_are_not_mistaken_for_iso_codes(fips: str, iso2: str) -> None:
    found = find_country_by_fips(fips)
    assert found is not None
    assert found.iso2 == iso2


def test_every_fips_code_leads_back_to_its_country() -> None:
    coded = [item for item in all_countries() if item.fips]
    assert len(coded) > 240
    assert all(find_country_by_fips(item.fips or "") == item for item in coded)
    assert find_country_by_fips("XX") is None
    assert find_country_by_fips("SD") is None


def test_the_united_states_and_its_territories_are_not_abroad() -> None:
    home = {item.iso2 for item in all_countries() if not item.abroad}
    assert home == {"US", "AS", "GU", "MP", "PR", "UM", "VI"}


def test_menus_leave_out_home_and_places_where_nobody_lives() -> None:
    offered = {item.iso2 for item in countries()}
    hidden = {item.iso2 for item in all_countries()} - offered
    assert hidden == {"US", "AS", "GU", "MP", "PR", "UM", "VI", "BV", "HM", "TF", "GS", "IO"}


def test_menus_by_region_divide_the_whole_menu() -> None:
    parts = [item.iso2 for area in regions() for item in countries(area.code)]
    assert sorted(parts) == sorted(item.iso2 for item in countries())


def test_lists_are_ordered_by_name_without_accents_or_article() -> None:
    names = [item.name for item in countries()]
    assert names[0] == "Afghanistan"
    assert names.index("Åland Islands") == 1
    assert names.index("The Bahamas") == names.index("Azerbaijan") + 1
    assert names.index("Costa Rica") < names.index("Côte d'Ivoire") < names.index("Croatia")
    assert names.index("Samoa") > names.index("Saint Vincent and the Grenadines")


@pytest.mark.parametrize(
    ("code", "name"),
    [("MM", "Burma"), ("CV", "Cabo Verde"), ("CZ", "Czechia"), ("SZ", "Eswatini"),
     ("VA", "Holy See"), ("MK", "North Macedonia"), ("KP", "North Korea"), ("TR", "Turkey"),
     ("CI", "Côte d'Ivoire"), ("BS", "The Bahamas"), ("PS", "West Bank and Gaza")],
)  # fmt: skip
def test_names_are_those_of_the_state_department(code: str, name: str) -> None:
    assert country(code).name == name


def test_nearly_every_listed_country_has_a_capital() -> None:
    without = {item.iso2 for item in countries() if item.capital is None}
    assert without == {"AQ", "EH", "GI", "HK", "MO", "PS", "TK"}


@pytest.mark.parametrize("code", ["", "XX", "us", "USA", "SU", "United States"])
def test_an_unknown_code_is_not_found(code: str) -> None:
    with pytest.raises(NotFound, match="There is no country"):
        country(code)


def test_an_unknown_region_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no region"):
        countries("ASIA")
