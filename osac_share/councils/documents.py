"""A council's members' list as a file, marked like everything that leaves the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel.text.tables import csv_line
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from osac_share.councils.models import Council, Member

MARKING = "AMBER_STRICT"
"""Who sits on a council stays with those who run it."""

HEADINGS = ("Name", "Organization", "Sector", "Seat", "Since", "Mail")


def member_list(council: Council, members: Iterable[Member], *, by: str, at: datetime) -> str:
    """Return the list as CSV: a line that marks it, the headings, and a line for each seat."""
    marking = taxonomy.marking(MARKING)
    taken = f"{council.name}, fetched by {by} on {at:%Y-%m-%d %H:%M} UTC. {marking.meaning}"
    lines = [csv_line([marking.label, taken]), csv_line(HEADINGS)]
    for seat, person, organization in members:
        lines.append(
            csv_line(
                [
                    person.name,
                    organization.name if organization else "",
                    taxonomy.sector(organization.sector).label if organization else "",
                    taxonomy.seat_kind(seat.kind).label,
                    f"{seat.started_at:%Y-%m-%d}",
                    person.email,
                ]
            )
        )
    return "".join(lines)


def file_name(council: Council, at: datetime) -> str:
    """Return what the file is called; the marking comes first, where a folder shows it."""
    return f"TLP-AMBER-STRICT_{council.slug}_members_{at:%Y-%m-%d}.csv"
