"""The claims of search that are not speeds: nothing hidden shows, nothing differs, nothing hurts.

The judged collections and the real texts are named by OSAC_JUDGED (a folder of folders) and
OSAC_TEXTS (a file); without them those two figures are left out.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from benchmarks import search_known_items, search_quality
from benchmarks.figures import Figure
from benchmarks.search_corpus import READER, Ours, Titles, corpus, vocabulary
from osac_share.search.index import Folder, Reader, Writer, highlight, parse, sought_by
from osac_share.search.index.analysis import terms_of
from osac_share.search.models import AnyOf, Filter, Phrase, Prefix, Word
from osac_share.search.queries.filters import meant
from tests.support.editions import (
    EVERYONE,
    TOKENS,
    WORDS,
    built,
    everything_said,
    hidden_library,
    random_library,
    random_question,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from osac_share.search.models import Clause, Document, Query

PERSONS = QUESTIONS = 500
STRINGS = 50_000
ABUSERS = 2
"""In so many processes the strings are asked."""

LARGE = 50_000
LIBRARIES = 10


def measure() -> Iterator[tuple[Figure, str]]:
    """Yield each figure, and how it was come by."""
    yield _hidden()
    yield from _oracle()
    yield from _abuse()
    if folder := os.environ.get("OSAC_JUDGED"):
        yield _ranking(sorted(Path(folder).iterdir()))
    if texts := os.environ.get("OSAC_TEXTS"):
        yield _known_items(Path(texts))


def _hidden() -> tuple[Figure, str]:
    changed = said = 0
    for seed in range(LIBRARIES):
        with tempfile.TemporaryDirectory() as folder:
            reader = built(Path(folder), random_library(seed))
            tokens = [EVERYONE, frozenset(TOKENS), *(frozenset({one}) for one in TOKENS)]
            before = [everything_said(reader, clearance) for clearance in tokens]
            Writer(Folder(Path(folder))).put(hidden_library(100))
            after = [everything_said(reader, clearance) for clearance in tokens]
            said += sum(map(len, before))
            for one, other in zip(before, after, strict=True):
                changed += abs(len(one) - len(other))
                changed += sum(a != b for a, b in zip(one, other, strict=False))
    how = f"{said:,} bytes of answers before and after 100 hidden reports, {LIBRARIES} libraries"
    return Figure("search_hidden_bytes_changed", changed, "bytes", 0, "at most"), how


def _oracle() -> Iterator[tuple[Figure, str]]:
    chance = Random(5)  # noqa: S311 -- the same on every run.
    library = random_library(seed=11, reports=200)
    persons = [
        frozenset(chance.sample(TOKENS, chance.randrange(1, len(TOKENS)))) for _ in range(PERSONS)
    ]
    # More than three words may be met by most of them: that has no plain reading.
    asked = (parse(random_question(chance)) for _ in range(QUESTIONS * 3))
    questions = [query for query in asked if len(query.words) <= 3][:QUESTIONS]  # noqa: PLR2004
    differences = pairs = 0
    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(":memory:") as database:
        reader = built(Path(folder), library)
        _shelve(database, library)
        for query in questions:
            _ask(database, query)
            for person in persons:
                answer = reader.search(query, person, limit=1_000, facets=False)
                found = set() if answer.loosened else {hit.report_id for hit in answer.hits}
                differences += found != _open_to(database, person)
                pairs += 1
    database.close()
    how = f"{PERSONS} clearances x {len(questions)} queries over {len(library)} editions, in SQL"
    yield Figure("search_oracle_pairs", pairs, "pairs", 250_000, "at least"), how
    yield Figure("search_oracle_differences", differences, "pairs", 0, "at most"), how


def _shelve(database: sqlite3.Connection, library: list[Document]) -> None:
    database.executescript("""
        CREATE TABLE edition (id INTEGER PRIMARY KEY, report, current, severity, council, day);
        CREATE TABLE audience (edition, token);
        CREATE TABLE sight (edition, token);
        CREATE TABLE carried (edition, field, value);
        CREATE TABLE word (edition, place, titled, stem, form);
        CREATE INDEX audience_token ON audience (edition, token);
        CREATE INDEX sight_token ON sight (edition, token);
        CREATE INDEX word_stem ON word (edition, stem, place);
        CREATE INDEX carried_value ON carried (edition, field, value);
    """)
    for one in library:
        facts = (one.report_id, one.current, one.severity, one.council)
        day = one.published_at.date().isoformat()
        database.execute(
            "INSERT INTO edition VALUES (?, ?, ?, ?, ?, ?)", (one.edition_id, *facts, day)
        )
        fixed = {"country": one.countries, "topic": one.topics, "council": {one.council}}
        for name, rows in (
            ("audience", [(token,) for token in one.audience]),
            ("sight", [(token,) for token in one.sight]),
            ("carried", [(field, value) for field, some in fixed.items() for value in some]),
            ("word", list(_words(one))),
        ):
            marks = ", ".join("?" * (1 + len(rows[0])))
            database.executemany(
                f"INSERT INTO {name} VALUES ({marks})",  # noqa: S608 -- names of our own.
                [(one.edition_id, *row) for row in rows],
            )


def _words(one: Document) -> Iterator[tuple[int, bool, str, str]]:
    for titled, text, start in ((True, one.title, 0), (False, one.text, 1_000)):
        for place, term in enumerate(terms_of(text), start):
            if term is not None:
                yield place, titled, term.stem, term.form


def _ask(database: sqlite3.Connection, query: Query) -> None:
    """Keep which editions are what is asked for, whoever asks; every edition is read for it."""
    condition, values = _sql(query)
    database.execute("DROP TABLE IF EXISTS met")
    database.execute("CREATE TABLE met (edition, report)")
    question = f"INSERT INTO met SELECT id, report FROM edition WHERE {condition}"  # noqa: S608
    database.execute(question, values)


def _open_to(database: sqlite3.Connection, person: frozenset[str]) -> set[int]:
    """Return the reports among them that somebody may see."""
    tokens = sorted(person)
    among = ", ".join("?" * len(tokens))
    question = (
        "SELECT DISTINCT report FROM met"  # noqa: S608 -- marks alone.
        f" WHERE EXISTS (SELECT 1 FROM audience a WHERE a.edition = met.edition"
        f" AND a.token IN ({among}))"
        f" AND EXISTS (SELECT 1 FROM sight s WHERE s.edition = met.edition"
        f" AND s.token IN ({among}))"
    )
    return {row[0] for row in database.execute(question, [*tokens, *tokens])}


def _sql(query: Query) -> tuple[str, list[str]]:
    """Return what must hold of an edition, and the values in it."""
    values: list[str] = []
    parts = ["1" if query.history else "edition.current"]
    parts += [_has(clause, values) for clause in query.clauses]
    parts += [f"NOT {_has(leaf, values)}" for leaf in query.excluded]
    wanted: dict[str, list[Filter]] = {}
    for one in query.filters:
        wanted.setdefault(one.field, []).append(one)
    for some in wanted.values():
        parts.append(" OR ".join(_carries(one, values) for one in some if not one.excluded) or "1")
        parts += [f"NOT {_carries(one, values)}" for one in some if one.excluded]
    if query.after:
        parts.append("edition.day >= ?")
        values.append(query.after.isoformat())
    return " AND ".join(f"({part})" for part in parts), values


def _carries(one: Filter, values: list[str]) -> str:
    values += [one.field, one.value]
    return (
        "EXISTS (SELECT 1 FROM carried WHERE edition = edition.id AND field = ? AND value = ?)"
    ).replace("WHERE edition", "WHERE carried.edition")


def _has(clause: Clause, values: list[str]) -> str:
    if isinstance(clause, AnyOf):
        return "(" + " OR ".join(_has(leaf, values) for leaf in clause.leaves) + ")"
    own = "SELECT 1 FROM word w0 WHERE w0.edition = edition.id"
    if isinstance(clause, Prefix):
        values += [clause.letters, clause.letters + "\U0010ffff"]
        test = "w0.form >= ? AND w0.form < ?"
    elif isinstance(clause, Word):
        values.append(clause.term)
        test = "w0.stem = ?"
    elif isinstance(clause, Phrase):
        (_, first), *others = clause.words
        values.append(first)
        test = "w0.stem = ?"
        for offset, stem in others:
            values += [stem, str(offset)]
            test += (
                " AND EXISTS (SELECT 1 FROM word w1 WHERE w1.edition = edition.id"
                " AND w1.stem = ? AND w1.place = w0.place + ? AND w1.titled = w0.titled)"
            )
    else:
        raise TypeError(clause)
    titled = " AND w0.titled" if clause.in_title else ""
    return f"EXISTS ({own} AND {test}{titled})"


def _abuse() -> Iterator[tuple[Figure, str]]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "index"
        Ours(folder, Titles(Path(scratch) / "titles.db")).build(corpus(LARGE))
        with ProcessPoolExecutor(ABUSERS, mp_context=get_context("spawn")) as pool:
            found = list(pool.map(partial(_abused, folder), range(ABUSERS)))
    worst, text, grown = max(one[0] for one in found), max(found)[1], max(one[2] for one in found)
    how = f"on {LARGE:,} editions; the peak of memory grew by {grown} MB; slowest: {text!r}"
    yield Figure("search_abuse_strings", STRINGS, "strings", 50_000, "at least"), how
    yield Figure("search_abuse_max_seconds", worst, "s", 1, "at most"), how


def _abused(folder: Path, seed: int) -> tuple[float, str, int]:
    """Ask a share of the strings; return the longest time, of which, and the growth in MB."""
    chance, words = Random(8 + seed), vocabulary()  # noqa: S311 -- the same on every run.
    reader = Reader(Folder(folder))
    worst, worst_text = 0.0, ""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(STRINGS // ABUSERS):
        text = _nasty(chance, words)
        began = time.perf_counter()
        query = parse(text, meant=meant)
        reader.search(query, READER)
        reader.did_you_mean(query, READER)
        highlight(text, sought_by(query))
        took = time.perf_counter() - began
        if took > worst:
            worst, worst_text = took, text
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    return worst, worst_text, grown


SIGNS = ('"', "*", "-", "OR", "NOT", "(", ":", "country:", "after:", "in:title", "in:history", "|")
ODD = ("\x00", "\u202e", "a\u0301", "漢字", "\U0001f600", "ﬁ", "İ", "x" * 300, "[a TO z]", "?*?*")


def _nasty(chance: Random, words: list[str]) -> str:
    """Return a mixture of frequent words, beginnings, signs and odd characters."""
    parts: list[str] = []
    for _ in range(chance.choice((1, 2, 3, 8, 32, 60))):
        kind = chance.random()
        if kind < 0.35:  # noqa: PLR2004
            parts.append(words[int(abs(chance.gauss(0, 60)))])
        elif kind < 0.55:  # noqa: PLR2004
            parts.append(chance.choice(words)[: chance.randrange(1, 5)] + "*")
        elif kind < 0.65:  # noqa: PLR2004
            parts.append(f'"{" ".join(words[n] for n in chance.sample(range(30), 4))}"')
        elif kind < 0.9:  # noqa: PLR2004
            parts.append(chance.choice(SIGNS))
        else:
            parts.append(chance.choice((*ODD, *WORDS)))
    return chance.choice((" ", "", " ")).join(parts)


def _ranking(folders: list[Path]) -> tuple[Figure, str]:
    means = {
        name: [search_quality.of_engine(folder, name) for folder in folders]
        for name in search_quality.ENGINES
    }
    ours, *others = (sum(values) / len(values) for values in means.values())
    told = "; ".join(
        f"{name} {', '.join(f'{one:.4f}' for one in got)}" for name, got in means.items()
    )
    how = f"nDCG@10 over {', '.join(folder.name for folder in folders)}: {told}"
    best = max(others)
    return Figure("search_ndcg10_vs_bm25", ours / best, "ratio", 1, "at least"), how


def _known_items(texts: Path) -> tuple[Figure, str]:
    asked, mean = search_known_items.mean_reciprocal_rank(texts)
    how = f"{asked} sentences of the real texts, rank of an edition that has them among ten"
    return Figure("search_known_item_mrr10", mean, "", 0.9, "at least"), how
