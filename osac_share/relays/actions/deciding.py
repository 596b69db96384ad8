"""Deciding: a text is taken in and becomes a draft, or it is set aside with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from osac_share.audit.actions import record
from osac_share.councils.policy import SECRETARY, Actor
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.relays import policy, queries
from osac_share.relays.models import ASIDE, TAKEN, WAITING
from osac_share.reports import actions as reports
from osac_share.reports.documents import summary_of
from osac_share.reports.models import (
    ACTIVE,
    ALERT,
    ALL_CLEAR,
    CANCELLED,
    CLOSING,
    HOLDS,
    LIFTED,
    RELAY,
    Contents,
    Edition,
    Place,
    Report,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.relays.models import RelayedItem

MARKING = "CLEAR"
"""What an issuer has put on a public page may be shared with anyone."""

DECIDED = "Somebody has decided about this already."
AT_WORK = (
    "Somebody is at work on an update of the report made of the former text. "
    "Finish that update or throw it away, then take this in."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the person who takes a text in decides about it; the words are the issuer's."""

    places: Sequence[tuple[str, str]]
    topics: Sequence[str]
    severity: str
    kind: str = ALERT
    alert_kind: str = "security"
    expires_at: datetime | None = None
    change_note: str = ""


def take(session: Session, item: RelayedItem, choice: Choice, *, by: Actor, at: datetime) -> Report:
    """Make a draft of a text, word for word, and return its report.

    Where the text replaces one that was taken in before, the draft is an update of the same
    report, its all-clear or its cancellation. From here on the draft has the life of any other.

    Args:
        session: the session of the act.
        item: the text, locked.
        choice: where, about what, how bad and until when.
        by: who takes it in.
        at: when, in UTC.

    Raises:
        NotAllowed: the actor does not relay for this council.
        RuleBroken: it was decided about already, or its report cannot be updated now.

    """
    _require(item, by)
    scribe = _standing_in(by, item.source.council_id)
    report = _report_to_update(session, item)
    if report is None:
        report, draft = _begin(session, item, choice, by=scribe, at=at)
    elif report.current() is None and item.outcome == CANCELLED:
        draft = None
        _discard(session, report, by=scribe, at=at)
    else:
        draft = _draft_of(session, report, item, by=scribe, at=at)
    if draft is not None:
        contents = _contents(item, choice, is_update=draft.number > 1)
        reports.revise(session, report, draft, contents, by=scribe, at=at, from_issuer=True)
        draft.effective_at = item.published_at
    item.settle(TAKEN, by=by.id, at=at)
    item.report_id = report.id
    _note(session, "take", item, by=by, at=at, report=report.public_id)
    session.flush()
    return report


def set_aside(session: Session, item: RelayedItem, *, why: str, by: Actor, at: datetime) -> None:
    """Decide that a text is not passed on.

    Raises:
        NotAllowed: the actor does not relay for this council.
        RuleBroken: it was decided about already, or no reason is given.

    """
    _require(item, by)
    if not why.strip():
        raise RuleBroken("Say in a few words why this is not passed on.")
    item.settle(ASIDE, by=by.id, at=at, why=why.strip())
    _note(session, "set_aside", item, by=by, at=at, why=item.why)
    session.flush()


def _require(item: RelayedItem, by: Actor) -> None:
    if not policy.may_relay_for(by.standing, item.source.council_id):
        raise NotAllowed("This is for the chairs and secretaries of the council to decide.")
    if item.state != WAITING:
        raise RuleBroken(DECIDED)


def _standing_in(by: Actor, council_id: int) -> Actor:
    """Return the actor as one who writes for a council.

    Analysts relay for every council, although they write for none: for this one act they
    stand in for its secretary. The record has their own name.
    """
    seats = by.standing.seats | {(council_id, SECRETARY)}
    return replace(by, standing=replace(by.standing, seats=seats))


def _report_to_update(session: Session, item: RelayedItem) -> Report | None:
    report = queries.find_report(session, item, to_change=True)
    if report is None or report.is_exercise != item.is_exercise:
        return None
    was_given_up = report.current() is None and report.draft() is None
    return None if was_given_up or report.state in CLOSING else report


def _begin(
    session: Session, item: RelayedItem, choice: Choice, *, by: Actor, at: datetime
) -> tuple[Report, Edition]:
    if item.outcome == CANCELLED:
        raise RuleBroken("There is no report that this could cancel. Set it aside.")
    report, draft = reports.begin(
        session,
        kind=choice.kind,
        council=item.source.council,
        by=by,
        at=at,
        origin=RELAY,
        is_exercise=item.is_exercise,
    )
    report.issuer = item.source.issuer
    return report, draft


def _draft_of(
    session: Session, report: Report, item: RelayedItem, *, by: Actor, at: datetime
) -> Edition:
    """Return the draft that takes the text: the first one, not published yet, or an update."""
    draft = report.draft()
    if draft is None:
        return reports.begin_update(session, report, by=by, at=at, outcome=item.outcome)
    if report.current() is not None:
        raise RuleBroken(AT_WORK)
    return draft


def _discard(session: Session, report: Report, *, by: Actor, at: datetime) -> None:
    draft = report.draft()
    if draft is not None:
        reports.discard(session, report, draft, by=by, at=at)


def _contents(item: RelayedItem, choice: Choice, *, is_update: bool) -> Contents:
    # An all-clear for what was never published is news by itself, and holds like any other.
    outcome = item.outcome if is_update else HOLDS
    status = LIFTED if outcome == ALL_CLEAR else ACTIVE
    return Contents(
        title=item.title,
        sections=list(item.sections),
        summary=summary_of(item.sections),
        severity=choice.severity,
        marking=MARKING,
        places=[Place(country, name, status) for country, name in choice.places],
        topics=choice.topics,
        alert_kind=choice.alert_kind if choice.kind == ALERT else None,
        event=Window(item.begins_at),
        expires_at=None if outcome in CLOSING else choice.expires_at,
        change_note=choice.change_note if is_update else "",
        outcome=outcome,
        source_url=item.link or None,
    )


def _note(
    session: Session, act: str, item: RelayedItem, *, by: Actor, at: datetime, **detail: str
) -> None:
    record(
        session,
        f"relay.{act}",
        by=by.name_in_record,
        at=at,
        object_kind="relayed_item",
        object_id=item.public_id,
        source=item.source.public_id,
        **detail,
    )
