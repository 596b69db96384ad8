"""One way of writing for all queries that ask for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from osac_share.search.index.grammar import FILTERS, INSIDE, TOKEN

if TYPE_CHECKING:
    import re

    from osac_share.search.models import Query

_OPERATORS: Final = {"OR", "|", "AND", "NOT"}


def canonical(query: Query) -> str:
    """Return the text of a query: its words as typed, then whatever narrows it, in order.

    Read again, it asks for the same as the query, wherever its filters came from.
    """
    words, inside = _words_and_places(query)
    filters = {f"{'-' * one.excluded}{one.field}:{one.value}" for one in query.filters}
    days = (("after", query.after), ("before", query.before))
    dates = [f"{name}:{day.isoformat()}" for name, day in days if day is not None]
    return " ".join([*words, *sorted(inside), *sorted(filters), *dates])


def words_alone(query: Query) -> str:
    """Return the words of a query as typed, without whatever narrows it."""
    return " ".join(_words_and_places(query)[0])


def _words_and_places(query: Query) -> tuple[list[str], set[str]]:
    words: list[str] = []
    inside: set[str] = set()
    for token in TOKEN.finditer(query.text):
        name, value = _setting(token)
        if not name:
            words.append(_spelled(token))
            continue
        # What stood before a filter bound nothing, or is said by the filter itself.
        _drop_operators(words)
        if name == "in":
            inside.add(f"in:{value.lower()}")
    _drop_operators(words)
    return words, inside


def _setting(token: re.Match[str]) -> tuple[str, str]:
    """Return the name and the value of a token that is no word; two empty texts for one that is."""
    name = (token["name"] or "").lower()
    value = token["quoted"] if token["quoted"] is not None else token["bare"]
    is_one = name in {*FILTERS, "after", "before"} or (name == "in" and value.lower() in INSIDE)
    return (name, value) if is_one else ("", "")


def _spelled(token: re.Match[str]) -> str:
    name = f"{token['name']}:" if token["name"] else ""
    value = token["bare"] if token["quoted"] is None else f'"{token["quoted"]}"'
    return f"{token['minus'] or ''}{name}{value}"


def _drop_operators(words: list[str]) -> None:
    while words and words[-1] in _OPERATORS:
        words.pop()
