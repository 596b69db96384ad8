"""Spills: what may not be on this system is set aside, and never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports import policy
from osac_share.reports.actions.recording import note
from osac_share.reports.models import ENDED, PUBLISHED, Edition, Report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


def note_held(session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime) -> None:
    """Record that the guard kept a draft from going further: which rules, and how often."""
    note(
        session,
        "held",
        report,
        by=by,
        at=at,
        edition=draft.number,
        rules=dict(sorted(policy.held_by(draft).items())),
    )


def quarantine(session: Session, report: Report, *, by: Actor, at: datetime) -> None:
    """Take a draft out of everybody's sight, because it holds what may not be here.

    It is kept as it is for the people who handle the spill (12 FAM 550), who find it in the
    record by its id; no page shows it any more.

    Raises:
        NotAllowed: the actor neither writes nor reviews for this council.
        RuleBroken: it is published; that is withdrawn first.

    """
    draft = report.draft()
    may = policy.may_edit(by.standing, report) or (
        draft is not None and policy.may_decide(by.standing, report, draft)
    )
    if not may:
        raise NotAllowed("This is for those who write or review for the council.")
    if report.state in {PUBLISHED, *ENDED}:
        raise RuleBroken("This is published. Withdraw it first; then nobody can read it any more.")
    report.quarantined_at = at
    note(session, "quarantine", report, by=by, at=at)
    session.flush()
