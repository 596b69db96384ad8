"""The fields of the index, and how a document becomes columns and postings."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from whoosh import columns, fields

from osac_share.search.index.analysis import terms_of
from osac_share.search.index.codec import MAX_POSITION, PostingList

if TYPE_CHECKING:
    from osac_share.search.index.analysis import Term
    from osac_share.search.index.codec import Pool
    from osac_share.search.models import Document

VERSION: Final = 1
"""Raised with every change of fields, analyzer or layout; an older index is then rebuilt."""

BODY: Final = "body"
TITLE: Final = "title"
FORM: Final = "form"
AUDIENCE: Final = "audience"
SIGHT: Final = "sight"
KEYWORDS: Final = (
    "country",
    "topic",
    "region",
    "council",
    "kind",
    "severity",
    "marking",
    "state",
)
NUMBERS: Final = {
    "edition": "q",
    "report": "q",
    "number": "i",
    "current": "B",
    "published": "q",
    "body_length": "i",
    "title_length": "i",
    "title_words": "i",
}
STAMP: Final = "stamp"
MAX_TITLE: Final = 200
TITLE_GAP: Final = 16
"""Positions left free between title and text, so that no phrase reaches from one to the other."""


class Lengths(NamedTuple):
    """The words of body and title without stop words, and all words of the title."""

    body: int
    title: int
    title_words: int


def whoosh_schema() -> fields.Schema:
    """Return the schema that Whoosh keeps the index by."""
    schema = fields.Schema(**{STAMP: fields.COLUMN(columns.VarBytesColumn())})
    for name, code in NUMBERS.items():
        schema.add(name, fields.COLUMN(columns.NumericColumn(code)))
    for name in (BODY, TITLE):
        schema.add(name, fields.TEXT(phrase=False))
    for name in (FORM, AUDIENCE, SIGHT, *KEYWORDS):
        schema.add(name, fields.KEYWORD())
    return schema


def add_postings(pool: Pool, number: int, document: Document) -> Lengths:
    """Add a document's postings under its number in the segment.

    The title is part of the body, so that the body alone decides what matches; the field of the
    title only adds weight.

    Returns:
        The document's lengths.

    """
    title, words = terms_of(document.title)[:MAX_TITLE], terms_of(document.text)
    body = [*title, *[None] * TITLE_GAP, *words][: MAX_POSITION + 1]
    lengths = Lengths(
        _add_text(pool.field(BODY), number, body),
        _add_text(pool.field(TITLE), number, title),
        len(title),
    )
    for form in {term.form for term in {*body} if term is not None}:
        pool.list_of(FORM, form).docs.append(number)
    for name, values in _keywords(document).items():
        for value in values:
            pool.list_of(name, value).docs.append(number)
    return lengths


def _add_text(lists: dict[str, PostingList], number: int, terms: list[Term | None]) -> int:
    found: dict[str, list[int]] = defaultdict(list)
    for position, term in enumerate(terms):
        if term is not None:
            found[term[1]].append(position)
    for stem, where in found.items():
        postings = lists.get(stem)
        if postings is None:
            postings = lists[stem] = PostingList()
        postings.docs.append(number)
        postings.frequencies.append(len(where))
        postings.positions.extend(where)
    return sum(map(len, found.values()))


def _keywords(document: Document) -> dict[str, frozenset[str]]:
    return {
        AUDIENCE: document.audience,
        SIGHT: document.sight,
        "country": document.countries,
        "topic": document.topics,
        "region": document.regions,
        "council": frozenset({document.council} - {""}),
        "kind": frozenset({document.kind}),
        "severity": frozenset({document.severity}),
        "marking": frozenset({document.marking}),
        "state": frozenset({document.state}),
    }
