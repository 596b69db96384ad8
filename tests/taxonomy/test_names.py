"""Names people type, and to which country they lead."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.taxonomy.models import fold
from osac_share.taxonomy.queries import (
    all_countries,
    countries,
    find_country,
    resolve_place,
    suggest_countries,
)

if TYPE_CHECKING:
    from collections.abc import Callable

PUBLISHED = "OSAC_TEST_COUNTRY_INFORMATION"
"""The path of published country pages (gzip, one JSON object a line), where there are any."""

HARD = {
    "Cote d'Ivoire": "CI",
    "Cote d\u2019Ivoire": "CI",
    "Ivory Coast": "CI",
    "North Korea (Democratic People's Republic of Korea)": "KP",
    "Burma (Myanmar)": "MM",
    "Myanmar": "MM",
    "The Bahamas": "BS",
    "Bahamas, The": "BS",
    "Bonaire, Sint Eustatius and Saba": "BQ",
    "Bonaire": "BQ",
    "Saba": "BQ",
    "Sint Eustatius": "BQ",
    "Curacao": "CW",
    "Sint Maarten": "SX",
    "The Kyrgyz Republic": "KG",
    "French West Indies": "GP",
    "Democratic Republic of the Congo (D.R.C.)": "CD",
    "DRC": "CD",
    "Congo-Kinshasa": "CD",
    "Congo-Brazzaville": "CG",
    "Republic of the Congo": "CG",
    "Israel, the West Bank and Gaza": "IL",
    "West Bank": "PS",
    "Gaza Strip": "PS",
    "Federated States of Micronesia": "FM",
    "Solomon Island": "SB",
    "Saint Vincent and The Grenadines": "VC",
    "St. Vincent & the Grenadines": "VC",
    "Russian Federation": "RU",
    "Macao": "MO",
    "Hong Kong SAR": "HK",
    "Swaziland": "SZ",
    "Holland": "NL",
    "England": "GB",
    "N. Ireland": "GB",
    "U.K.": "GB",
    "UAE": "AE",
    "KSA": "SA",
    "ROK": "KR",
    "DPRK": "KP",
    "PRC": "CN",
    "Cape Verde": "CV",
    "East Timor": "TL",
    "Vatican": "VA",
    "TÜRKİYE": "TR",
    "Czech Republic": "CZ",
    "Zanzibar": "TZ",
    "Crimea": "UA",
    "trinidad & tobago": "TT",
    "Korea, Republic of": "KR",
    "Iran, Islamic Republic of": "IR",
    "usa": "US",
    "mx": "MX",
}


def published() -> dict[str, str | None]:
    path = os.environ.get(PUBLISHED)
    if not path:
        return {}
    with gzip.open(Path(path), "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    return {page["country"]: page["iso2"] for page in pages}


def spellings() -> list[tuple[str, str]]:
    return [(name, item.iso2) for item in all_countries() for name in item.names]


@pytest.mark.parametrize(("name", "iso2"), HARD.items())
def test_a_hard_name_leads_to_its_country(name: str, iso2: str) -> None:
    place = resolve_place(name)
    assert place is not None
    assert place.country.iso2 == iso2


def test_every_country_of_the_published_pages_is_known() -> None:
    pages = published() | HARD
    for name, iso2 in pages.items():
        place = resolve_place(name)
        assert place is not None, name
        assert iso2 in {None, place.country.iso2}, name


@pytest.mark.parametrize("change", [str, str.upper, str.lower, str.title, str.swapcase])
def test_every_name_finds_its_own_country_in_any_case(change: Callable[[str], str]) -> None:
    for name, iso2 in spellings():
        found = find_country(change(name))
        assert found is not None, name
        assert found.iso2 == iso2, name


def test_no_name_leads_to_two_countries() -> None:
    owners: dict[str, set[str]] = {}
    for name, iso2 in spellings():
        owners.setdefault(fold(name), set()).add(iso2)
    assert not {name: codes for name, codes in owners.items() if len(codes) > 1}


@given(st.sampled_from(spellings()), st.sampled_from([" ", "  ", "-", ", ", " / ", "\u00a0"]))
def test_spacing_and_punctuation_do_not_matter(spelling: tuple[str, str], gap: str) -> None:
    name, iso2 = spelling
    found = find_country(f"The {gap.join(name.split())}{gap}")
    assert found is not None
    assert found.iso2 == iso2


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=60))
def test_any_text_is_answered_without_error(text: str) -> None:
    place = resolve_place(text)
    assert find_country(text) == (place.country if place and len(place.countries) == 1 else None)
    assert len(suggest_countries(text)) <= 8


@pytest.mark.parametrize("text", ["", "the", "...", "Atlantis", "Utopia", "OSAC", "Paris"])
def test_what_is_no_country_is_not_found(text: str) -> None:
    assert resolve_place(text) is None
    assert find_country(text) is None


def test_part_of_a_country_is_a_place_within_it() -> None:
    place = resolve_place("st. eustatius")
    assert place is not None
    assert (place.country.iso2, place.place) == ("BQ", "Sint Eustatius")
    whole = resolve_place("Kenya")
    assert whole is not None
    assert whole.place is None


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("French West Indies", ["GP", "MQ", "MF", "BL"]),
        ("Israel, the West Bank and Gaza", ["IL", "PS"]),
        ("Congo", ["CD", "CG"]),
        ("Korea", ["KP", "KR"]),
        ("Channel Islands", ["GG", "JE"]),
    ],
)
def test_a_name_for_several_countries_gives_them_all(name: str, codes: list[str]) -> None:
    place = resolve_place(name)
    assert place is not None
    assert [item.iso2 for item in place.countries] == codes
    assert place.place is None
    assert find_country(name) is None


def test_suggestions_put_the_own_name_first() -> None:
    assert [item.iso2 for item in suggest_countries("ni")][:3] == ["NI", "NE", "NG"]
    assert suggest_countries("mya")[0].iso2 == "MM"
    assert suggest_countries("Saint L") == suggest_countries("st. l")
    assert {item.iso2 for item in suggest_countries("korea")} == {"KP", "KR"}
    assert {item.iso2 for item in suggest_countries("congo")} == {"CD", "CG"}
    assert suggest_countries("scot")[0].iso2 == "GB"


def test_suggestions_are_few_known_to_menus_and_none_for_nothing() -> None:
    assert len(suggest_countries("s")) == 8
    assert len(suggest_countries("s", limit=3)) == 3
    assert suggest_countries(" the ") == ()
    assert suggest_countries("puerto") == ()
    assert suggest_countries("zzz") == ()


def test_every_country_on_offer_is_suggested_for_its_own_name() -> None:
    for item in countries():
        assert suggest_countries(item.name)[0] == item
