"""Putting on record that a list left the house. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.audit.actions import record
from osac_share.reports.policy import is_restricted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.exports.documents import Export


def note_export(session: Session, export: Export, form: str, *, by: Actor) -> None:
    """Record who took which list along, and which restricted reports were in it."""
    restricted = [
        report.public_id for report, edition in export.rows if is_restricted(edition.marking)
    ]
    record(
        session,
        "reports.export",
        by=by.name_in_record,
        at=export.at,
        object_kind="list",
        object_id=form,
        what=export.what,
        rows=len(export.rows),
        marking=export.marking,
        restricted=restricted,
    )
