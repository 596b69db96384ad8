"""Searching, adding and rebuilding at 10,000 and 50,000 documents, beside the named peers."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

from whoosh import fields, index
from whoosh.analysis import StemmingAnalyzer

from benchmarks.figures import Figure
from benchmarks.search_corpus import (
    COUNTRIES,
    READER,
    TOPICS,
    Fts5,
    Narrow,
    Ours,
    Tantivy,
    Titles,
    corpus,
    vocabulary,
)
from osac_share.search.index import Folder, Writer, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from osac_share.search.models import Document

SIZES = (10_000, 50_000)
QUERIES = 40
ROUNDS = 3
REBUILT = 3_000
"""How many documents are built anew: Whoosh itself writes about eighty a second."""

COMMON, MIDDLING = slice(5, 120), slice(120, 2_000)
Query = tuple[Any, ...]


def measure() -> list[Figure]:
    """Return the figures of searching; those of the larger size bear it in their names."""
    return [figure for size in SIZES for figure in _at(size)] + [_rebuild()]


def _at(size: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        titles = Titles(folder / "titles.db")
        ours, peer = Ours(folder / "ours", titles), Tantivy(folder / "tantivy", titles)
        prefixes = Fts5(folder / "fts5.db", titles)
        for engine in (ours, peer, prefixes):
            engine.build(corpus(size))
        documents = corpus(size)
        while some := list(islice(documents, 500)):
            titles.add(some)
        end = "" if size == SIZES[0] else f"_{size // 1000}k"
        for name, target, asked in _classes(list(islice(corpus(size), 2_000))):
            counted = name == "search_facets"
            asks = partial(ours.ask, facets=counted), partial(peer.ask, facets=counted)
            mine, theirs = _side_by_side(*asks, asked)
            yield _figure(f"{name}{end}", target, median(mine), "tantivy", median(theirs))
        asked = [(f"{word[:3]}*",) for word in _some(vocabulary()[MIDDLING])]
        mine, theirs = _side_by_side(ours.ask, prefixes.ask, asked)
        slow = quantiles(mine, n=20)[18], quantiles(theirs, n=20)[18]
        yield _figure(f"search_prefix{end}", 1, slow[0], "SQLite FTS5", slow[1])
        yield Figure(f"search_add_one{end}", _added(ours), "s", 10, "at most")


def _figure(name: str, target: float, mine: float, peer: str, theirs: float) -> Figure:
    return Figure(name, mine, "ms", target, "at most", peer, theirs)


def _classes(sample: Sequence[Document]) -> Iterator[tuple[str, float, list[Query]]]:
    words = vocabulary()
    common, middling = _some(words[COMMON]), _some(words[MIDDLING])
    narrow = [Narrow(f"C{3 * n % COUNTRIES}", f"t{n % TOPICS}") for n in range(QUERIES)]
    yield "search_term", 1.2, [(word,) for word in common]
    both = [(" ".join(pair),) for pair in zip(common, middling, strict=True)]
    yield "search_and", 1.5, both
    yield "search_phrase", 10, [(phrase,) for phrase in _phrases(sample)]
    yield "search_filtered", 1, list(zip(common, narrow, strict=True))
    yield "search_by_date", 1, [(word, None, "date") for word in common]
    yield "search_facets", 1, [(word,) for word in common]


def _some(words: Sequence[str]) -> list[str]:
    return random.Random(3).choices(words, k=QUERIES)  # noqa: S311 -- the same on every run.


def _phrases(sample: Sequence[Document]) -> Iterator[str]:
    chance = random.Random(4)  # noqa: S311 -- the same on every run.
    for document in chance.choices(sample, k=QUERIES):
        words = document.text.split()
        at = chance.randrange(len(words) - 1)
        yield f'"{words[at]} {words[at + 1]}"'


def _side_by_side(
    ours: Callable[..., object], peer: Callable[..., object], asked: Sequence[Query]
) -> tuple[list[float], list[float]]:
    """Ask both in turn, warm, and return the milliseconds of every question."""
    took: tuple[list[float], list[float]] = ([], [])
    for turn in range(ROUNDS + 1):
        for query in asked:
            for ask, times in zip((ours, peer), took, strict=True):
                began = time.perf_counter()
                ask(*query)
                if turn:
                    times.append((time.perf_counter() - began) * 1000)
    return took


def _added(ours: Ours) -> float:
    """Return after how many seconds one more document is found, a replaced one included."""
    one = next(corpus(1))
    began = time.perf_counter()
    ours.writer.put([replace(one, title="Xylocarp", text="xylocarp")])
    while not ours.reader.search(parse("xylocarp"), READER | one.audience).total:
        time.sleep(0.01)
    return time.perf_counter() - began


def _rebuild() -> Figure:
    documents = list(corpus(REBUILT))
    with tempfile.TemporaryDirectory() as scratch:
        began = time.perf_counter()
        Writer(Folder(Path(scratch) / "ours")).rebuild([documents])
        mine = time.perf_counter() - began
        began = time.perf_counter()
        _whoosh(documents, Path(scratch))
        theirs = time.perf_counter() - began
    return Figure("search_rebuild", mine, "s", 0.6, "at most", "Whoosh itself", theirs)


def _whoosh(documents: Sequence[Document], folder: Path) -> None:
    text = fields.TEXT(analyzer=StemmingAnalyzer())
    names = ("audience", "country", "topic", "kind", "severity")
    keywords = {name: fields.KEYWORD() for name in names}
    schema = fields.Schema(id=fields.STORED(), title=text, text=text, **keywords)
    writer = index.create_in(str(folder), schema).writer(limitmb=256)
    for one in documents:
        writer.add_document(
            id=one.edition_id,
            title=one.title,
            text=one.text,
            audience=" ".join(one.audience),
            country=" ".join(one.countries),
            topic=" ".join(one.topics),
            kind=one.kind,
            severity=one.severity,
        )
    writer.commit()
