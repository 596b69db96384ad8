"""Signing in. Nothing here commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argon2.exceptions import InvalidHashError, VerificationError

from osac_share.accounts.actions.opening import HASHER
from osac_share.accounts.actions.sessions import record_session
from osac_share.accounts.models import Person, UserSession
from osac_share.accounts.policy import canonical_password
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.ids import digest, new_secret

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_NOBODY = HASHER.hash("the password of nobody at all")
"""Verified when the account is unknown, so that both answers take the same time."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """Whose address somebody typed, and whether the passphrase was that person's."""

    person: Person | None
    matches: bool
    better_hash: str | None = None


def check_pair(session: Session, *, email: str, password: str) -> Attempt:
    """Compare a passphrase with the one kept for an address; an unknown one takes as long.

    Slow on purpose: it comes before the transaction of `sign_in`, so that nobody who wants
    to write waits for it.
    """
    person = find_person_by_email(session, email)
    stored = person.password_hash if person is not None else _NOBODY
    passphrase = canonical_password(password)
    matches = _verify(stored, passphrase) and person is not None
    outdated = matches and HASHER.check_needs_rehash(stored)
    return Attempt(person, matches, HASHER.hash(passphrase) if outdated else None)


def sign_in(
    session: Session, attempt: Attempt, *, at: datetime, user_agent: str, address: str
) -> str | None:
    """Open a session and return its secret, or return None when the pair is wrong.

    Unknown, suspended and mistaken get the same answer. Each attempt makes one entry in the
    record.
    """
    person = attempt.person
    if person is None or not attempt.matches or person.suspended_at is not None:
        record_session(session, "session.refuse", person, at=at, address=address)
        return None
    if attempt.better_hash is not None:
        person.password_hash = attempt.better_hash
    secret = new_secret()
    session.add(
        UserSession(
            token_digest=digest(secret),
            person_id=person.id,
            started_at=at,
            seen_at=at,
            user_agent=user_agent[:300],
            address=address[:45],
        )
    )
    record_session(session, "session.begin", person, at=at, address=address)
    return secret


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
