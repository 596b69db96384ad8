"""Find regions, countries and areas by code or by any of their names."""

from __future__ import annotations

from bisect import bisect_left
from functools import cache
from typing import TYPE_CHECKING

from osac_share.taxonomy.documents import atlas
from osac_share.taxonomy.models import Area, Country, Place, Region, fold, plain
from osac_share.taxonomy.queries.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

UNTYPED = frozenset({"and", "of"})
"""Words at which nobody begins to type a name."""

_REGIONS: Registry[Region] = Registry(
    "region", sorted(atlas().regions, key=lambda region: region.sort), "code"
)
_COUNTRIES: Registry[Country] = Registry(
    "country", sorted(atlas().countries, key=lambda country: country.sort_key), "iso2"
)


def region(code: str) -> Region:
    """Return the region with this code (AF, EAP, EUR, NEA, SCA, WHA), or raise `NotFound`."""
    return _REGIONS.get(code)


def regions() -> tuple[Region, ...]:
    """Return the six regions in OSAC's order."""
    return _REGIONS.items


def country(code: str) -> Country:
    """Return the country with this ISO 3166-1 alpha-2 code, in capitals, or raise `NotFound`."""
    return _COUNTRIES.get(code)


def all_countries() -> tuple[Country, ...]:
    """Return every country and area with a code, the United States included, in order of name."""
    return _COUNTRIES.items


@cache
def countries(region: str | None = None) -> tuple[Country, ...]:
    """Return what a menu offers, in order of name: abroad, inhabited, and in `region` if given.

    Raises `NotFound` for an unknown region.
    """
    wanted = None if region is None else _REGIONS.get(region).code
    return tuple(
        country
        for country in all_countries()
        if country.abroad and country.listed and wanted in {None, country.region}
    )


def resolve_place(text: str) -> Place | None:
    """Return what a name or an ISO code stands for, or None.

    Spelling is forgiven as `fold` does. A country gives itself; part of a country gives the country
    and the place in it; a name for several countries, such as "French West Indies" or a bare
    "Congo", gives them all.
    """
    return _places().get(fold(text))


def located(line: str) -> list[tuple[str, str]]:
    """Return what a line such as "Kenya" or "Nairobi, Kenya" names, as `(iso2, place or "")`.

    Part of a country that the taxonomy knows ("Zanzibar") needs no country beside it. A line
    that leads nowhere gives an empty list.
    """
    if known := resolve_place(line):
        return [(country.iso2, known.place or "") for country in known.countries]
    city, comma, country_name = line.rpartition(",")
    country = find_country(country_name)
    return [(country.iso2, city.strip()[:120])] if comma and country else []


def find_country(text: str) -> Country | None:
    """Return the one country that a name or an ISO code leads to.

    Part of a country leads to it ("Scotland" to the United Kingdom). A name for several countries
    leads to None.
    """
    found = resolve_place(text)
    return found.country if found and len(found.countries) == 1 else None


def find_country_by_fips(code: str) -> Country | None:
    """Return the country with this FIPS 10-4 code, in capitals, or None.

    The codes are not ISO's: SU is Sudan and AU is Austria.
    """
    return _by_fips().get(code)


def suggest_countries(prefix: str, limit: int = 8) -> tuple[Country, ...]:
    """Return up to `limit` countries of which a name, or a word in one, begins with `prefix`.

    Countries whose own name begins so come first, then synonyms and parts, then later words. What
    menus leave out is left out here. An empty prefix suggests nothing.
    """
    start = plain(prefix)
    if not start:
        return ()
    keys = _beginnings()
    best: dict[str, int] = {}
    for key, rank, code in keys[bisect_left(keys, (start, 0, "")) :]:
        if not key.startswith(start):
            break
        best[code] = min(rank, best.get(code, rank))
    found = [country for country in countries() if country.iso2 in best]
    return tuple(sorted(found, key=lambda country: best[country.iso2])[:limit])


@cache
def _places() -> dict[str, Place]:
    places: dict[str, Place] = {}
    for item in atlas().countries:
        whole = Place((item,))
        places |= dict.fromkeys(map(fold, (item.iso2, item.iso3, *item.names)), whole)
    for area in atlas().areas:
        places |= dict.fromkeys(map(fold, area.names), _place_of(area))
    return places


def _place_of(area: Area) -> Place:
    within = tuple(country(code) for code in area.countries)
    return Place(within, area.name if len(within) == 1 else None)


@cache
def _by_fips() -> dict[str, Country]:
    codes = {area.fips: country(area.countries[0]) for area in atlas().areas if area.fips}
    return codes | {item.fips: item for item in atlas().countries if item.fips}


@cache
def _beginnings() -> list[tuple[str, int, str]]:
    """Return every text at which someone may begin to type, its rank and the country it means."""
    names = [(name, item.iso2) for item in atlas().countries for name in item.names]
    for area in atlas().areas:
        names += [(name, code) for name in area.names for code in area.countries]
    return sorted({entry for name, code in names for entry in _tails(name, code)})


def _tails(name: str, code: str) -> Iterator[tuple[str, int, str]]:
    first = 0 if name == country(code).name else 1
    for spelling in {plain(name), fold(name)}:
        words = spelling.split()
        for index, word in enumerate(words):
            if word not in UNTYPED:
                yield " ".join(words[index:]), 2 if index else first, code
