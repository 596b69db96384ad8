"""All postings of a segment that is being written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from osac_share.search.index.analysis import term_of, words_of
from osac_share.search.index.codec import DOC, MAX_POSITION, SMALL, Run, Small
from osac_share.search.index.schema import BODY, FORM, MAX_TITLE, TITLE, TITLE_GAP, keywords_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from osac_share.search.index.analysis import Term
    from osac_share.search.models import Document

_STOPPED: Final = -1

Numbers = NDArray[np.int32]


class Lengths(NamedTuple):
    """The words of body and title without stop words, and all words of the title."""

    body: int
    title: int
    title_words: int


class _Vocabulary(dict[str, int]):
    """The words met in a segment, each with the number of its term; stop words have none."""

    def __init__(self) -> None:
        self.terms: list[Term] = []

    def __missing__(self, word: str) -> int:
        term = term_of(word)
        number = self[word] = _STOPPED if term is None else len(self.terms)
        if term is not None:
            self.terms.append(term)
        return number


class _Text:
    """A field of all documents as one row of words: of each its number, document and position."""

    def __init__(self) -> None:
        self._parts: list[tuple[Numbers, Numbers, Small]] = []

    def add(self, doc: int, words: Numbers, positions: Small) -> int:
        """Add a document's words, and return how many of them are no stop words."""
        kept = words != _STOPPED
        words = words[kept]
        self._parts.append((words, np.full(len(words), doc, np.int32), positions[kept]))
        return len(words)

    def runs(self, names: Sequence[str]) -> dict[str, Run]:
        """Return the postings under the name of each word; several words may share one."""
        if not self._parts or not names:
            return {}
        numbers: dict[str, int] = {}
        number_of = np.array([numbers.setdefault(one, len(numbers)) for one in names], np.int32)
        words, docs, positions = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        terms = number_of[words]
        order = np.argsort(terms, kind="stable")
        by_number = [*numbers]
        return {
            by_number[term]: run for term, run in _runs(terms[order], docs[order], positions[order])
        }


def _runs(terms: Numbers, docs: Numbers, positions: Small) -> Iterator[tuple[int, Run]]:
    """Yield each term with its postings, out of rows sorted by term, document and position."""
    first = _beginnings(terms, docs)
    frequencies = np.diff(first, append=len(terms)).astype("<u2").tobytes()
    places = positions.astype("<u2").tobytes()
    numbers, carriers = terms[first], docs[first].astype("<u4").tobytes()
    ends = _beginnings(numbers)
    bounds = [*ends.tolist(), len(numbers)]
    words = [*first[ends].tolist(), len(terms)]
    for place, term in enumerate(numbers[ends].tolist()):
        start, end = bounds[place : place + 2]
        yield (
            term,
            Run(
                carriers[start * DOC : end * DOC],
                frequencies[start * SMALL : end * SMALL],
                places[words[place] * SMALL : words[place + 1] * SMALL],
            ),
        )


def _beginnings(*rows: Numbers) -> NDArray[np.intp]:
    """Return where any of these rows changes, the beginning included."""
    changes = np.ones(len(rows[0]), bool)
    if len(changes):
        changes[1:] = np.logical_or.reduce([row[1:] != row[:-1] for row in rows])
    return np.flatnonzero(changes)


class Pool:
    """All postings of a segment being written, by field and term.

    It takes the place of Whoosh's sorting pool. Words are gathered as numbers and sorted all
    at once, by numpy; the writer bounds what a segment holds.
    """

    def __init__(self) -> None:
        """Start empty."""
        self.cleanup()

    def add_document(self, doc: int, document: Document) -> Lengths:
        """Add a document's postings under its number in the segment; numbers ascend.

        The title is part of the body, so that the body alone decides what matches; the field
        of the title only adds weight.
        """
        for field, values in keywords_of(document).items():
            for value in values:
                self.add_run(field, value, Run(doc.to_bytes(DOC, "little")))
        title = words_of(document.title)[:MAX_TITLE]
        room = MAX_POSITION + 1 - len(title) - TITLE_GAP
        said = [*title, *words_of(document.text)[:room]]
        words = np.fromiter(map(self._vocabulary.__getitem__, said), np.int32, len(said))
        positions = np.arange(len(said), dtype=np.uint16)
        positions[len(title) :] += TITLE_GAP
        top = slice(len(title))
        return Lengths(
            self._body.add(doc, words, positions),
            self._title.add(doc, words[top], positions[top]),
            len(title),
        )

    def add_run(self, field: str, term: str, run: Run) -> None:
        """Add postings that follow those already there."""
        self._runs.setdefault(field, {}).setdefault(term, []).append(run)

    def iter_postings(self) -> Iterator[tuple[str, Iterable[tuple[bytes, list[Run]]]]]:
        """Yield the fields in order, each with its terms in the order of their bytes."""
        terms = self._vocabulary.terms
        forms = self._body.runs([term.form for term in terms])
        texts = {
            BODY: self._body.runs([term.stem for term in terms]),
            FORM: {form: Run(run.docs) for form, run in forms.items()},
            TITLE: self._title.runs([term.stem for term in terms]),
        }
        for field in sorted(texts.keys() | self._runs.keys()):
            # The words of new documents come before what was taken over from older segments.
            runs = {term: [run] for term, run in texts.get(field, {}).items()}
            for term, more in self._runs.get(field, {}).items():
                runs[term] = runs.get(term, []) + more
            yield field, sorted((term.encode(), parts) for term, parts in runs.items())

    def cleanup(self) -> None:
        """Forget everything."""
        self._runs: dict[str, dict[str, list[Run]]] = {}
        self._vocabulary = _Vocabulary()
        self._body, self._title = _Text(), _Text()
