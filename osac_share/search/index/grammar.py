"""The query language: small, safe, and never a cause of an error.

    crime "civil unrest" -rumor kidnap* theft OR robbery country:FR after:2025-03 in:title
    curfew in:history    evacuation in:files

Words are all required; `OR` binds its two neighbors; filters of one name are alternatives, filters
of different names are all required. Whatever is not understood becomes a notice, and the rest is
searched for. Nothing a person types becomes a regular expression, a range or a wildcard other
than the end of a word, and length and number of words are bounded, so every query is cheap.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from osac_share.search.index.analysis import WORD, compose, fold, term_of, words_of
from osac_share.search.index.meanings import MOST_WORDS, names_in, with_meanings
from osac_share.search.models import AnyOf, Filter, Phrase, Prefix, Query, Tag, Word

if TYPE_CHECKING:
    from collections.abc import Callable

    from osac_share.search.index.meanings import Meant
    from osac_share.search.models import Clause, Leaf

    Resolve = Callable[[str, str], str | None]

MAX_LENGTH: Final = 400
MAX_TERMS: Final = 32
MIN_PREFIX: Final = 3
FILTERS: Final = (
    "country",
    "topic",
    "region",
    "council",
    "kind",
    "severity",
    "marking",
    "state",
    "level",
)
INSIDE: Final = ("title", "history", "files")
"""What `in:` may name."""
TOKEN: Final = re.compile(
    r'(?P<minus>-)?(?:(?P<name>[A-Za-z]{2,12}):(?=[^\s:/]))?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))'
)
_DATE: Final = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)


def as_written(name: str, value: str) -> str:
    """Return a filter's value in the spelling of the index, without knowing the taxonomy."""
    plain = value.strip().lower().replace(" ", "_" if name == "kind" else "-")
    return plain.upper() if name in {"country", "region", "marking"} else plain


def nothing(_name: str) -> None:
    """Know of no name that stands for anything."""


def parse(
    text: str, resolve: Resolve = as_written, meant: Meant = nothing, *, broadly: bool = False
) -> Query:
    """Read what a person typed.

    Args:
        text: anything at all.
        resolve: given the name of a filter and a value, returns the value as the index has it,
            or None if there is no such value.
        meant: given a name, returns the country or the topic that it stands for, or None.
        broadly: let a word for a topic be met by the topic itself, as a country's name always is.

    Returns:
        A query that asks for what could be understood, with notices about the rest.

    """
    reading = _Reading(resolve, meant, broadly)
    plain = compose(text)
    if len(plain) > MAX_LENGTH:
        plain = plain[:MAX_LENGTH].rsplit(None, 1)[0][:MAX_LENGTH]
        reading.notice(f"Only the first {MAX_LENGTH} characters were searched for.")
    for token in TOKEN.finditer(plain):
        reading.take(token)
    return reading.query(plain.strip())


@dataclass
class _Reading:
    """A query while it is being read, token by token."""

    resolve: Resolve
    meant: Meant
    broadly: bool
    clauses: list[Clause] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)
    excluded: list[Leaf] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    notices: dict[str, None] = field(default_factory=dict)
    after: date | None = None
    before: date | None = None
    inside: set[str] = field(default_factory=set)
    position: int = 0
    terms: int = 0
    stopped: bool = False
    joining: bool = False
    negating: bool = False

    def notice(self, sentence: str) -> None:
        self.notices[sentence] = None

    def take(self, token: re.Match[str]) -> None:
        name, quoted = (token["name"] or "").lower(), token["quoted"]
        value = quoted if quoted is not None else token["bare"]
        minus = token["minus"] is not None or self.negating
        if token[0] in {"OR", "|", "AND", "NOT"}:
            self.joining = token[0] in {"OR", "|"} and bool(self.clauses)
            self.negating = token[0] == "NOT"
            return
        self.negating = False
        if name and self._filter(name, value, excluded=minus):
            self.joining = False
            return
        if name and name not in _KNOWN:
            self.notice(f"“{name}:” is not a filter; it was searched for as a word.")
            self._words(name, minus=False)
        if quoted is not None:
            self._phrase(value, minus=minus)
        elif value.endswith("*"):
            self._prefix(value, minus=minus)
        else:
            self._words(value, minus=minus)
        self.joining = False

    def _filter(self, name: str, value: str, *, excluded: bool) -> bool:
        if name in FILTERS:
            known = self.resolve(name, value.strip("*?,;"))
            if known is None:
                self.notice(f"There is no {name} called “{value}”; that filter was left out.")
            elif len(self.filters) < MAX_TERMS:
                self.filters.append(Filter(name, known, excluded))
        elif name in {"after", "before"}:
            day = _day(value)
            if day is None:
                self.notice(f"“{value}” is not a date such as 2025-03-31, 2025-03 or 2025.")
            elif name == "after":
                self.after = day
            else:
                self.before = day
        elif name == "in" and value.lower() in INSIDE:
            self.inside.add(value.lower())
        else:
            return False
        return True

    def _words(self, value: str, *, minus: bool) -> None:
        if minus or self.joining:
            self._phrase(value, minus=minus)
            return
        for word in words_of(value):
            term = term_of(word)
            if term is not None and self._room():
                self.clauses.append(Word(term.stem, word, self.position))
            self.said.append((self.position, word))
            self.stopped |= term is None
            self.position += 1

    def _phrase(self, value: str, *, minus: bool) -> None:
        found = [(at, term_of(word), word) for at, word in enumerate(words_of(value))]
        kept = [(at, term.stem, word) for at, term, word in found if term and self._room()]
        if not kept:
            self.stopped |= bool(found)
        elif len(kept) == 1:
            self._add(Word(kept[0][1], kept[0][2], self.position), minus=minus)
        else:
            first = kept[0][0]
            self._add(Phrase(tuple((at - first, stem) for at, stem, _ in kept)), minus=minus)
        self.position += len(found)

    def _prefix(self, value: str, *, minus: bool) -> None:
        letters = value.rstrip("*")
        folded = fold(letters)
        if not WORD.fullmatch(letters) or not folded.isalnum():
            self._words(letters, minus=minus)
        elif len(folded) < MIN_PREFIX:
            self.notice(f"Give at least {MIN_PREFIX} letters before “*”.")
        elif self._room():
            self._add(Prefix(folded), minus=minus)
            self.position += 1

    def _room(self) -> bool:
        self.terms += 1
        if self.terms > MAX_TERMS:
            self.notice(f"Only the first {MAX_TERMS} words were searched for.")
        return self.terms <= MAX_TERMS

    def _add(self, leaf: Leaf, *, minus: bool) -> None:
        if minus:
            self.excluded.append(leaf)
        elif self.joining:
            last = self.clauses.pop()
            earlier = last.leaves if isinstance(last, AnyOf) else (last,)
            self.clauses.append(AnyOf((*earlier, leaf)))
        else:
            self.clauses.append(leaf)

    def query(self, text: str) -> Query:
        if self.stopped and not (self.clauses or self.excluded or self.filters):
            self.notice("These words are too common to search for.")
        names = []
        if len(self.said) <= MOST_WORDS and "title" not in self.inside:
            names = list(names_in(self.said, self.meant))
        used = [one for one in names if self.broadly or one[1].field == "country"]
        clauses = with_meanings(self.clauses, used)
        if "title" in self.inside:
            clauses = [_titled(clause) for clause in clauses]
        return Query(
            text=text,
            clauses=tuple(clauses),
            excluded=tuple(self.excluded),
            filters=tuple(self.filters),
            after=self.after,
            before=self.before,
            notices=tuple(self.notices),
            history="history" in self.inside,
            in_files="files" in self.inside,
            leads=tuple(dict.fromkeys(tag for _, tag in names)),
        )


_KNOWN: Final = {*FILTERS, "after", "before", "in", "http", "https", "mailto", "www"}


def _titled(clause: Clause) -> Clause:
    if isinstance(clause, AnyOf):
        return AnyOf(tuple(_titled_leaf(leaf) for leaf in clause.leaves))
    return _titled_leaf(clause)


def _titled_leaf(leaf: Leaf) -> Leaf:
    return leaf if isinstance(leaf, Tag) else replace(leaf, in_title=True)


def _day(value: str) -> date | None:
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
