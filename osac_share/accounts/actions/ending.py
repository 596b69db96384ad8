"""Ending sessions, and keeping people out. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import update

from osac_share.accounts.actions.devices import forget_devices
from osac_share.accounts.actions.recording import By, record_account
from osac_share.accounts.models import Person, UserSession
from osac_share.kernel.errors import NotFound, RuleBroken
from osac_share.letters.actions import end_links, write

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def end_session(session: Session, public_id: str, person: Person, *, by: By, at: datetime) -> None:
    """End one of somebody's sessions; its cookie is dead on every node with the next request.

    Raises:
        NotFound: they have no such session.

    """
    ended = session.execute(
        update(UserSession)
        .where(UserSession.public_id == public_id, UserSession.person_id == person.id)
        .where(UserSession.ended_at.is_(None))
        .values(ended_at=at)
        .returning(UserSession.id)
    )
    if ended.one_or_none() is None:
        raise NotFound
    record_account(session, "session.end", person, by=by, at=at)


def end_sessions(
    session: Session,
    person: Person,
    *,
    by: By,
    at: datetime,
    because: str,
    but: int | None = None,
) -> int:
    """End somebody's sessions on every device and forget their browsers; return how many ended.

    When it is somebody else who does so, a letter tells the person.

    Args:
        session: the session of the act.
        person: whose sessions.
        by: who ends them. That their rank allows it is for the caller to see to.
        at: now, in UTC.
        because: why, in a sentence for the person and the record.
        but: the id of a session that stays, the one from which this is asked.

    """
    ended = _end(session, person, but=but, at=at)
    if but is None:
        forget_devices(session, person.id)
    record_account(
        session, "session.end_all", person, by=by, at=at, because=because, sessions=ended
    )
    if by[0] != person.id:
        write(
            session,
            "sessions_ended",
            to=person.email,
            at=at,
            person_id=person.id,
            ended=at,
            reason=because,
        )
    return ended


def suspend(session: Session, person: Person, *, by: By, at: datetime, because: str) -> None:
    """Keep somebody out from this moment on; what they may see is the caller's to renew.

    Their sessions end and their links open nothing any more.

    Raises:
        RuleBroken: they are suspended already.

    """
    if person.suspended_at is not None:
        raise RuleBroken(f"{person.name} is suspended already.")
    person.suspended_at = at
    end_links(session, person.id, at=at)
    forget_devices(session, person.id)
    _end(session, person, at=at)
    record_account(session, "account.suspend", person, by=by, at=at, because=because)


def restore(session: Session, person: Person, *, by: By, at: datetime, because: str) -> None:
    """Let somebody in again who was suspended; what they may see is the caller's to renew.

    Raises:
        RuleBroken: they are not suspended.

    """
    if person.suspended_at is None:
        raise RuleBroken(f"{person.name} is not suspended.")
    person.suspended_at = None
    record_account(session, "account.restore", person, by=by, at=at, because=because)


def _end(session: Session, person: Person, *, at: datetime, but: int | None = None) -> int:
    ending = update(UserSession).where(
        UserSession.person_id == person.id, UserSession.ended_at.is_(None)
    )
    if but is not None:
        ending = ending.where(UserSession.id != but)
    return len(session.execute(ending.values(ended_at=at).returning(UserSession.id)).all())
