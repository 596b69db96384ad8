"""What becomes of sessions that have begun. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from osac_share.accounts.models import Person, UserSession
from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def sign_out(session: Session, session_id: int, person: Person, *, at: datetime) -> None:
    """End a session; its cookie is dead on every node with the next request."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=at)
    )
    record_session(session, "session.end", person, at=at)


def touch(session: Session, session_id: int, *, at: datetime) -> None:
    """Note that a session is in use, unless it was ended meanwhile."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(seen_at=at)
    )


def record_session(
    session: Session, action: str, person: Person | None, *, at: datetime, **detail: str
) -> None:
    """Record what became of a session, or of an attempt to begin one; None is nobody known."""
    by = SYSTEM if person is None else (person.id, person.name)
    object_id = "unknown" if person is None else person.public_id
    record_act(session, action, by=by, at=at, object_kind="person", object_id=object_id, **detail)
