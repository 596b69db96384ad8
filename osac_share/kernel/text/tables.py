"""Lines of CSV (RFC 4180) that a spreadsheet shows and never computes."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""How a cell begins that a spreadsheet would compute (OWASP, CSV injection)."""


def csv_line(cells: Iterable[object]) -> str:
    """Return one line, its end included; what looks like a formula is led by an apostrophe."""
    line = io.StringIO()
    csv.writer(line).writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULAS):
        return f"'{cell}"
    return cell
