"""Asking again those whom an edition did not reach, once more each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, or_, select, update

from osac_share.audit.actions import record
from osac_share.audit.models import AuditEntry
from osac_share.delivery.models import (
    BOUNCED,
    FAILED,
    TO_READ,
    WAITING,
    Bounce,
    Delivery,
)
from osac_share.delivery.policy.bouncing import HARD
from osac_share.delivery.policy.reach import may_see_reach
from osac_share.delivery.queries.mailboxes import closed_to_mail
from osac_share.kernel.errors import NotAllowed, RuleBroken

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Edition, Report


ASKED = "report.ask_again"

NOT_BEFORE = timedelta(minutes=5)
"""So long after they were asked again nobody is asked once more."""


def ask_again(
    session: Session, report: Report, edition: Edition, *, by: Actor, at: datetime
) -> int:
    """Let what was refused or came back go out once more, and return how many messages that is.

    What came back for good is left alone, and so is whoever has a mailbox that is closed.

    Raises:
        NotAllowed: the actor is not among its authors.
        RuleBroken: they were asked just before.

    """
    if not may_see_reach(by.standing, report):
        raise NotAllowed("Only its authors, and those who review it, ask again.")
    if _were_asked_lately(session, report, at):
        raise RuleBroken("They were asked again just now. Wait five minutes for what comes of it.")
    asked = session.execute(
        update(Delivery)
        .where(Delivery.edition_id == edition.id, Delivery.purpose == TO_READ, can_be_asked())
        .values(state=WAITING, available_at=at, attempts=0, accepted_at=None, reason=None)
        # It comes by itself this time, whatever it came in before.
        .values(held_for=None, digest_id=None)
        .returning(Delivery.id)
        .execution_options(synchronize_session=False)
    )
    number = len(asked.all())
    record(
        session,
        ASKED,
        by=by.name_in_record,
        at=at,
        object_kind="report",
        object_id=report.public_id,
        edition=edition.number,
        messages=number,
    )
    return number


def can_be_asked() -> ColumnElement[bool]:
    """Return the condition that a delivery did not arrive, and may arrive another time."""
    is_of_it = or_(Bounce.delivery_id == Delivery.id, Bounce.digest_id == Delivery.digest_id)
    for_good = select(Bounce.id).where(is_of_it, Bounce.kind == HARD)
    came_back = (Delivery.state == BOUNCED) & ~for_good.exists()
    return or_(Delivery.state == FAILED, came_back) & Delivery.person_id.not_in(closed_to_mail())


def _were_asked_lately(session: Session, report: Report, at: datetime) -> bool:
    lately = exists().where(
        AuditEntry.object_kind == "report",
        AuditEntry.object_id == report.public_id,
        AuditEntry.action == ASKED,
        AuditEntry.at > at - NOT_BEFORE,
        AuditEntry.detail["messages"].as_integer() > 0,
    )
    return bool(session.scalar(select(lately)))
