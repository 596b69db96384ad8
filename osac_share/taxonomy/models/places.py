"""Regions, countries, and areas that have a name but no code of their own."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from osac_share.taxonomy.models.names import Entry, plain


@dataclass(frozen=True, slots=True)
class Region(Entry):
    """One of the six regions of the Department of State, with the label OSAC prints."""

    code: str
    label: str
    sort: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Country(Entry):
    """A country or dependent area with an ISO 3166-1 code (Kosovo: the user-assigned XK).

    `numeric` keeps its leading zeros. `fips` is the FIPS 10-4 code and must never be mistaken for
    `iso2`. `abroad` is false for the United States and its territories. `listed` is false for areas
    without permanent residents, which menus leave out.
    """

    iso2: str
    iso3: str
    name: str
    region: str
    time_zone: str
    numeric: str | None = None
    fips: str | None = None
    capital: str | None = None
    synonyms: tuple[str, ...] = ()
    abroad: bool = True
    listed: bool = True

    @property
    def sort_key(self) -> str:
        """Return what lists are ordered by: the name without accents or "The"."""
        return plain(self.name)

    @property
    def zone(self) -> ZoneInfo:
        """Return the country's main time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name and all synonyms."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Area(Entry):
    """A name for part of one country, or for several countries together."""

    name: str
    countries: tuple[str, ...]
    fips: str | None = None
    synonyms: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name and all synonyms."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True, slots=True)
class Place:
    """What a name on a map stands for: its countries, the main one first.

    `place` names the part of the country that is meant, and is None when the whole is meant.
    """

    countries: tuple[Country, ...]
    place: str | None = None

    @property
    def country(self) -> Country:
        """Return the main country."""
        return self.countries[0]


@dataclass(frozen=True, slots=True)
class Atlas(Entry):
    """All places, as the file has them."""

    regions: tuple[Region, ...]
    countries: tuple[Country, ...]
    areas: tuple[Area, ...]
