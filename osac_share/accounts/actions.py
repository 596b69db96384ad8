"""What can be done with accounts and sessions. None of these commits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import update

from osac_share.accounts.models import Membership, Organization, Person, UserSession
from osac_share.accounts.policy import canonical_email, canonical_password, problem_with
from osac_share.accounts.queries import find_person_by_email
from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.ids import digest, new_secret

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""Argon2id with the parameters of the OWASP password storage cheat sheet."""

_NOBODY = HASHER.hash("the password of nobody at all")
"""Verified when the account is unknown, so that both answers take the same time."""


def open_account(
    session: Session,
    *,
    email: str,
    name: str,
    password: str,
    at: datetime,
    time_zone: str = "UTC",
    staff_roles: Iterable[str] = (),
) -> Person:
    """Create a person who can sign in.

    Raises:
        RuleBroken: the passphrase will not do, or the address is taken.

    """
    if problem := problem_with(password):
        raise RuleBroken(problem)
    if find_person_by_email(session, email) is not None:
        raise RuleBroken("There is already an account with this address.")
    person = Person(
        email=canonical_email(email),
        name=name,
        password_hash=HASHER.hash(canonical_password(password)),
        time_zone=time_zone,
        staff_roles=sorted(staff_roles),
        created_at=at,
    )
    session.add(person)
    session.flush()
    record_act(
        session,
        "account.open",
        by=SYSTEM,
        at=at,
        object_kind="person",
        object_id=person.public_id,
        staff_roles=person.staff_roles,
    )
    return person


def join_organization(
    session: Session,
    person: Person,
    organization: Organization,
    *,
    at: datetime,
    is_contact: bool = False,
) -> Membership:
    """Let a person represent an organization from `at` on, perhaps as its point of contact."""
    membership = Membership(
        person=person, organization=organization, is_contact=is_contact, started_at=at
    )
    session.add(membership)
    session.flush()
    return membership


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
        _record_session(session, "session.refuse", person, at=at, address=address)
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
    _record_session(session, "session.begin", person, at=at, address=address)
    return secret


def sign_out(session: Session, session_id: int, person: Person, *, at: datetime) -> None:
    """End a session; its cookie is dead on every node with the next request."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(ended_at=at)
    )
    _record_session(session, "session.end", person, at=at)


def touch(session: Session, session_id: int, *, at: datetime) -> None:
    """Note that a session is in use, unless it was ended meanwhile."""
    session.execute(
        update(UserSession)
        .where(UserSession.id == session_id, UserSession.ended_at.is_(None))
        .values(seen_at=at)
    )


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _record_session(
    session: Session, action: str, person: Person | None, *, at: datetime, **detail: str
) -> None:
    by = SYSTEM if person is None else (person.id, person.name)
    object_id = "unknown" if person is None else person.public_id
    record_act(session, action, by=by, at=at, object_kind="person", object_id=object_id, **detail)
