"""Show where a text answers a query: the passage with most of its words, and the words in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from osac_share.search.index.analysis import WORD, compose, fold, term_of
from osac_share.search.models import AnyOf, Phrase, Prefix, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from osac_share.search.models import Leaf, Query

WIDTH: Final = 260
LONGEST: Final = 60_000
_LEAD: Final = 40
_MOST: Final = 40
"""How many places of one word are looked at."""
_ELLIPSIS: Final = "… "


class Sought(NamedTuple):
    """The stems and the beginnings of words to be marked."""

    stems: frozenset[str]
    prefixes: tuple[str, ...]


class Span(NamedTuple):
    """A marked word, and the stem or prefix for which it is marked."""

    start: int
    end: int
    why: str


def sought_by(query: Query) -> Sought:
    """Return what a query wants marked; computed once for all hits of a page."""
    stems: set[str] = set()
    prefixes: set[str] = set()
    for leaf in _leaves(query):
        if isinstance(leaf, Word):
            stems.add(leaf.term)
        elif isinstance(leaf, Prefix):
            prefixes.add(leaf.letters)
        elif isinstance(leaf, Phrase):
            stems.update(term for _, term in leaf.words)
    return Sought(frozenset(stems), tuple(sorted(prefixes)))


def highlight(text: str, sought: Sought, width: int = WIDTH) -> list[tuple[str, bool]]:
    """Return one passage of a plain text, cut where the marked words begin and end.

    Args:
        text: plain text; its spaces may be of any kind.
        sought: what to mark.
        width: about how many characters to show.

    Returns:
        Pieces of text in order, each with whether it is a marked word.

    """
    plain = " ".join(compose(text[:LONGEST]).split())
    spans = sorted(_quick(plain, sought))
    if not plain.isascii() and len({span.why for span in spans}) < _number(sought):
        spans = list(_thorough(plain, sought))
    start, end = _passage(plain, spans, width)
    pieces = [(_ELLIPSIS, False)] if start else []
    at = start
    for span in spans:
        if at <= span.start and span.end <= end:
            pieces += [(plain[at : span.start], False), (plain[span.start : span.end], True)]
            at = span.end
    pieces.append((plain[at:end] + (" …" if end < len(plain) else ""), False))
    return [piece for piece in pieces if piece[0]]


def _number(sought: Sought) -> int:
    return len(sought.stems) + len(sought.prefixes)


def _leaves(query: Query) -> Iterable[Leaf]:
    for clause in query.clauses:
        if isinstance(clause, AnyOf):
            yield from clause.leaves
        else:
            yield clause


def _quick(plain: str, sought: Sought) -> Iterator[Span]:
    """Look only at words that begin like one that is sought."""
    lower = plain.lower()
    if len(lower) != len(plain):
        return
    for why in (*sought.stems, *sought.prefixes):
        # The last letter of a stem may differ from the word's: "polici" stands for "policy".
        anchor = why if why in sought.prefixes or len(why) <= 3 else why[:-1]  # noqa: PLR2004
        at, found = lower.find(anchor), 0
        while at >= 0 and found < _MOST:
            match = None if at and lower[at - 1].isalnum() else WORD.match(plain, at)
            if match and _is_sought(match[0], why, sought):
                yield Span(at, match.end(), why)
                found += 1
            at = lower.find(anchor, at + len(anchor))


def _thorough(plain: str, sought: Sought) -> Iterator[Span]:
    """Look at every word, for texts with accents that a query need not have."""
    for match in WORD.finditer(plain):
        term = term_of(match[0])
        if term is None:
            continue
        if term.stem in sought.stems:
            yield Span(match.start(), match.end(), term.stem)
        else:
            for prefix in sought.prefixes:
                if term.form.startswith(prefix):
                    yield Span(match.start(), match.end(), prefix)
                    break


def _is_sought(word: str, why: str, sought: Sought) -> bool:
    term = term_of(word)
    if term is None:
        return False
    return term.stem == why or (why in sought.prefixes and fold(word).startswith(why))


def _passage(plain: str, spans: list[Span], width: int) -> tuple[int, int]:
    """Return the bounds of the passage with most different words, the first of equals."""
    best, start = (0, 0), 0
    for first, span in enumerate(spans):
        inside = [one.why for one in spans[first : first + _MOST] if one.end <= span.start + width]
        worth = (len(set(inside)), len(inside))
        if worth > best:
            best, start = worth, max(span.start - _LEAD, 0)
    if start:
        space = plain.find(" ", start, start + _LEAD)
        start = space + 1 if space >= 0 else start
    end = min(start + width, len(plain))
    if end < len(plain):
        space = plain.rfind(" ", start, end)
        end = space if space > start else end
    return start, end
