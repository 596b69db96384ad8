"""The first touch of each word after a start, beside SQLite's FTS5 on the same texts."""

from __future__ import annotations

import random
import re
import sqlite3
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.texts import bodies, texts_file
from osac_share.kernel.text import plain_text
from osac_share.search.index import Folder, Reader, Writer, parse
from osac_share.search.models import Document

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = 150
SHOWN = 20
EVERYONE = frozenset({"public"})


def measure() -> list[Figure]:
    """Return `search_first`: the 95th percentile over words of all frequencies, in ms."""
    with tempfile.TemporaryDirectory() as scratch:
        texts = [plain_text(text) for text in bodies(texts_file(Path(scratch)))]
        words = _words(texts)
        ours = _first_touches(_ours(texts, Path(scratch) / "ours"), words)
        theirs = _first_touches(_fts5(texts, Path(scratch) / "fts5.db"), words)
    return [Figure("search_first", ours, "ms, p95", 2, "at most", "SQLite FTS5", theirs)]


def _words(texts: list[str]) -> list[str]:
    seen = Counter(word for text in texts for word in set(re.findall(r"[a-z]{4,12}", text.lower())))
    chance = random.Random(11)  # noqa: S311 -- the same words on every run.
    ranked = [word for word, _count in seen.most_common(8000)]
    return chance.sample(ranked, min(WORDS, len(ranked)))


def _first_touches(search: Callable[[str], object], words: list[str]) -> float:
    took = []
    for word in words:
        began = time.perf_counter()
        search(word)
        took.append((time.perf_counter() - began) * 1000)
    return quantiles(took, n=20)[18]


def _ours(texts: list[str], folder: Path) -> Callable[[str], object]:
    then = datetime(2025, 6, 1, tzinfo=UTC)
    writer = Writer(Folder(folder))
    documents = [
        Document(
            edition_id=number,
            report_id=number,
            number=1,
            current=True,
            title=text[:60],
            text=text,
            audience=EVERYONE,
            sight=EVERYONE,
            kind="country_information",
            severity="routine",
            marking="CLEAR",
            state="published",
            published_at=then,
            stamp=str(number),
        )
        for number, text in enumerate(texts, 1)
    ]
    writer.rebuild([documents], lambda _done: None)
    reader = Reader(Folder(folder))
    return lambda word: reader.search(parse(word), EVERYONE, limit=SHOWN)


def _fts5(texts: list[str], file: Path) -> Callable[[str], object]:
    database = sqlite3.connect(file)
    database.execute("CREATE VIRTUAL TABLE report USING fts5(text, tokenize='porter')")
    database.executemany("INSERT INTO report (text) VALUES (?)", [(text,) for text in texts])
    database.commit()
    database.close()
    fresh = sqlite3.connect(file)
    question = "SELECT rowid FROM report WHERE report MATCH ? ORDER BY bm25(report) LIMIT ?"
    return lambda word: fresh.execute(question, (word, SHOWN)).fetchall()
