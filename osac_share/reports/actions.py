"""What can be done with reports: one function per use case. None of them commits."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sqlalchemy import insert

from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.kernel import outbox
from osac_share.kernel.crashpoints import crashpoint
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports import policy
from osac_share.reports.documents import keep_rendered
from osac_share.reports.events import EditionPublished, ReportEnded
from osac_share.reports.models import (
    EXPIRED,
    PUBLISHED,
    Edition,
    EditionAudience,
    Report,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Section


def begin(
    session: Session, *, kind: str, council: Council, by: Actor, at: datetime
) -> tuple[Report, Edition]:
    """Begin a report with an empty draft for a council.

    Raises:
        NotAllowed: the actor does not write for that council.

    """
    report = Report(
        kind=kind,
        origin="council",
        council_id=council.id,
        issuer=council.name,
        created_at=at,
        changed_at=at,
        created_by=by.id,
    )
    if not policy.may_edit(by.standing, report):
        raise NotAllowed("You do not write for this council.")
    edition = Edition(report=report, title="", updated_at=at)
    session.add(report)
    session.flush()
    record_act(session, "report.begin", by=by.name_in_record, at=at, **_identity(report), kind=kind)
    return report, edition


def revise(  # noqa: PLR0913 -- a draft has that many fields.
    session: Session,
    report: Report,
    draft: Edition,
    *,
    by: Actor,
    at: datetime,
    title: str,
    summary: str,
    sections: Sequence[Section],
    severity: str,
    marking: str,
    addressees: Sequence[str],
    places: Sequence[tuple[str, str]],
    topics: Sequence[str],
    alert_kind: str | None,
    expires_at: datetime | None,
) -> None:
    """Replace the words and the addressing of a draft.

    Raises:
        NotAllowed: the actor may not edit this report.
        RuleBroken: the draft is already published.

    """
    if not policy.may_edit(by.standing, report):
        raise NotAllowed("You do not write for this council.")
    if draft.published_at is not None:
        raise RuleBroken("This edition is already published; write an update instead.")
    draft.title, draft.summary, draft.sections = title, summary, list(sections)
    draft.severity, draft.marking, draft.addressees = severity, marking, sorted(addressees)
    draft.alert_kind, draft.expires_at, draft.updated_at = alert_kind, expires_at, at
    draft.locate(places)
    draft.about(topics)
    session.flush()


def publish(session: Session, report: Report, draft: Edition, *, by: Actor, at: datetime) -> None:
    """Publish a draft: freeze it, write its audience, and record what must follow.

    One transaction of the caller holds all of it: the edition, its audience, the audit
    entry and the outbox row.

    Raises:
        NotAllowed: the actor may not publish for this council.
        RuleBroken: something that readers need is missing.

    """
    if not policy.may_publish(by.standing, report):
        raise NotAllowed("Only the chair and the co-chair publish for this council.")
    draft.require_complete()
    if draft.expires_at is not None and draft.expires_at <= at:
        raise RuleBroken("The time until which this holds has already passed.")
    issue(session, report, draft, published_by=by.id, at=at)
    crashpoint("issued")
    record_act(
        session,
        "report.publish",
        by=by.name_in_record,
        at=at,
        **_identity(report),
        edition=draft.number,
        marking=draft.marking,
        audience=sorted(policy.audience_of(report, draft)),
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
    draft.published_at = draft.published_at or at
    draft.published_by = published_by
    draft.text_digest = digest_of(draft.title, draft.sections)
    session.flush()
    session.execute(
        insert(EditionAudience),
        [{"edition_id": draft.id, "token": token} for token in sorted(audience)],
    )
    report.current_edition_id = draft.id
    report.state = PUBLISHED
    report.published_at = draft.published_at
    report.changed_at = at
    keep_rendered(session, draft)
    session.flush()


def expire(session: Session, report: Report, *, at: datetime) -> None:
    """End a report whose time has run out. The worker calls this; nobody is mailed."""
    report.state = EXPIRED
    report.changed_at = at
    record_act(session, "report.expire", by=SYSTEM, at=at, **_identity(report))
    outbox.record(session, ReportEnded(report.id), at=at)


def digest_of(title: str, sections: Sequence[Section]) -> str:
    """Return a SHA-256 over an edition's words, by which a repeat is recognized."""
    made = hashlib.sha256(title.encode())
    for section in sections:
        made.update(b"\x00" + section["heading"].encode() + b"\x01" + section["body"].encode())
    return made.hexdigest()


def _identity(report: Report) -> dict[str, str]:
    return {"object_kind": "report", "object_id": report.public_id}
