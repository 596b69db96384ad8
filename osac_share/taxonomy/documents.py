"""Read the files beside this module, once, and refuse them when they contradict themselves."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

from pydantic import TypeAdapter, ValidationError

from osac_share.taxonomy.models import Atlas, Products, Subjects, Vocabulary, fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from osac_share.taxonomy.models import Area, Country

Sheet = TypeVar("Sheet")


class BrokenFileError(ValueError):
    """A file of fixed words is not what it should be; the message names the file and the entry."""


@cache
def atlas() -> Atlas:
    """Return regions, countries and areas, checked."""
    sheet = parse("countries.toml", _text("countries.toml"), Atlas)
    check_atlas(sheet)
    return sheet


@cache
def subjects() -> Subjects:
    """Return topics, indicators and levels, checked. Each topic knows its group."""
    sheet = parse("topics.toml", _text("topics.toml"), Subjects)
    groups = tuple(
        replace(group, topics=tuple(replace(topic, parent=group.slug) for topic in group.topics))
        for group in sheet.groups
    )
    sheet = replace(sheet, groups=groups)
    check_subjects(sheet)
    return sheet


@cache
def vocabulary() -> Vocabulary:
    """Return the short vocabularies, checked."""
    sheet = parse("words.toml", _text("words.toml"), Vocabulary)
    for name in Vocabulary.__dataclass_fields__:
        _once("words.toml", f"{name} code", (word.code for word in getattr(sheet, name)))
    return sheet


@cache
def products() -> Products:
    """Return kinds of report and chapters, checked."""
    sheet = parse("kinds.toml", _text("kinds.toml"), Products)
    check_products(sheet, {marking.code for marking in vocabulary().markings})
    return sheet


def parse(name: str, text: str, sheet: type[Sheet]) -> Sheet:
    """Read TOML into a `sheet`, or raise `BrokenFileError` that tells what is wrong where."""
    try:
        return TypeAdapter(sheet).validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BrokenFileError(f"{name}: {error}") from error


def check_atlas(sheet: Atlas) -> None:
    """Refuse codes used twice, unknown regions and countries, and names that lead to two places."""
    name = "countries.toml"
    _once(name, "region", (region.code for region in sheet.regions))
    _once(name, "iso2", (country.iso2 for country in sheet.countries))
    _once(name, "iso3", (country.iso3 for country in sheet.countries))
    _once(name, "numeric", (country.numeric for country in sheet.countries if country.numeric))
    items: tuple[Country | Area, ...] = (*sheet.countries, *sheet.areas)
    _once(name, "fips", (item.fips for item in items if item.fips))
    _known(name, "region", {r.code for r in sheet.regions}, (c.region for c in sheet.countries))
    codes = {country.iso2 for country in sheet.countries}
    _known(name, "country", codes, (code for area in sheet.areas for code in area.countries))
    keys = [fold(country.iso2) for country in sheet.countries]
    keys += [fold(country.iso3) for country in sheet.countries]
    keys += [fold(text) for item in items for text in item.names]
    _once(name, "name", keys)


def check_subjects(sheet: Subjects) -> None:
    """Refuse letters, slugs and aliases used twice, and topics without a known indicator."""
    name = "topics.toml"
    topics = [topic for group in sheet.groups for topic in group.topics]
    _once(name, "indicator", (indicator.letter for indicator in sheet.indicators))
    _once(name, "level", (str(level.level) for level in sheet.levels))
    slugs = [group.slug for group in sheet.groups] + [topic.slug for topic in topics]
    _once(name, "slug", slugs)
    letters = {indicator.letter for indicator in sheet.indicators}
    _known(name, "indicator", letters, (topic.indicator for topic in topics))
    _once(name, "topic", (key for topic in topics for key in {fold(n) for n in topic.names}))


def check_products(sheet: Products, markings: set[str]) -> None:
    """Refuse codes and headings used twice, and kinds whose marking is not among `markings`."""
    name = "kinds.toml"
    _once(name, "kind", (kind.code for kind in sheet.kinds))
    _known(name, "marking", markings, (kind.marking for kind in sheet.kinds))
    for kind in sheet.kinds:
        _once(name, f"{kind.code} heading", (fold(part.heading) for part in kind.sections))
    _once(
        name, "chapter", (key for item in sheet.chapters for key in {fold(n) for n in item.names})
    )


def _text(name: str) -> str:
    return files("osac_share.taxonomy").joinpath(name).read_text(encoding="utf-8")


def _once(name: str, what: str, keys: Iterable[str]) -> None:
    twice = sorted(key for key, count in Counter(keys).items() if count > 1)
    if twice:
        raise BrokenFileError(f"{name}: {what} used twice: {', '.join(twice)}")


def _known(name: str, what: str, known: set[str], used: Iterable[str]) -> None:
    unknown = sorted(set(used) - known)
    if unknown:
        raise BrokenFileError(f"{name}: unknown {what}: {', '.join(unknown)}")
