"""What an address asks of a search. A search is a link: nothing here is ever refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.search.queries import Narrowing

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from osac_share.search.models import Sort

    Arguments = MultiDict[str, str]

LONGEST = 4_000
FIELDS = ("country", "topic", "kind", "severity")
LONGEST_ID = 20
MOST_VALUES = 20
KEPT = ("q", "like", *FIELDS, "year")
"""What stays the same from page to page of a search, besides its order."""
YEARS = range(1900, 2200)


@dataclass(frozen=True, slots=True)
class Asked:
    """The words, the order and the narrowing that an address carries.

    `like` is the public id of a report that others are to be like; words then count for nothing.
    """

    words: str
    like: str
    sort: Sort
    narrowing: Narrowing


def asked(arguments: Arguments) -> Asked:
    """Read the arguments of an address, leaving out what makes no sense."""
    year = arguments.get("year", "")
    known = year.isascii() and year.isdigit() and int(year[:5]) in YEARS
    return Asked(
        words=arguments.get("q", "")[:LONGEST].strip(),
        like=arguments.get("like", "")[:LONGEST_ID],
        sort="date" if arguments.get("sort") == "date" else "relevance",
        narrowing=Narrowing(
            values={name: _values(arguments, name) for name in FIELDS},
            year=int(year[:5]) if known else None,
        ),
    )


def _values(arguments: Arguments, name: str) -> tuple[str, ...]:
    given = (value.strip() for value in arguments.getlist(name)[:MOST_VALUES])
    wanted = (value.upper() if name == "country" else value for value in given if value)
    return tuple(dict.fromkeys(value for value in wanted if len(value) <= 40))  # noqa: PLR2004


def with_value(arguments: Arguments, name: str, value: str) -> dict[str, list[str]]:
    """Return the arguments of the same search with a value chosen, or, if it was, not chosen."""
    kept = {key: arguments.getlist(key) for key in (*KEPT, "sort")}
    others = [one for one in kept[name] if one != value]
    if value in kept[name]:
        kept[name] = others
    else:
        kept[name] = [*others, value] if name in FIELDS else [value]
    return {key: values for key, values in kept.items() if values}
