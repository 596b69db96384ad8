"""The fields of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from whoosh import columns, fields

if TYPE_CHECKING:
    from osac_share.search.models import Document

VERSION: Final = 2
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
    "level",
)
NUMBERS: Final = {
    "edition": "q",
    "report": "q",
    "number": "i",
    "current": "B",
    "attachment": "q",
    "first_page": "i",
    "published": "q",
    "body_length": "i",
    "title_length": "i",
    "title_words": "i",
}
STAMP: Final = "stamp"
MAX_TITLE: Final = 200
TITLE_GAP: Final = 16
"""Positions left free between title and text, so that no phrase reaches from one to the other."""


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


def keywords_of(document: Document) -> dict[str, frozenset[str]]:
    """Return the values of every field of keywords."""
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
        "level": frozenset({document.level} - {""}),
    }
