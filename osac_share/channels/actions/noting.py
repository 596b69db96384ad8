"""Noting how an endpoint fares, and ending what is no more. None of these commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.audit.actions import SYSTEM
from osac_share.channels.actions.keeping import end
from osac_share.channels.models import Endpoint
from osac_share.channels.policy import begins_anew, is_gone, is_hopeless
from osac_share.letters import actions as letters

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import Answer

GONE, HOPELESS = "gone", "hopeless"
"""Why an endpoint ends by itself: its server said so, or nothing came through for too long."""


def note_answer(session: Session, endpoint_id: int, answer: Answer, *, at: datetime) -> None:
    """Note what came of a try; end an endpoint that is no more, and tell its owner by mail."""
    question = select(Endpoint).where(Endpoint.id == endpoint_id).with_for_update()
    endpoint = session.scalars(question.execution_options(populate_existing=True)).one()
    is_first = begins_anew(endpoint, at)
    endpoint.last_tried_at = at
    endpoint.last_answer = f"{answer.code or ''} {answer.text}".strip()[:300]
    if answer.accepted:
        endpoint.failures, endpoint.failing_since = 0, None
        endpoint.last_accepted_at = at
        return
    if is_first:
        endpoint.failures, endpoint.failing_since = 0, at
    endpoint.failures += 1
    if is_gone(endpoint.kind, answer.code):
        _give_up(session, endpoint, GONE, at)
    elif is_hopeless(endpoint, at):
        _give_up(session, endpoint, HOPELESS, at)


def _give_up(session: Session, endpoint: Endpoint, because: str, at: datetime) -> None:
    if endpoint.ended_at is not None:
        return
    owner = session.get_one(Person, endpoint.person_id)
    end(session, endpoint, because=because, by=SYSTEM, at=at)
    letters.write(
        session,
        "channel_ended",
        to=owner.email,
        at=at,
        person_id=owner.id,
        kind=endpoint.kind,
        label=endpoint.label,
        answer=endpoint.last_answer or "",
        because=because,
        happened=at,
    )
