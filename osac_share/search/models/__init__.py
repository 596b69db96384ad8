"""What can be searched and what a search answers: the words that every engine shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

Clearance = frozenset[str]
Sort = Literal["relevance", "date"]


class IndexDamaged(Exception):
    """The index cannot be proven whole; it must be rebuilt from the database."""


class IndexBusy(Exception):
    """Another writer holds the index longer than this one was willing to wait."""


@dataclass(frozen=True, slots=True)
class Document:
    """One published edition as the index takes it.

    `audience` holds the tokens that may see this edition, `sight` those that may see the
    current edition of its report: a reader must meet both. `stamp` is a fingerprint of all
    that is indexed, by which the index is compared with the database.

    With an `attachment_id` the text is that of a file which goes with the edition, or of a part
    of it that begins at `first_page`. It is a document of its own, so that a thick file beside a
    short alert neither hides nor lends weight to the alert's own words.
    """

    edition_id: int
    report_id: int
    number: int
    current: bool
    title: str
    text: str
    audience: frozenset[str]
    sight: frozenset[str]
    kind: str
    severity: str
    marking: str
    state: str
    published_at: datetime
    stamp: str
    countries: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    council: str = ""
    level: str = ""
    attachment_id: int = 0
    first_page: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its indexed form; `typed` is the word as the person wrote it.

    `position` is its place among all words of the query, stop words included.
    """

    term: str
    typed: str
    position: int = 0
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that must stand at these distances from the first of them."""

    words: tuple[tuple[int, str], ...]
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word, folded but not stemmed."""

    letters: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """A fixed value that an edition may carry instead of the words that stand for it.

    "Burma" is said in words, or meant by the country of a report that says "Myanmar".
    """

    field: str
    value: str


Leaf = Word | Phrase | Prefix | Tag


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Alternatives, of which one is enough."""

    leaves: tuple[Leaf, ...]


Clause = Leaf | AnyOf


@dataclass(frozen=True, slots=True)
class Filter:
    """A fixed value that an edition must, or with `excluded` must not, carry."""

    field: str
    value: str
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; `notices` tell the person what was not understood.

    Only current editions answer, unless `history` is asked for; with `in_files` only the files
    that go with editions do. `loosely` takes what has most of the words, `strictly` nothing but
    what has all of them, however little that is; the report `besides` which others are looked
    for is left out. `leads` are the countries and topics that words of
    the query are names of.
    """

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    excluded: tuple[Leaf, ...] = ()
    filters: tuple[Filter, ...] = ()
    after: date | None = None
    before: date | None = None
    notices: tuple[str, ...] = ()
    history: bool = False
    in_files: bool = False
    loosely: bool = False
    strictly: bool = False
    besides: int = 0
    leads: tuple[Tag, ...] = ()

    @property
    def asks(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.clauses or self.excluded or self.filters or self.after or self.before)

    @property
    def words(self) -> tuple[Word, ...]:
        """Return the plain words, in the order typed."""
        return tuple(clause for clause in self.clauses if isinstance(clause, Word))


@dataclass(frozen=True, slots=True)
class Hit:
    """The edition, or a file that goes with it, that speaks for its report in an answer."""

    edition_id: int
    report_id: int
    number: int
    current: bool
    attachment_id: int = 0
    first_page: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of hits with what belongs to the whole result.

    `total` and the counts of `facets` are numbers of reports. `loosened` says that no
    report had all the words, or that the query was a pasted sentence, and that reports with most
    of the words are shown. `near` are some that have most of them, on the first page, when few
    have all.
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    loosened: bool = False
    near: tuple[Hit, ...] = ()


class SearchIndex(Protocol):
    """The part of an engine that answers questions; every method may raise IndexDamaged."""

    def refresh(self) -> bool:
        """Take in what was written since; return whether there was anything new."""

    def search(
        self,
        query: Query,
        clearance: Clearance,
        *,
        sort: Sort = "relevance",
        offset: int = 0,
        limit: int = 20,
        facets: bool = True,
    ) -> Answer:
        """Answer from what `clearance` may see, and from nothing else."""

    def telling_words(self, text: str, clearance: Clearance) -> tuple[Word, ...]:
        """Return the words of a text that tell it from the rest of what may be seen."""

    def did_you_mean(self, query: Query, clearance: Clearance) -> str | None:
        """Return the query with unknown words replaced by visible ones, if any are close."""

    def holds(self, edition_id: int) -> bool:
        """Tell whether an edition has reached the index."""

    def stamps(self) -> dict[int, str]:
        """Return the fingerprint of every edition held, by edition id."""

    def reports_of(self, edition_ids: AbstractSet[int]) -> set[int]:
        """Return the reports that the index holds these editions under."""

    def generation(self) -> str:
        """Return a name for what is held now, which changes with every write."""


class SearchWriter(Protocol):
    """The part of an engine that the worker writes with."""

    def put(self, documents: Iterable[Document], *, merge: bool = True) -> None:
        """Replace whatever is held of these documents' reports by these documents.

        Args:
            documents: all editions of their reports.
            merge: keep the index tidy at once; without, that is left to a later put.

        """

    def remove(self, report_ids: Iterable[int]) -> None:
        """Forget every edition of these reports."""

    def rebuild(
        self,
        batches: Iterable[list[Document]],
        progress: Callable[[int], None] = ...,
    ) -> int:
        """Build a new index beside the live one, then swap; return the number of documents."""
