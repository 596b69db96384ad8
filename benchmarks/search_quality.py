"""How well search ranks, on collections with human judgements, beside two other engines.

    python benchmarks/search_quality.py FOLDER...

Each folder holds `docs.jsonl.gz` (id, title, text), `queries.jsonl` (id, text) and `qrels.tsv`
(query, document, grade). Printed is the mean nDCG@10.
"""

from __future__ import annotations

import gzip
import json
import math
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy
from whoosh import fields, index, qparser
from whoosh.analysis import StemmingAnalyzer

from osac_share.search.index import Folder, Reader, Writer, parse
from osac_share.search.models import Document

if TYPE_CHECKING:
    from collections.abc import Callable

DEPTH = 10
Row = dict[str, Any]
EVERYONE = frozenset({"public"})


def main(folders: list[str]) -> None:
    """Print a line for each collection and engine."""
    for name in folders:
        for engine in ENGINES:
            ndcg10 = of_engine(Path(name), engine)
            print(f"{Path(name).name:12} {engine:12} nDCG@10 {ndcg10:.4f}")


def of_engine(folder: Path, engine: str) -> float:
    """Return the mean nDCG@10 of an engine over a judged collection."""
    with gzip.open(folder / "docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        docs = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as scratch:
        return mean(folder, ENGINES[engine](docs, Path(scratch)))


def mean(folder: Path, search: Callable[[str], list[str]]) -> float:
    """Return the mean nDCG@10 over all judged queries."""
    judged: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        query, document, grade = line.split("\t")
        judged[query][document] = int(grade)
    queries = map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines())
    gains = [ndcg(search(row["text"]), judged[row["id"]]) for row in queries if row["id"] in judged]
    return sum(gains) / len(gains)


def ndcg(found: list[str], grades: dict[str, int]) -> float:
    """Return the normalized discounted cumulative gain of the first ten."""
    ideal = sorted(grades.values(), reverse=True)[:DEPTH]
    best = sum(grade / math.log2(rank + 2) for rank, grade in enumerate(ideal))
    got = sum(grades.get(one, 0) / math.log2(rank + 2) for rank, one in enumerate(found[:DEPTH]))
    return got / best if best else 0.0


def ours(docs: list[Row], folder: Path) -> Callable[[str], list[str]]:
    """Index with this program's own engine."""
    numbers = {number: row["id"] for number, row in enumerate(docs, 1)}
    Writer(Folder(folder)).rebuild(
        [[as_document(number, row) for number, row in enumerate(docs, 1)]]
    )
    reader = Reader(Folder(folder))

    def search(text: str) -> list[str]:
        answer = reader.search(parse(text), EVERYONE, limit=DEPTH, facets=False)
        # As the page shows them: those with all of the words, then those with most.
        return [numbers[hit.report_id] for hit in (*answer.hits, *answer.near)]

    return search


def as_document(number: int, row: Row) -> Document:
    """Return a judged text as a public report."""
    return Document(
        edition_id=number,
        report_id=number,
        number=1,
        current=True,
        title=row["title"],
        text=row["text"],
        audience=EVERYONE,
        sight=EVERYONE,
        kind="analysis",
        severity="routine",
        marking="CLEAR",
        state="published",
        published_at=datetime(2025, 1, 1, tzinfo=UTC),
        stamp="",
    )


def whoosh(docs: list[Row], folder: Path) -> Callable[[str], list[str]]:
    """Index with Whoosh as it comes: stemming, BM25F, any word."""
    schema = fields.Schema(
        id=fields.ID(stored=True),
        title=fields.TEXT(analyzer=StemmingAnalyzer()),
        text=fields.TEXT(analyzer=StemmingAnalyzer()),
    )
    made = index.create_in(str(folder), schema)
    writer = made.writer(limitmb=256)
    for row in docs:
        writer.add_document(id=row["id"], title=row["title"], text=row["text"])
    writer.commit()
    searcher = made.searcher()
    parser = qparser.MultifieldParser(
        ["title", "text"], schema, plugins=[qparser.WhitespacePlugin()], group=qparser.OrGroup
    )
    return lambda text: [
        hit["id"] for hit in searcher.search(parser.parse(plain(text)), limit=DEPTH)
    ]


def tantivy_(docs: list[Row], folder: Path) -> Callable[[str], list[str]]:
    """Index with tantivy: English stemming, BM25, any word."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("title", tokenizer_name="en_stem")
    builder.add_text_field("text", tokenizer_name="en_stem")
    made = tantivy.Index(builder.build(), path=str(folder))
    writer = made.writer()
    for row in docs:
        writer.add_document(tantivy.Document(id=row["id"], title=row["title"], text=row["text"]))
    writer.commit()
    made.reload()
    searcher = made.searcher()

    def search(text: str) -> list[str]:
        query = made.parse_query(plain(text), ["title", "text"])
        found = searcher.search(query, DEPTH).hits
        return [searcher.doc(address)["id"][0] for _, address in found]

    return search


ENGINES = {"OSAC Share": ours, "Whoosh": whoosh, "tantivy": tantivy_}
"""Ours first; each returns what searches a collection that it has indexed."""


def plain(text: str) -> str:
    """Return only the words, for parsers that take punctuation for operators."""
    return "".join(c if c.isalnum() else " " for c in text.lower())


if __name__ == "__main__":
    main(sys.argv[1:])
