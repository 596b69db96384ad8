"""The files that others publish: their lines, and what a line says in the house's terms."""

from __future__ import annotations

from osac_share.exchange.documents.files import lines_of, opened
from osac_share.exchange.documents.lines import Line, read_line
from osac_share.exchange.documents.texts import (
    ISSUER,
    OTHER,
    SITE,
    RelayedText,
    Unplaced,
    Wording,
    place,
    word,
)

__all__ = [
    "ISSUER",
    "OTHER",
    "SITE",
    "Line",
    "RelayedText",
    "Unplaced",
    "Wording",
    "lines_of",
    "opened",
    "place",
    "read_line",
    "word",
]
