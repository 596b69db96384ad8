"""How surely a sentence brings back the text it was taken from.

    python benchmarks/search_known_items.py TEXTS.jsonl.gz [HOW MANY]

Each line of the file is a text with `country`, `section`, `edition`, `published_at` and `markdown`.
Sentences are taken at random; right is any edition that has the sentence, among the first ten.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import sys
import tempfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from osac_share.kernel.text import plain_text
from osac_share.search.index import Folder, Reader, Writer, parse
from osac_share.search.models import Document

if TYPE_CHECKING:
    from collections.abc import Callable

EVERYONE = frozenset({"public"})
DEPTH = 10
SHORTEST, LONGEST = 6, 40


def main(file: str, count: int = 200) -> None:
    """Print the mean reciprocal rank, and the sentences that did not find their text."""
    asked, mean = mean_reciprocal_rank(Path(file), count, tell=print)
    print(f"{asked} sentences, mean reciprocal rank among the first {DEPTH}: {mean:.4f}")


def mean_reciprocal_rank(
    file: Path, count: int = 600, tell: Callable[[str], object] = len
) -> tuple[int, float]:
    """Return how many sentences were asked for, and the mean reciprocal rank of their text.

    Args:
        file: the texts.
        count: how many sentences to take.
        tell: told each sentence that was not found.

    """
    documents = read(file)
    said = {one.edition_id: plain(one.text) for one in documents}
    ranks: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        Writer(Folder(Path(folder))).rebuild([documents])
        reader = Reader(Folder(Path(folder)))
        for sentence in sentences(documents, count):
            # A sentence may have been dropped from the current edition of its text.
            query = replace(parse(sentence), history=True)
            hits = reader.search(query, EVERYONE, limit=DEPTH, facets=False).hits
            right = (plain(sentence) in said[hit.edition_id] for hit in hits)
            ranks.append(next((1 / rank for rank, is_it in enumerate(right, 1) if is_it), 0.0))
            if not ranks[-1]:
                tell(f"missed: {sentence}")
    return len(ranks), sum(ranks) / len(ranks)


def read(file: Path) -> list[Document]:
    """Return the texts as editions of one report for each country and section."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    reports: dict[tuple[str, str], int] = {}
    newest: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row["country"], row["section"]
        reports.setdefault(key, len(reports) + 1)
        newest[key] = max(newest.get(key, 0), row["edition"])
    return [
        Document(
            edition_id=number,
            report_id=reports[row["country"], row["section"]],
            number=row["edition"],
            current=row["edition"] == newest[row["country"], row["section"]],
            title=f"{row['country']}: {row['section']}",
            text=plain_text(row["markdown"]),
            audience=EVERYONE,
            sight=EVERYONE,
            kind="country_information",
            severity="routine",
            marking="CLEAR",
            state="published",
            published_at=datetime.fromisoformat(row["published_at"]),
            stamp=str(number),
        )
        for number, row in enumerate(rows, 1)
    ]


def sentences(documents: list[Document], count: int) -> list[str]:
    """Return sentences of some length, each from a text chosen at random."""
    chance = random.Random(2025)  # noqa: S311 -- the same sentences on every run.
    found: list[str] = []
    while len(found) < count:
        parts = re.split(r"(?<=[.!?])\s+|\n+", chance.choice(documents).text)
        long = [part for part in parts if SHORTEST <= len(part.split()) <= LONGEST]
        if long:
            found.append(chance.choice(long))
    return found


def plain(text: str) -> str:
    """Return only the words of a text."""
    return " ".join(re.findall(r"\w+", text.lower()))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
