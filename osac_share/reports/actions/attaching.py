"""Attaching files to drafts, and taking them off again. What is published keeps its files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm.attributes import flag_modified

from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.reports import policy, queries
from osac_share.reports.actions.recording import note, with_author
from osac_share.reports.models import Attachment

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.kernel.files import Folder, Received
    from osac_share.reports.models import Edition, Report

UNCLAIMED_AFTER = timedelta(hours=1)
"""How long bytes wait for the row that names them, before they count as left behind."""


def attach(
    session: Session,
    report: Report,
    draft: Edition,
    received: Received,
    *,
    most: int,
    by: Actor,
    at: datetime,
) -> Attachment:
    """Attach a file, whose bytes are kept already, to a draft; its author is the actor, too.

    Args:
        session: the session of the act.
        report: what it belongs to.
        draft: the edition that it will be published with.
        received: the file.
        most: how many files an edition may have.
        by: who attaches it.
        at: when, in UTC.

    Raises:
        NotAllowed: the actor does not write for this council.
        RuleBroken: this is not being written any more, is full, or has a file of this name.

    """
    policy.require("revise", by.standing, report, draft)
    _require_room(draft, received.name, most)
    attachment = _row(report, received, by=by, at=at)
    draft.attachments.append(attachment)
    _touch(draft, by=by, at=at)
    session.flush()
    _note(session, "attach", report, draft, attachment, by=by, at=at)
    return attachment


def detach(
    session: Session,
    report: Report,
    draft: Edition,
    attachment_id: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Take a file off a draft, by its public id. Editions that were published with it keep it.

    Raises:
        NotAllowed: the actor does not write for this council.
        NotFound: the draft has no such file.
        RuleBroken: this is no draft that is being written.

    """
    policy.require("revise", by.standing, report, draft)
    attachment = next((one for one in draft.attachments if one.public_id == attachment_id), None)
    if attachment is None:
        raise NotFound
    draft.attachments.remove(attachment)
    _touch(draft, by=by, at=at)
    session.flush()
    _note(session, "detach", report, draft, attachment, by=by, at=at)
    if not queries.is_attached(session, attachment):
        session.delete(attachment)
        session.flush()


def clear_away(session: Session, store: Folder, *, at: datetime) -> int:
    """Remove bytes that no row names, and that have waited for one long enough.

    They are left by uploads that were refused or cut off, and by files that were taken off.

    Returns:
        How many files were removed.

    """
    before = at - UNCLAIMED_AFTER
    waiting = list(store.old_digests(before=before))
    unclaimed = set(waiting) - queries.claimed_digests(session, waiting)
    for digest in unclaimed:
        store.drop(digest, before=before)
    return len(unclaimed)


def _require_room(draft: Edition, name: str, most: int) -> None:
    if len(draft.attachments) >= most:
        raise RuleBroken(f"A report may have {most} files. Remove one first.")
    if any(one.name.casefold() == name.casefold() for one in draft.attachments):
        raise RuleBroken("A file of this name is here already. Remove that one, or rename this.")


def _row(report: Report, received: Received, *, by: Actor, at: datetime) -> Attachment:
    return Attachment(
        report_id=report.id,
        name=received.name,
        media_type=received.kind.media_type,
        size=received.size,
        digest=received.digest,
        added_at=at,
        added_by=by.id,
    )


def _touch(draft: Edition, *, by: Actor, at: datetime) -> None:
    draft.updated_at = at
    draft.authors = with_author(draft.authors, by)
    # Whoever has this draft open elsewhere must see it anew, even within the same second.
    flag_modified(draft, "updated_at")


def _note(
    session: Session,
    act: str,
    report: Report,
    draft: Edition,
    attachment: Attachment,
    *,
    by: Actor,
    at: datetime,
) -> None:
    note(
        session,
        act,
        report,
        by=by,
        at=at,
        edition=draft.number,
        attachment=attachment.public_id,
        name=attachment.name,
        digest=attachment.digest,
    )
