"""Review: somebody else looks at a draft before the members do, or at the latest soon after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel import outbox
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports import policy
from osac_share.reports.actions.publishing import hold_back, publish
from osac_share.reports.actions.recording import note
from osac_share.reports.events import DraftDecided, DraftSubmitted
from osac_share.reports.models import DRAFT, IN_REVIEW, REJECTED, WRITING, Edition, Report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor

SAY_WHY = "Say why: it is what the author goes by."


def submit(session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime) -> None:
    """Hand a draft in for review.

    Raises:
        NotAllowed: the actor does not write for this council.
        RuleBroken: something that readers need is missing, or it was handed in already.

    """
    policy.require("submit", by.standing, report, draft)
    policy.require_ready(report, draft, at=at)
    draft.stage, draft.submitted_at, draft.updated_at = IN_REVIEW, at, at
    if report.state == DRAFT:
        report.state = IN_REVIEW
    note(session, "submit", report, by=by, at=at, edition=draft.number)
    session.flush()
    outbox.record(session, DraftSubmitted(draft.id, draft.lock), at=at)


def recall(session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime) -> None:
    """Take a draft back from review, or from waiting for its time, to work on it again.

    Raises:
        NotAllowed: the actor does not write for this council.
        RuleBroken: it is not waiting for anybody.

    """
    policy.require("recall", by.standing, report, draft)
    _reopen(report, draft, at=at)
    note(session, "recall", report, by=by, at=at, edition=draft.number)
    session.flush()


def approve(
    session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime, words: str = ""
) -> None:
    """Approve a draft: it is published now, or held back until the time that it names.

    Raises:
        NotAllowed: the actor wrote it, or does not review for this council.
        RuleBroken: it is not in review, or something that readers need is missing.

    """
    policy.require("approve", by.standing, report, draft)
    draft.reviewed_by, draft.review_note = by.id, words
    note(session, "approve", report, by=by, at=at, edition=draft.number, words=words)
    if draft.release_at is not None and draft.release_at > at:
        hold_back(session, report, draft, at=at)
    else:
        publish(session, report, draft, by=by, at=at)
    _tell(session, draft, "held_back" if draft.published_at is None else "approved", at=at)


def send_back(
    session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime, words: str
) -> None:
    """Return a draft to its authors with a note about what to change.

    Raises:
        NotAllowed: the actor wrote it, or does not review for this council.
        RuleBroken: it is not in review, or the note is empty.

    """
    policy.require("return", by.standing, report, draft)
    _require_words(words)
    _reopen(report, draft, at=at)
    draft.reviewed_by, draft.review_note = by.id, words
    note(session, "return", report, by=by, at=at, edition=draft.number, words=words)
    _tell(session, draft, "returned", at=at)


def reject(
    session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime, words: str
) -> None:
    """Reject a draft for good, with a reason.

    Raises:
        NotAllowed: the actor wrote it, or does not review for this council.
        RuleBroken: it is not in review, or the reason is empty.

    """
    policy.require("reject", by.standing, report, draft)
    _require_words(words)
    draft.stage, draft.updated_at = REJECTED, at
    draft.reviewed_by, draft.review_note = by.id, words
    if report.state == IN_REVIEW:
        report.state = DRAFT
    note(session, "reject", report, by=by, at=at, edition=draft.number, words=words)
    _tell(session, draft, "rejected", at=at)


def look_again(
    session: Session, report: Report, edition: Edition, *, by: Actor, at: datetime, words: str = ""
) -> None:
    """Give the second look that an emergency publication still owes.

    Raises:
        NotAllowed: the actor wrote it, or does not review for this council.
        RuleBroken: it owes none, or somebody gave it already.

    """
    if not policy.may_review(by.standing, report, edition):
        raise NotAllowed(f"The second look is for {policy.Who.REVIEWER}.")
    if edition.second_look_due_at is None or edition.second_look_at is not None:
        raise RuleBroken("This does not wait for a second look.")
    edition.second_look_at, edition.second_look_by = at, by.id
    edition.review_note = words
    note(session, "second_look", report, by=by, at=at, edition=edition.number, words=words)
    session.flush()


def _tell(session: Session, draft: Edition, decision: str, *, at: datetime) -> None:
    session.flush()
    outbox.record(session, DraftDecided(draft.id, draft.lock, decision), at=at)


def _reopen(report: Report, draft: Edition, *, at: datetime) -> None:
    draft.stage, draft.updated_at = WRITING, at
    if report.state == IN_REVIEW:
        report.state = DRAFT


def _require_words(words: str) -> None:
    if not words.strip():
        raise RuleBroken(SAY_WHY)
