"""The record on paper: lines of JSON for copies and programs, CSV for people."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any

from osac_share.audit.policy import SAID

if TYPE_CHECKING:
    from collections.abc import Mapping

COLUMNS = (*SAID, "digest")
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""How a cell begins that a spreadsheet would compute instead of showing it."""


def json_line(facts: Mapping[str, Any]) -> str:
    """Return an entry's facts as one line of JSON, its end included."""
    return json.dumps({name: facts[name] for name in COLUMNS}, separators=(",", ":")) + "\n"


def read_line(line: bytes) -> dict[str, Any] | None:
    """Return the facts that a line holds; None for one that a crash left unfinished."""
    try:
        facts = json.loads(line)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) and facts.keys() == set(COLUMNS) else None


def csv_head() -> str:
    """Return the line that names the columns."""
    return _csv_line(COLUMNS)


def csv_line(facts: Mapping[str, Any]) -> str:
    """Return an entry's facts as one line of CSV (RFC 4180), in which no cell is a formula."""
    detail = json.dumps(facts["detail"], sort_keys=True, ensure_ascii=False)
    return _csv_line({**facts, "detail": detail}[name] for name in COLUMNS)


def _csv_line(cells: Any) -> str:  # noqa: ANN401 -- whatever an entry holds.
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(cell) for cell in cells])
    return out.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULAS) else cell
