"""Writing: drafts are begun, changed, continued as updates, and thrown away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports import policy
from osac_share.reports.actions.recording import note, with_author
from osac_share.reports.models import (
    ALL_CLEAR,
    CLOSING,
    COUNCIL,
    DISCARDED,
    HOLDS,
    LIFTED,
    RELAY,
    Contents,
    Edition,
    Place,
    Report,
)

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor


def begin(
    session: Session,
    *,
    kind: str,
    council: Council,
    by: Actor,
    at: datetime,
    origin: str = COUNCIL,
    is_exercise: bool = False,
) -> tuple[Report, Edition]:
    """Begin a report with an empty draft for a council.

    The council issues it (origin `COUNCIL`), or passes on an issuer's words (`RELAY`). What kind
    it is, and whether it is an exercise, never changes afterwards.

    Raises:
        NotAllowed: the actor does not write for that council.
        RuleBroken: the council is closed.

    """
    report = Report(
        kind=kind,
        origin=origin,
        council_id=council.id,
        issuer=council.name,
        is_exercise=is_exercise,
        created_at=at,
        changed_at=at,
        created_by=by.id,
    )
    if not policy.may_edit(by.standing, report):
        raise NotAllowed("You do not write for this council.")
    if council.is_closed:
        raise RuleBroken(f"{council.name} is closed: it publishes nothing any more.")
    edition = Edition(report=report, title="", updated_at=at)
    session.add(report)
    session.flush()
    note(session, "begin", report, by=by, at=at, kind=kind, is_exercise=is_exercise)
    return report, edition


def revise(
    session: Session,
    report: Report,
    draft: Edition,
    contents: Contents,
    *,
    by: Actor,
    at: datetime,
    from_issuer: bool = False,
) -> None:
    """Replace what a draft says, and to whom.

    Args:
        session: the session of the act.
        report: what the draft belongs to.
        draft: what is changed.
        contents: all that it says from now on.
        by: who changes it.
        at: when, in UTC.
        from_issuer: whether relayed words come from their issuer anew; nobody else's pen
            changes them once they are in.

    Raises:
        NotAllowed: the actor does not write for this council.
        RuleBroken: the draft is in review, held back or published, or others' words are changed.

    """
    policy.require("revise", by.standing, report, draft)
    if report.origin == RELAY and not from_issuer:
        _require_verbatim(draft, contents)
    draft.take(contents)
    draft.update_no = report.next_update_no(is_major=draft.is_major)
    draft.updated_at = at
    draft.authors = with_author(draft.authors, by)
    session.flush()


def _require_verbatim(draft: Edition, contents: Contents) -> None:
    is_in = any(one["body"].strip() for one in draft.sections)
    kept = (draft.title, list(draft.sections), draft.source_url)
    if is_in and kept != (contents.title, list(contents.sections), contents.source_url):
        raise RuleBroken("These are an issuer's words. They are passed on as they are.")


def begin_update(
    session: Session, report: Report, *, by: Actor, at: datetime, outcome: str = HOLDS
) -> Edition:
    """Begin the next edition of a published report with the words of the one that holds.

    Args:
        session: the session of the act.
        report: what is updated, its editions loaded.
        by: who begins it; they have not written a word yet, and may still review it.
        at: when, in UTC.
        outcome: `HOLDS` for an update, `ALL_CLEAR` or `CANCELLED` for one that ends the report.

    Raises:
        NotAllowed: the actor does not write for this council.
        RuleBroken: the report has ended, or somebody is at work on an update already.

    """
    policy.require("update" if outcome == HOLDS else "close", by.standing, report)
    current = report.current()
    if current is None or report.draft() is not None:
        raise RuleBroken("Somebody has begun an update already. Continue that one.")
    contents = replace(Contents.of(current), change_note="", is_major=True, outcome=outcome)
    if outcome in CLOSING:
        contents = replace(contents, expires_at=None)
    if outcome == ALL_CLEAR:
        lifted = [Place(*place[:2], LIFTED) for place in contents.places]
        contents = replace(contents, places=lifted)
    draft = Edition(
        report=report,
        number=max(one.number for one in report.editions) + 1,
        attachments=list(current.attachments),
        title="",
        updated_at=at,
    )
    draft.take(contents)
    draft.update_no = report.next_update_no(is_major=True)
    session.add(draft)
    session.flush()
    note(session, "begin_update", report, by=by, at=at, edition=draft.number, outcome=outcome)
    return draft


def discard(session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime) -> None:
    """Put a draft away. It is kept for the record, and nobody works on it again.

    Raises:
        NotAllowed: the actor does not write for this council.
        RuleBroken: it is no draft any more.

    """
    policy.require("discard", by.standing, report, draft)
    draft.stage, draft.updated_at = DISCARDED, at
    note(session, "discard", report, by=by, at=at, edition=draft.number)
    session.flush()
