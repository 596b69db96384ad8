"""Publishing, and the ends that a report can come to."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import insert

from osac_share.audit.actions import SYSTEM
from osac_share.kernel import outbox
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.errors import RuleBroken
from osac_share.reports import policy
from osac_share.reports.actions.recording import note, with_author
from osac_share.reports.documents import keep_rendered
from osac_share.reports.events import EditionPublished, ReportEnded
from osac_share.reports.models import (
    EXPIRED,
    HOLDS,
    IN_REVIEW,
    PUBLISHED,
    SCHEDULED,
    WITHDRAWN,
    Contents,
    Edition,
    EditionAudience,
    Report,
)
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Section

SECOND_LOOK_WITHIN = timedelta(hours=24)
"""How soon somebody else looks at what was published in an emergency."""

A_MONTH = timedelta(days=365.25 / 12)


def publish_urgently(
    session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime, because: str
) -> None:
    """Publish at once and alone, because people may have to act before a second person could.

    Raises:
        NotAllowed: the actor is not the chair.
        RuleBroken: no reason is given, something that readers need is missing, or fewer than
            all members may read it, or more people than before, which always takes two.

    """
    policy.require("publish_urgently", by.standing, report, draft)
    if not because.strip():
        raise RuleBroken("Say why this cannot wait for a second person.")
    if policy.is_narrowed(draft):
        raise RuleBroken(
            "What only some members may know takes a second person, always. "
            "Send it for review, or mark it for all members."
        )
    if policy.is_widened(report, draft):
        raise RuleBroken(
            "This would let people know who could not before, which takes a second person, always. "
            "Send it for review, or leave the marking as it was."
        )
    draft.urgent_because = because
    draft.second_look_due_at = at + SECOND_LOOK_WITHIN
    draft.authors = with_author(draft.authors, by)
    publish(session, report, draft, by=by, at=at)


def publish(
    session: Session,
    report: Report,
    draft: Edition,
    *,
    by: Actor | tuple[int | None, str],
    at: datetime,
) -> None:
    """Publish a draft that may be published: freeze it, write its audience and the record.

    One transaction of the caller holds all of it: the edition, its audience, the audit
    entry and the outbox row. Whose step it is was asked before.

    Raises:
        RuleBroken: something that readers need is missing, or the draft is one no more.

    """
    if draft.published_at is not None:
        raise RuleBroken("This edition is already published.")
    policy.require_ready(report, draft, at=at)
    issue(session, report, draft, published_by=by[0] if isinstance(by, tuple) else by.id, at=at)
    crashpoint("issued")
    note(
        session,
        "publish",
        report,
        by=by,
        at=at,
        edition=draft.number,
        marking=draft.marking,
        audience=sorted(policy.audience_of(report, draft)),
        outcome=draft.outcome,
        urgent_because=draft.urgent_because,
        narrowed_because=draft.narrowed_because,
    )
    outbox.record(session, EditionPublished(draft.id, report.id), at=at)
    session.flush()
    crashpoint("published")


def issue(
    session: Session, report: Report, draft: Edition, *, published_by: int | None, at: datetime
) -> None:
    """Make `draft` the report's current edition: the part of publishing that asks nobody."""
    try:
        audience = policy.audience_of(report, draft)
    except ValueError as problem:
        raise RuleBroken(f"{problem}.") from None
    draft.update_no = report.next_update_no(is_major=draft.is_major)
    draft.published_at = draft.published_at or at
    draft.published_by = published_by
    draft.text_digest = digest_of(draft.title, draft.sections)
    session.flush()
    session.execute(
        insert(EditionAudience),
        [{"edition_id": draft.id, "token": token} for token in sorted(audience)],
    )
    report.current_edition_id = draft.id
    report.state = PUBLISHED if draft.outcome == HOLDS else draft.outcome
    report.published_at = draft.published_at
    report.changed_at = at
    if months := taxonomy.kind(report.kind).review_months:
        report.review_due_at = at + months * A_MONTH
    keep_rendered(session, draft)
    session.flush()


def hold_back(session: Session, report: Report, draft: Edition, *, at: datetime) -> None:
    """Keep an approved draft until the time that it names; the worker releases it then.

    Raises:
        RuleBroken: something that readers need is missing.

    """
    policy.require_ready(report, draft, at=draft.release_at or at)
    draft.stage, draft.updated_at = SCHEDULED, at
    session.flush()


def release(session: Session, report: Report, draft: Edition, *, at: datetime) -> None:
    """Publish what was held back until now. The worker calls this, after an outage late.

    Raises:
        RuleBroken: it was taken back meanwhile, or it would be out of date when it came out.

    """
    if draft.stage != SCHEDULED or draft.published_at is not None:
        raise RuleBroken(policy.STEPS["release"].refusal)
    publish(session, report, draft, by=SYSTEM, at=at)


def put_back(session: Session, report: Report, draft: Edition, *, at: datetime, why: str) -> None:
    """Return to review what could not be released at its time, with the reason."""
    draft.stage, draft.updated_at = IN_REVIEW, at
    draft.review_note = f"Not published at its time: {why}"
    note(session, "put_back", report, by=SYSTEM, at=at, edition=draft.number, why=why)
    session.flush()


def expire(session: Session, report: Report, *, at: datetime) -> None:
    """End a report whose time has run out. The worker calls this; nobody is mailed."""
    report.state = EXPIRED
    report.changed_at = at
    note(session, "expire", report, by=SYSTEM, at=at)
    outbox.record(session, ReportEnded(report.id), at=at)


def withdraw(session: Session, report: Report, *, by: Actor, at: datetime, because: str) -> Edition:
    """Take a published report back. A tombstone stands at its address, nothing is erased.

    The tombstone is an edition without sections. Whoever was sent an earlier one hears of it.

    Args:
        session: the session of the act.
        report: what is withdrawn, its editions loaded.
        by: who takes it back: its chair, or staff.
        at: when, in UTC.
        because: what its readers are told.

    Raises:
        NotAllowed: it is not this person's to withdraw.
        RuleBroken: it is not published, or no reason is given.

    """
    policy.require("withdraw", by.standing, report)
    if not because.strip():
        raise RuleBroken("Say why: it is what everybody who relied on this will read.")
    current = report.current()
    if current is None:
        raise RuleBroken(policy.STEPS["withdraw"].refusal)
    bare = replace(Contents.of(current), sections=[], summary="", expires_at=None)
    number = max(one.number for one in report.editions) + 1
    tombstone = Edition(report=report, number=number, updated_at=at)
    tombstone.take(replace(bare, change_note=because, outcome=WITHDRAWN, is_major=True))
    session.add(tombstone)
    session.flush()
    note(session, "withdraw", report, by=by, at=at, because=because)
    publish(session, report, tombstone, by=by, at=at)
    return tombstone


def digest_of(title: str, sections: Sequence[Section]) -> str:
    """Return a SHA-256 over an edition's words, by which a repeat is recognized."""
    made = hashlib.sha256(title.encode())
    for section in sections:
        made.update(b"\x00" + section["heading"].encode() + b"\x01" + section["body"].encode())
    return made.hexdigest()
