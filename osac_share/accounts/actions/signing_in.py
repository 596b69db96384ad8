"""Signing in. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.accounts.actions.hashing import hashed, is_outdated, is_right
from osac_share.accounts.actions.sessions import begin_session, record_session
from osac_share.accounts.queries import find_person_by_email, has_factor

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whose address somebody typed, and whether the passphrase was that person's.

    `stored` is what it was compared with: a passphrase that was replaced since opens nothing.
    """

    person: Person | None
    matches: bool
    stored: str
    better_hash: str | None = None


def check_pair(session: Session, *, email: str, password: str) -> Attempt:
    """Compare a passphrase with the one kept for an address; an unknown one takes as long.

    Slow on purpose: it comes before the transaction of `sign_in`, so that nobody who wants
    to write waits for it.
    """
    person = find_person_by_email(session, email)
    stored = "" if person is None else person.password_hash
    matches = is_right(stored, password)
    outdated = matches and is_outdated(stored)
    return Attempt(person, matches, stored, hashed(password) if outdated else None)


def sign_in(
    session: Session,
    attempt: Attempt,
    *,
    at: datetime,
    user_agent: str,
    address: str,
    demands_factor: bool,
) -> str | None:
    """Open a session and return its secret, or return None when the pair is wrong.

    Unknown, suspended and mistaken get the same answer. Each attempt makes one entry in the
    record. The session is only half a one while a second factor is to be shown: because the
    person has one, or because their office demands one.
    """
    person = attempt.person
    if person is not None:
        session.refresh(person)
    if person is None or not _is_in(attempt, person):
        record_session(session, "session.refuse", person, at=at, address=address)
        return None
    if attempt.better_hash is not None:
        person.password_hash = attempt.better_hash
    return begin_session(
        session,
        person,
        at=at,
        user_agent=user_agent,
        address=address,
        needs_factor=demands_factor or has_factor(session, person.id),
    )


def _is_in(attempt: Attempt, person: Person) -> bool:
    is_current = person.password_hash == attempt.stored
    return attempt.matches and is_current and person.suspended_at is None
