"""Reading what published files say, so that it can be found."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from osac_share.kernel import outbox
from osac_share.kernel.db import insert_or_leave, transaction
from osac_share.kernel.errors import NotFound
from osac_share.kernel.files import Unreadable, find_kind, read_pages
from osac_share.reports.events import FilesRead
from osac_share.reports.models import (
    Attachment,
    AttachmentText,
    Edition,
    EditionAttachment,
    Report,
)
from osac_share.reports.policy import WRITTEN_HERE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.files import Store

READER: Final = 1
"""Raised when the reading changes; every file is then read once more."""

AT_ONCE: Final = 20

NEW_FOR: Final = timedelta(days=1)
"""Of an edition that is older nobody hears any more because of what its files say."""


def read_files(maker: sessionmaker[Session], store: Store, *, at: datetime) -> Sequence[int]:
    """Read some published files that nobody has read yet.

    No transaction is open while a file is read. What cannot be read is noted as without words,
    and not tried again. When there are words in a file of an edition that is new, that is said to
    those who must hear of it.

    Args:
        maker: opens sessions.
        store: where the bytes are.
        at: now, in UTC.

    Returns:
        The reports whose files were read; they are to be indexed anew.

    """
    with maker() as session, transaction(session):
        waiting = session.execute(_unread()).all()
    for attachment_id, media_type, digest, _report in waiting:
        pages = _pages(store, digest, media_type)
        with maker() as session, transaction(session):
            # Another worker may have read it meanwhile: what it says is the same.
            old = AttachmentText.attachment_id == attachment_id, AttachmentText.reader != READER
            is_again = session.connection().execute(delete(AttachmentText).where(*old)).rowcount
            row = {"attachment_id": attachment_id, "reader": READER, "pages": pages}
            row |= {"has_words": any(pages), "read_at": at}
            session.execute(insert_or_leave(session, AttachmentText), [row])
            if any(pages) and not is_again:
                _say_what_is_new(session, attachment_id, at=at)
    return sorted({row.report_id for row in waiting})


def _say_what_is_new(session: Session, attachment_id: int, *, at: datetime) -> None:
    carrying = (
        select(Edition.id)
        .join(EditionAttachment, EditionAttachment.edition_id == Edition.id)
        .join(Report, Report.current_edition_id == Edition.id)
        .where(EditionAttachment.attachment_id == attachment_id, Report.origin.in_(WRITTEN_HERE))
        .where(Edition.published_at > at - NEW_FOR)
    )
    for edition_id in session.scalars(carrying):
        outbox.record(session, FilesRead(edition_id), at=at)


def _unread() -> Select[int, str, str, int]:
    read = select(AttachmentText.attachment_id).where(AttachmentText.reader == READER)
    published = (
        select(EditionAttachment.attachment_id)
        .join(Edition, Edition.id == EditionAttachment.edition_id)
        .where(Edition.published_at.is_not(None))
    )
    return (
        select(Attachment.id, Attachment.media_type, Attachment.digest, Attachment.report_id)
        .where(Attachment.id.in_(published), Attachment.id.not_in(read))
        .order_by(Attachment.id.desc())
        .limit(AT_ONCE)
    )


def _pages(store: Store, digest: str, media_type: str) -> list[str]:
    kind = find_kind(media_type)
    if kind is None:
        return []
    try:
        with store.open(digest) as file:
            return read_pages(file, kind)
    except (NotFound, Unreadable):
        return []
