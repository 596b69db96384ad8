"""Made-up advisories for measuring search, and the same in three engines.

Seeded: 200 to 1,500 words each out of a vocabulary by Zipf's law, with countries, topics, kinds,
severities and dates. Whoever is asked, the twenty titles shown are fetched from a database.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import tantivy

from osac_share.search.index import Folder, Reader, Writer, parse
from osac_share.search.models import Document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from osac_share.search.models import Sort

WORDS = 40_000
SHORTEST, LONGEST = 200, 1_500
COUNTRIES = 180
TOPICS = 20
KINDS = ("alert", "advisory", "report", "analysis")
SEVERITIES = ("routine", "security", "emergency")
EVERYONE = frozenset({"public"})
READER = frozenset({"public", "members", "council:7"})
BEGINNING = datetime(2015, 1, 1, tzinfo=UTC)
SHOWN = 20
SPACE = 400


def vocabulary() -> list[str]:
    """Return made-up words, each once, the most frequent first."""
    chance = Random(1)  # noqa: S311 -- the same words on every run.
    words: dict[str, None] = {}
    while len(words) < WORDS:
        length = chance.randrange(4, 11)
        words["".join(chance.choices("abcdefghijklmnoprstuvwy", k=length))] = None
    return list(words)


def corpus(count: int) -> Iterator[Document]:
    """Yield so many advisories; the first of them are the same however many there are."""
    chance = np.random.default_rng(2)
    words = np.array(vocabulary())
    weights = 1 / np.arange(1, WORDS + 1)
    shares = np.cumsum(weights / weights.sum())
    for number in range(1, count + 1):
        length = int(chance.integers(SHORTEST, LONGEST))
        said = words[np.searchsorted(shares, chance.random(length))]
        yield Document(
            edition_id=number,
            report_id=number,
            number=1,
            current=True,
            title=" ".join(said[:6]),
            text=" ".join(said),
            audience=_audience(chance),
            sight=EVERYONE | {"members", "council:7", "council:8"},
            kind=KINDS[int(chance.integers(len(KINDS)))],
            severity=SEVERITIES[int(chance.integers(len(SEVERITIES)))],
            marking="CLEAR",
            state="published",
            published_at=BEGINNING + timedelta(minutes=int(chance.integers(10 * 525_600))),
            stamp=str(number),
            countries=frozenset(f"C{one}" for one in chance.integers(COUNTRIES, size=2)),
            topics=frozenset({f"t{int(chance.integers(TOPICS))}"}),
        )


def _audience(chance: np.random.Generator) -> frozenset[str]:
    tokens = ("public", "members", "council:7", "council:8")
    return frozenset({tokens[int(chance.integers(len(tokens)))]})


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a question is narrowed to."""

    country: str = ""
    topic: str = ""


class Titles:
    """The database that has the titles, as the program has one."""

    def __init__(self, file: Path) -> None:
        """Create it."""
        self._database = sqlite3.connect(file)
        self._database.execute("CREATE TABLE edition (id INTEGER PRIMARY KEY, title TEXT)")

    def add(self, documents: list[Document]) -> None:
        """Add some."""
        rows = [(one.edition_id, one.title) for one in documents]
        self._database.executemany("INSERT INTO edition VALUES (?, ?)", rows)
        self._database.commit()

    def of(self, numbers: list[int]) -> list[Any]:
        """Return the titles of some."""
        marks = ",".join("?" * len(numbers))
        question = f"SELECT id, title FROM edition WHERE id IN ({marks})"  # noqa: S608
        return self._database.execute(question, numbers).fetchall()


class Ours:
    """This program's engine, as a member with a clearance searches it."""

    name = "OSAC Share"

    def __init__(self, folder: Path, titles: Titles) -> None:
        """Name the folder."""
        self.folder, self.titles = folder, titles
        self.writer = Writer(Folder(folder))
        self.reader = Reader(Folder(folder))

    def build(self, documents: Iterator[Document]) -> None:
        """Index everything."""
        self.writer.rebuild(iter(lambda: list(islice(documents, SPACE)), []))

    def ask(
        self,
        text: str,
        narrow: Narrow | None = None,
        sort: Sort = "relevance",
        *,
        facets: bool = False,
    ) -> object:
        """Return the titles of the first twenty, and the counts."""
        if narrow:
            text = f"{text} country:{narrow.country} topic:{narrow.topic}"
        answer = self.reader.search(parse(text), READER, sort=sort, limit=SHOWN, facets=facets)
        return self.titles.of([hit.edition_id for hit in answer.hits]), answer.facets


class Tantivy:
    """The same in tantivy, with the audience as a filter."""

    name = "tantivy"

    def __init__(self, folder: Path, titles: Titles) -> None:
        """Create an index with English stemming."""
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=False, indexed=False, fast=True)
        builder.add_text_field("title", tokenizer_name="en_stem")
        builder.add_text_field("text", tokenizer_name="en_stem")
        builder.add_date_field("published", stored=False, indexed=True, fast=True)
        for name in ("audience", "country", "topic", "kind", "severity", "year"):
            builder.add_text_field(name, tokenizer_name="raw", fast=True, index_option="basic")
        folder.mkdir()
        self.titles = titles
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))

    def build(self, documents: Iterator[Document]) -> None:
        """Index everything, and let it merge."""
        writer = self._index.writer(heap_size=256 << 20)
        for one in documents:
            writer.add_document(
                tantivy.Document(
                    id=one.edition_id,
                    title=one.title,
                    text=one.text,
                    published=one.published_at,
                    audience=list(one.audience),
                    country=list(one.countries),
                    topic=list(one.topics),
                    kind=one.kind,
                    severity=one.severity,
                    year=str(one.published_at.year),
                )
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def ask(
        self,
        text: str,
        narrow: Narrow | None = None,
        sort: Sort = "relevance",
        *,
        facets: bool = False,
    ) -> object:
        """Return the titles of the first twenty, and the counts."""
        must, schema = tantivy.Occur.Must, self._schema
        words = self._index.parse_query(text, ["title", "text"], conjunction_by_default=True)
        seen = tantivy.Query.term_set_query(schema, "audience", sorted(READER))
        parts = [(must, words), (must, tantivy.Query.const_score_query(seen, 0.0))]
        if narrow:
            parts += [
                (must, tantivy.Query.term_query(schema, "country", narrow.country)),
                (must, tantivy.Query.term_query(schema, "topic", narrow.topic)),
            ]
        query = tantivy.Query.boolean_query(parts)
        order = "published" if sort == "date" else None
        found = self._searcher.search(query, SHOWN, order_by_field=order)
        places = [address for _, address in found.hits]
        numbers = [int(one or 0) for one in self._searcher.fast_field_values("id", places)]
        counts = self._counts(query) if facets else {}
        return self.titles.of(numbers), counts

    def _counts(self, query: tantivy.Query) -> dict[str, Any]:
        fields = ("country", "topic", "kind", "severity", "year")
        wanted = {name: {"terms": {"field": name, "size": 200}} for name in fields}
        counted: dict[str, Any] = self._searcher.aggregate(query, wanted)
        return counted


class Fts5:
    """The same in SQLite's full-text search, for beginnings of words."""

    name = "SQLite FTS5"

    def __init__(self, folder: Path, titles: Titles) -> None:
        """Create the table."""
        self.titles = titles
        self._database = sqlite3.connect(folder)
        table = "CREATE VIRTUAL TABLE report USING fts5(title, text, tokenize='porter')"
        self._database.execute(table)

    def build(self, documents: Iterator[Document]) -> None:
        """Index everything."""
        insert = "INSERT INTO report (rowid, title, text) VALUES (?, ?, ?)"
        while some := list(islice(documents, SPACE)):
            self._database.executemany(insert, [(o.edition_id, o.title, o.text) for o in some])
        self._database.execute("INSERT INTO report(report) VALUES ('optimize')")
        self._database.commit()

    def ask(self, text: str) -> object:
        """Return the titles of the first twenty."""
        question = "SELECT rowid FROM report WHERE report MATCH ? ORDER BY rank LIMIT 20"
        rows = self._database.execute(question, (text,)).fetchall()
        return self.titles.of([row[0] for row in rows])
