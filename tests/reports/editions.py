"""Editions to compare: a fictional alert, and real histories where they are at hand."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING

from osac_share.kernel.text import clean_markdown
from osac_share.reports.documents import compare
from tests.exchange.archive import REAL_TEXTS, history

if TYPE_CHECKING:
    from osac_share.reports.documents import Comparison
    from osac_share.reports.documents.changes import BlockChange, PassageChange
    from osac_share.reports.models import Section

ADVISORY = "Advisory"

EVENT = "A march is planned for June 16, 2026, from the harbor to the town hall."
ACTIONS = "- Avoid the harbor.\n- Keep a low profile.\n- Monitor local media."
HELP = "The consulate answers at any hour on the number in your passport wallet."


def sections(*parts: tuple[str, str]) -> list[Section]:
    """Return the sections of an edition from their headings and bodies."""
    return [{"heading": heading, "body": body} for heading, body in parts]


ALERT = sections(("Event", EVENT), ("Actions to take", ACTIONS), ("Assistance", HELP))


def body(old: str, new: str) -> Comparison:
    """Compare two wordings of one section."""
    return compare(sections(("Report", old)), sections(("Report", new)))


def only(comparison: Comparison) -> PassageChange:
    """Return the one passage that differs."""
    (passage,) = [one for one in comparison.passages if not one.is_same]
    return passage


def said(block: BlockChange) -> str:
    """Return a block in one line: [-what went-]{+what came+}."""
    brackets = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return "".join(brackets[run.kind].format(run.text) for run in block.runs)


def consecutive_editions() -> list[tuple[list[Section], list[Section]]]:
    """Return each edition of an advisory, as it is stored, with the one that followed it."""
    rows = history()
    if REAL_TEXTS.is_file():
        with gzip.open(REAL_TEXTS, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
    editions: dict[str, list[tuple[int, list[Section]]]] = defaultdict(list)
    for row in rows:
        if row["section"] == ADVISORY:
            body = clean_markdown(row["markdown"])
            section: Section = {"heading": ADVISORY, "body": body}
            editions[row["country"]].append((row["edition"], [section]))
    return [
        (old, new)
        for series in editions.values()
        for (_, old), (_, new) in pairwise(sorted(series, key=lambda one: one[0]))
    ]
