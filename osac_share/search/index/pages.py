"""All that a query can ask of one document, read as the index would read it."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from osac_share.search.index.analysis import term_of, words_of
from osac_share.search.index.codec import MAX_POSITION
from osac_share.search.index.grammar import MIN_PREFIX
from osac_share.search.index.schema import AUDIENCE, MAX_TITLE, SIGHT, TITLE_GAP, keywords_of
from osac_share.search.models import AnyOf, Phrase, Prefix, Tag, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from osac_share.search.models import Document, Leaf, Query

VALUE: Final = ":"
_PREFIX: Final = "*"
"""No stem has either of these characters, so that one set holds keys of all kinds."""


class Page:
    """All that a query can ask of one document."""

    def __init__(self, document: Document) -> None:
        """Read a document as the index would."""
        title = words_of(document.title)[:MAX_TITLE]
        room = MAX_POSITION + 1 - len(title) - TITLE_GAP
        text = words_of(document.text)[:room]
        self.words: list[tuple[int, str]] = [
            *enumerate(title),
            *enumerate(text, len(title) + TITLE_GAP),
        ]
        self.title_words: Final = len(title)
        self.places: dict[str, list[int]] = defaultdict(list)
        forms: dict[str, str] = {}
        for position, word in self.words:
            if term := term_of(word):
                self.places[term.stem].append(position)
                forms[term.form] = term.stem
        self.titled = {term.stem for word in title if (term := term_of(word))}
        self.forms: Final = sorted(forms)
        self._stems: Final = forms
        self.is_file: Final = bool(document.attachment_id)
        self.published: Final = int(document.published_at.timestamp())
        self.keys: Final = frozenset(self._keys(document))

    def _keys(self, document: Document) -> Iterator[str]:
        yield from self.places
        yield from {key_of_prefix(form) for form in self.forms}
        for name, values in keywords_of(document).items():
            if name not in {AUDIENCE, SIGHT}:
                yield from (key_of(name, value) for value in values)

    def has(self, leaf: Leaf) -> bool:
        """Tell whether a word, a phrase, the beginning of a word or a fixed value is here."""
        if isinstance(leaf, Tag):
            return key_of(leaf.field, leaf.value) in self.keys
        if isinstance(leaf, Word):
            return leaf.term in (self.titled if leaf.in_title else self.places)
        if isinstance(leaf, Prefix):
            stems = (self._stems[form] for form in self._beginning(leaf.letters))
            return any(not leaf.in_title or stem in self.titled for stem in stems)
        return bool(self.begin(leaf))

    def begin(self, phrase: Phrase) -> set[int]:
        """Return the positions at which a phrase begins."""
        found: set[int] | None = None
        for offset, stem in phrase.words:
            here = {position - offset for position in self.places.get(stem, ())}
            found = here if found is None else found & here
        if phrase.in_title:
            return {position for position in found or () if position < self.title_words}
        return found or set()

    def _beginning(self, letters: str) -> Iterator[str]:
        for form in self.forms[bisect_left(self.forms, letters) :]:
            if not form.startswith(letters):
                return
            yield form


def key_of(name: str, value: str) -> str:
    """Return the key of a fixed value."""
    return f"{name}{VALUE}{value}"


def key_of_prefix(letters: str) -> str:
    """Return the key of all words that begin as these letters begin."""
    return letters[:MIN_PREFIX] + _PREFIX


def found_in(page: Page, query: Query) -> list[str | Tag]:
    """Return what of a page a query asked for: words as they stand there, and fixed values."""
    found: dict[str | Tag, None] = {}
    for clause in query.clauses:
        for leaf in clause.leaves if isinstance(clause, AnyOf) else (clause,):
            if page.has(leaf):
                found |= dict.fromkeys([leaf] if isinstance(leaf, Tag) else _said(page, leaf))
    return [*found]


def _said(page: Page, leaf: Word | Phrase | Prefix) -> Sequence[str]:
    """Return how the page says it: each way once, whatever its capitals, in order."""
    if isinstance(leaf, Phrase):
        last = max(offset for offset, _ in leaf.words)
        starts = sorted(page.begin(leaf))[:1]
        return [
            " ".join(word for at, word in page.words if start <= at <= start + last)
            for start in starts
        ]
    said: dict[str, str] = {}
    for _, word in page.words:
        term = term_of(word)
        if term is None:
            continue
        if isinstance(leaf, Word):
            is_it = term.stem == leaf.term
        else:
            is_it = term.form.startswith(leaf.letters)
        if is_it:
            said.setdefault(word.lower(), word)
    return [*said.values()]
