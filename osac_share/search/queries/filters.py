"""The values of filters: as people type them, and as the index holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.queries import all_councils
from osac_share.search.index import parse
from osac_share.search.models import Tag
from osac_share.taxonomy import queries as taxonomy
from osac_share.taxonomy.models import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from osac_share.search.models import Query

    Known = Iterable[tuple[str, str]]

_WORDS: dict[str, Callable[[], Known]] = {
    "region": lambda: ((one.code, one.label) for one in taxonomy.regions()),
    "kind": lambda: ((one.code, one.label) for one in taxonomy.kinds()),
    "severity": lambda: ((one.code, one.label) for one in taxonomy.severities()),
    "marking": lambda: ((one.code, one.label) for one in taxonomy.markings()),
    "state": lambda: ((one.code, one.label) for one in taxonomy.states()),
    "level": lambda: ((str(one.level), one.title) for one in taxonomy.advisory_levels()),
}


def resolver(session: Session) -> Callable[[str, str], str | None]:
    """Return what turns the value of a filter, as typed, into the value that the index holds."""

    def resolve(name: str, value: str) -> str | None:
        if name == "country":
            country = taxonomy.find_country(value)
            return country.iso2 if country else None
        if name == "topic":
            topic = taxonomy.find_topic(value)
            return topic.slug if topic else None
        if name == "council":
            councils = all_councils(session)
            return _matching(value, ((one.slug, one.name) for one in councils))
        return _matching(value, _WORDS[name]())

    return resolve


def meant(name: str) -> Tag | None:
    """Return the country or the topic that people call so; codes are no names."""
    place = taxonomy.resolve_place(name)
    if place is not None and len(place.countries) == 1 and not place.place:
        country = place.countries[0]
        is_code = name.upper() in {country.iso2, country.iso3}
        return None if is_code else Tag("country", country.iso2)
    topic = taxonomy.find_topic(name)
    return Tag("topic", topic.slug) if topic else None


def read(session: Session, text: str, *, broadly: bool = False) -> Query:
    """Return what a person's words ask for, in the words of this installation.

    Args:
        session: knows the councils.
        text: anything at all.
        broadly: as for `parse`.

    """
    return parse(text, resolver(session), meant, broadly=broadly)


def labelled(name: str, value: str) -> str:
    """Return what people call the value of a filter, as the index has it."""
    known: dict[str, str] = {}
    if name == "country":
        known = {one.iso2: one.name for one in taxonomy.all_countries()}
    elif name == "topic":
        known = {one.slug: one.label for one in taxonomy.topics()}
    elif name in _WORDS:
        known = dict(_WORDS[name]())
    # An address may name what there is not: its code says what was asked for.
    return known.get(value, value)


def _matching(value: str, known: Known) -> str | None:
    wanted = fold(value.replace("_", " "))
    for code, label in known:
        names = {fold(code.replace("_", " ")), fold(label), fold(label.removeprefix("TLP:"))}
        if wanted and wanted in names:
            return code
    return None
