"""What becomes of sessions that have begun. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import update

from osac_share.accounts.models import Person, UserSession
from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.kernel.ids import digest, new_secret

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody proved who they are.

    Attributes:
        method: the way, as the record calls it.
        is_strong: a second factor was shown with that.
        stale_since: since when, at least, nobody has asked them; None when it was just now.

    """

    method: str
    is_strong: bool = False
    stale_since: datetime | None = None


BY_PASSPHRASE = Proof("passphrase")
BY_PASSKEY = Proof("passkey", is_strong=True)


def begin_session(
    session: Session,
    person: Person,
    *,
    at: datetime,
    user_agent: str,
    address: str,
    needs_factor: bool,
    proof: Proof = BY_PASSPHRASE,
) -> str:
    """Begin a session of somebody who has proved who they are, and return its secret.

    With `needs_factor` and a proof that is not strong it is only half a session, until a second
    factor was shown.
    """
    secret = new_secret()
    begun = UserSession(
        token_digest=digest(secret),
        person_id=person.id,
        started_at=at,
        seen_at=at,
        fresh_at=proof.stale_since or at,
        needs_factor=needs_factor,
        strong_at=at if proof.is_strong else None,
        user_agent=user_agent[:300],
        address=address[:45],
    )
    session.add(begun)
    session.flush()
    record_session(session, "session.begin", person, at=at, address=address, method=proof.method)
    return secret


def strengthen(session: Session, session_id: int, person: Person, *, at: datetime) -> str | None:
    """Note that a second factor was shown in a session, and return its new secret.

    The old one opens nothing any more. None when the session has ended meanwhile.
    """
    secret = new_secret()
    strong = session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(strong_at=at, fresh_at=at, seen_at=at, token_digest=digest(secret))
        .returning(UserSession.id)
    )
    if strong.one_or_none() is None:
        return None
    record_session(session, "session.strengthen", person, at=at)
    return secret


def freshen(session: Session, session_id: int, person: Person, *, at: datetime) -> None:
    """Note that the person of a session has just proved again that it is they."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(fresh_at=at)
    )
    record_session(session, "session.confirm", person, at=at)


def end_other_sessions(
    session: Session, person_id: int, *, keep: int | None = None, at: datetime
) -> None:
    """End all sessions of somebody but the one that stays, on every device."""
    ending = update(UserSession).where(
        UserSession.person_id == person_id, UserSession.ended_at.is_(None)
    )
    if keep is not None:
        ending = ending.where(UserSession.id != keep)
    session.execute(ending.values(ended_at=at))


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


def end_weak_sessions(session: Session, person_id: int, *, at: datetime) -> None:
    """End the sessions of somebody in which no second factor was shown.

    Part of every act that gives a person an office which demands one: the next sign-in asks.
    """
    session.execute(
        update(UserSession)
        .where(UserSession.person_id == person_id, UserSession.ended_at.is_(None))
        .where(UserSession.strong_at.is_(None))
        .values(ended_at=at)
    )


def record_session(
    session: Session, action: str, person: Person | None, *, at: datetime, **detail: str
) -> None:
    """Record what became of a session, or of an attempt to begin one; None is nobody known."""
    by = SYSTEM if person is None else (person.id, person.name)
    object_id = "unknown" if person is None else person.public_id
    record_act(session, action, by=by, at=at, object_kind="person", object_id=object_id, **detail)
