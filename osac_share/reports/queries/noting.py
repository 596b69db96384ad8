"""Who is on record as a reader of what may not travel far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.audit.queries import was_recorded
from osac_share.councils.policy import MARKINGS
from osac_share.reports.models import EditionAttachment
from osac_share.reports.policy import READ
from osac_share.reports.queries.sight import visible_rows

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Attachment


def is_noted(session: Session, public_id: str, person_id: int | None, *, at: datetime) -> bool:
    """Tell whether it is on record that this person read the report in the hour of `at`."""
    return was_recorded(session, READ, person_id=person_id, object_id=public_id, at=at)


def find_strictest(
    session: Session, attachment: Attachment, clearance: AbstractSet[str]
) -> tuple[str, str] | None:
    """Return the report that a file goes with and the strictest marking under which it is seen.

    None when no edition with this file is this clearance's to see.
    """
    question = select(EditionAttachment.edition_id).where(
        EditionAttachment.attachment_id == attachment.id
    )
    seen = visible_rows(session, session.scalars(question).all(), clearance)
    if not seen:
        return None
    report, edition = max(seen.values(), key=lambda row: MARKINGS.index(row[1].marking))
    return report.public_id, edition.marking
