"""Links from one report to another: those that lead nowhere are found before members do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.reports.models import WITHDRAWN, Report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition

_OWN = re.compile(r"/reports/([a-z0-9]{20})(?![a-z0-9])")


def dead_links(session: Session, edition: Edition) -> list[str]:
    """Return the addresses of reports that an edition names and that nobody can read.

    There is no such report, it was never published, or it was withdrawn.
    """
    named = dict.fromkeys(
        found for section in edition.sections for found in _OWN.findall(section["body"])
    )
    if not named:
        return []
    readable = select(Report.public_id).where(
        Report.public_id.in_(named),
        Report.current_edition_id.is_not(None),
        Report.state != WITHDRAWN,
    )
    alive = set(session.scalars(readable))
    return [f"/reports/{public_id}" for public_id in named if public_id not in alive]
