"""Noting what came of telephone calls, and what left to be read out or faxed; no commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from osac_share.audit.actions import record
from osac_share.delivery.actions.acknowledging import acknowledge
from osac_share.delivery.models import PhoneCall
from osac_share.delivery.policy.telephoning import OUTCOMES, REACHED
from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report

BY_TELEPHONE = "telephone"
"""The way on which somebody who was reached said that they received it."""


def note_call(
    session: Session,
    report: Report,
    edition: Edition,
    person: Person,
    outcome: str,
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Note what came of a call; whoever was reached has received the edition.

    Raises:
        RuleBroken: that is no outcome.

    """
    if outcome not in OUTCOMES:
        raise RuleBroken("Say what came of the call.")
    session.add(
        PhoneCall(
            edition_id=edition.id,
            person_id=person.id,
            outcome=outcome,
            by_id=by.name_in_record[0],
            at=at,
        )
    )
    if outcome == REACHED:
        acknowledge(session, edition.id, person.id, via=BY_TELEPHONE, at=at)
    detail = {"person": person.public_id, "outcome": outcome}
    _note(session, "report.telephone", report, by=by, at=at, **detail)


def note_sheet(
    session: Session, report: Report, edition: Edition, *, people: int, by: Actor, at: datetime
) -> None:
    """Record that so many names, and numbers of those who allow it, leave on a call sheet."""
    detail = {"edition": edition.number, "people": people}
    _note(session, "report.export_calls", report, by=by, at=at, **detail)


def note_fax(
    session: Session, report: Report, edition: Edition, *, by: Actor, at: datetime
) -> None:
    """Record that a report leaves the house as a page to fax."""
    _note(session, "report.export_fax", report, by=by, at=at, edition=edition.number)


def _note(
    session: Session,
    action: str,
    report: Report,
    *,
    by: Actor,
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    record(
        session,
        action,
        by=by.name_in_record,
        at=at,
        object_kind="report",
        object_id=report.public_id,
        **detail,
    )
