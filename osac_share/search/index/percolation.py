"""The search turned around: many standing queries are held against one new document.

What a query asks for is broken into keys: stems, fixed values and the first letters of prefixes.
Each query stands under one that it cannot do without and few documents have; so of ten thousand
queries a document comes near to few that it does not meet. The answer is the one that a search of
an index with this document alone would give, none of its words being optional.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from osac_share.search.index.pages import VALUE, key_of, key_of_prefix
from osac_share.search.models import AnyOf, Prefix, Tag, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from osac_share.search.index.pages import Page
    from osac_share.search.models import Clause, Leaf, Query

Keys = frozenset[str]

_ANYWHERE: Final[Keys] = frozenset({""})
"""Under this key stands what a document may meet without any key."""
_NOWHERE: Final[Keys] = frozenset()


@dataclass(slots=True)
class _Asked:
    """What one query asks for: by keys as far as they tell, and leaf by leaf beyond that."""

    needs: set[str] = field(default_factory=set)
    choices: list[Keys] = field(default_factory=list)
    never: set[str] = field(default_factory=set)
    clauses: list[tuple[Leaf, ...]] = field(default_factory=list)
    excluded: list[Leaf] = field(default_factory=list)
    after: int | None = None
    before: int | None = None
    in_files: bool = False
    is_plain: bool = False
    """It has needs and nothing else, like most."""
    ways: tuple[Keys, ...] = ()
    """Sets of keys, of each of which a document must have one, the likely rarest first."""

    def met_by(self, page: Page) -> bool:
        keys = page.keys
        if not self.needs <= keys:
            return False
        return self.is_plain or (
            self.never.isdisjoint(keys)
            and not any(choice.isdisjoint(keys) for choice in self.choices)
            and (self.after is None or page.published >= self.after)
            and (self.before is None or page.published < self.before)
            and (page.is_file or not self.in_files)
            and all(any(map(page.has, leaves)) for leaves in self.clauses)
            and not any(map(page.has, self.excluded))
        )


def _ways(asked: _Asked) -> Iterator[Keys]:
    yield from (frozenset((key,)) for key in asked.needs)
    yield from asked.choices
    yield from (frozenset(map(_rarest_of, leaves)) for leaves in asked.clauses)


def _commonness(way: Keys) -> tuple[bool, int, list[str]]:
    # Long words are rarer than short ones, and fixed values are common.
    is_value = any(VALUE in key for key in way)
    return is_value, max(-len(key) for key in way) + 2 * len(way), sorted(way)


def _rarest_of(leaf: Leaf) -> str:
    if isinstance(leaf, Word):
        return leaf.term
    if isinstance(leaf, Tag):
        return key_of(leaf.field, leaf.value)
    if isinstance(leaf, Prefix):
        return key_of_prefix(leaf.letters)
    return max((stem for _, stem in leaf.words), key=len)


def _asked_by(query: Query) -> _Asked:
    asked = _Asked(in_files=query.in_files)
    for clause in query.clauses:
        _require(asked, clause)
    for leaf in query.excluded:
        if (key := _exactly(leaf)) is not None:
            asked.never.add(key)
        else:
            asked.excluded.append(leaf)
    fields: dict[str, set[str]] = {}
    for one in query.filters:
        wanted = asked.never if one.excluded else fields.setdefault(one.field, set())
        wanted.add(key_of(one.field, one.value))
    asked.choices += map(frozenset, fields.values())
    asked.after, asked.before = _midnight(query.after), _midnight(query.before)
    asked.is_plain = asked == _Asked(needs=asked.needs)
    asked.ways = tuple(sorted(_ways(asked), key=_commonness))
    return asked


def _require(asked: _Asked, clause: Clause) -> None:
    leaves = clause.leaves if isinstance(clause, AnyOf) else (clause,)
    keys = [_exactly(leaf) for leaf in leaves]
    exact = [key for key in keys if key is not None]
    if len(exact) < len(leaves):
        asked.clauses.append(tuple(leaves))
    elif len(exact) == 1:
        asked.needs.add(exact[0])
    else:
        asked.choices.append(frozenset(exact))


def _exactly(leaf: Leaf) -> str | None:
    """Return the key that says all about a leaf, or None if the document must be looked at."""
    if isinstance(leaf, Word) and not leaf.in_title:
        return leaf.term
    return _rarest_of(leaf) if isinstance(leaf, Tag) else None


def _midnight(day: date | None) -> int | None:
    if day is None:
        return None
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


class Standing:
    """Standing queries by name, each under the keys that a document must have one of.

    Which keys are rare is found out by and by: a query that a document came near to, and did not
    meet, moves under what fewer documents have had. So what is common soon has few under it.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._asked: dict[str, _Asked] = {}
        self._gates: dict[str, Keys] = {}
        self._under: dict[str, dict[str, None]] = defaultdict(dict)
        self._asking_for: dict[str, set[str]] = defaultdict(set)
        self._seen: Counter[str] = Counter()

    @property
    def names(self) -> set[str]:
        """Return the names of all that stand."""
        return set(self._asked)

    def __contains__(self, name: str) -> bool:
        """Tell whether a query stands under this name."""
        return name in self._asked

    def add(self, name: str, query: Query) -> None:
        """Let a query stand; one that asks for nothing is met by nothing."""
        asked = self._asked[name] = _asked_by(query)
        if asked.is_plain and len(asked.needs) == 1:
            # To come near to it is to meet it.
            self._asking_for[min(asked.needs)].add(name)
        elif query.asks:
            self._stand(name, next(iter(asked.ways), _ANYWHERE))

    def drop(self, name: str) -> None:
        """Let a query stand no longer."""
        asked = self._asked.pop(name)
        self._leave(name)
        for key in asked.needs & self._asking_for.keys():
            self._asking_for[key].discard(name)

    def met_by(self, pages: Iterable[Page]) -> set[str]:
        """Return the names of the queries that any of these pages meets."""
        met: set[str] = set()
        for page in pages:
            self._seen.update(page.keys)
            met.update(*(self._asking_for[key] for key in page.keys & self._asking_for.keys()))
            for key in [*(page.keys & self._under.keys()), *_ANYWHERE]:
                for name in [*self._under[key]]:
                    if self._asked[name].met_by(page):
                        met.add(name)
                    else:
                        self._move(name)
        return met

    def _move(self, name: str) -> None:
        best = min(self._asked[name].ways, key=self._commonness, default=_ANYWHERE)
        if self._commonness(best) < self._commonness(self._gates[name]):
            self._leave(name)
            self._stand(name, best)

    def _commonness(self, way: Keys) -> int:
        return sum(map(self._seen.__getitem__, way))

    def _stand(self, name: str, gate: Keys) -> None:
        self._gates[name] = gate
        for key in gate:
            self._under[key][name] = None

    def _leave(self, name: str) -> None:
        for key in self._gates.pop(name, _NOWHERE):
            self._under[key].pop(name, None)


def meets(query: Query, pages: Iterable[Page]) -> bool:
    """Tell whether any of these pages meets a query."""
    asked = _asked_by(query)
    return query.asks and any(asked.met_by(page) for page in pages)
