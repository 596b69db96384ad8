"""How far an edition has come, as a file, marked like everything that leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel.text.tables import csv_line
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from osac_share.delivery.policy.reach import Tally, Unreached
    from osac_share.reports.models import Edition, Report

MARKING = "AMBER_STRICT"
"""Which organizations hear of what stays with those who run the council."""

HEADINGS = (
    *("Organization", "Readers", "Reached", "Waiting", "Held", "Came back", "Refused"),
    *("Not sent", "Acknowledged", "Late"),
)


def reach_list(
    report: Report, edition: Edition, tallies: Iterable[Tally], *, by: str, at: datetime
) -> str:
    """Return the counts of organizations as CSV: a line that marks it, headings, and theirs."""
    lines = [_marked(report, edition, by, at), csv_line(HEADINGS)]
    for one in tallies:
        became = (one.reached, one.waiting, one.held, one.bounced, one.failed, one.skipped)
        name = one.name or "No organization"
        lines.append(csv_line([name, one.matched, *became, one.acknowledged, one.late]))
    return "".join(lines)


def unreached_list(
    report: Report, edition: Edition, people: Iterable[Unreached], *, by: str, at: datetime
) -> str:
    """Return those members of the council as CSV whom an edition did not reach."""
    lines = [_marked(report, edition, by, at), csv_line(("Name", "Organization", "What became"))]
    lines += [csv_line([one.name, one.organization or "", one.standing]) for one in people]
    return "".join(lines)


def file_name(report: Report, edition: Edition, what: str) -> str:
    """Return what the file is called; the marking comes first, where a folder shows it."""
    return f"TLP-AMBER-STRICT_{report.public_id}_{edition.number}_{what}.csv"


def _marked(report: Report, edition: Edition, by: str, at: datetime) -> str:
    marking = taxonomy.marking(MARKING)
    taken = f"Report {report.public_id}, edition {edition.number}, fetched by {by} on "
    return csv_line([marking.label, f"{taken}{at:%Y-%m-%d %H:%M} UTC. {marking.meaning}"])
