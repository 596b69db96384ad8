"""The values of filters: as people type them, and as the index holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.queries import all_councils
from osac_share.taxonomy import queries as taxonomy
from osac_share.taxonomy.models import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    Known = Iterable[tuple[str, str]]

_WORDS: dict[str, Callable[[], Known]] = {
    "region": lambda: ((one.code, one.label) for one in taxonomy.regions()),
    "kind": lambda: ((one.code, one.label) for one in taxonomy.kinds()),
    "severity": lambda: ((one.code, one.label) for one in taxonomy.severities()),
    "marking": lambda: ((one.code, one.label) for one in taxonomy.markings()),
    "state": lambda: ((one.code, one.label) for one in taxonomy.states()),
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


def _matching(value: str, known: Known) -> str | None:
    wanted = fold(value.replace("_", " "))
    for code, label in known:
        names = {fold(code.replace("_", " ")), fold(label), fold(label.removeprefix("TLP:"))}
        if wanted and wanted in names:
            return code
    return None
