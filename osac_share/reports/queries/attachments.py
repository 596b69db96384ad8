"""Files that go with reports: reached through the editions that somebody may see, or not at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.councils.policy import PUBLIC
from osac_share.kernel.errors import NotFound
from osac_share.reports.models import (
    OPEN,
    Attachment,
    Edition,
    EditionAttachment,
    Report,
)
from osac_share.reports.queries.reviewing import get_draft_to_read
from osac_share.reports.queries.sight import visible_rows

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Standing

AT_A_TIME = 500


def get_visible_attachment(
    session: Session, public_id: str, clearance: AbstractSet[str]
) -> Attachment:
    """Return a file of an edition that this clearance may see now.

    Raises:
        NotFound: there is none, or this clearance may not know that there is.

    """
    question = (
        select(Attachment, EditionAttachment.edition_id)
        .join(EditionAttachment, EditionAttachment.attachment_id == Attachment.id)
        .where(Attachment.public_id == public_id)
    )
    rows = session.execute(question).all()
    if not rows or not visible_rows(session, [row[1] for row in rows], clearance):
        raise NotFound
    attachment: Attachment = rows[0][0]
    return attachment


def get_drafted_attachment(session: Session, public_id: str, standing: Standing) -> Attachment:
    """Return a file of a draft, for its council's authors and for those who decide about it.

    Raises:
        NotFound: there is none, or it is not this person's to see.

    """
    question = (
        select(Attachment, Report.public_id)
        .join(EditionAttachment, EditionAttachment.attachment_id == Attachment.id)
        .join(Edition, Edition.id == EditionAttachment.edition_id)
        .join(Report, Report.id == Edition.report_id)
        .where(Attachment.public_id == public_id)
        .where(Edition.published_at.is_(None), Edition.stage.in_(OPEN))
    )
    row = session.execute(question).first()
    if row is None:
        raise NotFound
    # A file is reached through its draft, and by nobody who may not read that.
    get_draft_to_read(session, row[1], standing)
    attachment: Attachment = row[0]
    return attachment


def is_for_everyone(session: Session, attachment: Attachment) -> bool:
    """Tell whether strangers may see a file, too."""
    try:
        get_visible_attachment(session, attachment.public_id, frozenset({PUBLIC}))
    except NotFound:
        return False
    return True


def is_attached(session: Session, attachment: Attachment) -> bool:
    """Tell whether a file goes with any edition, of whatever state."""
    question = select(EditionAttachment.edition_id).where(
        EditionAttachment.attachment_id == attachment.id
    )
    return session.scalar(question.limit(1)) is not None


def claimed_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of these digests that are some file's."""
    waiting = sorted(digests)
    return {
        digest
        for start in range(0, len(waiting), AT_A_TIME)
        for digest in session.scalars(
            select(Attachment.digest).where(
                Attachment.digest.in_(waiting[start : start + AT_A_TIME])
            )
        )
    }
