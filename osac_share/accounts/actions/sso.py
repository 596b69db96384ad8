"""Accounts at a provider of single sign-on: linked, unlinked, recognized. Nothing here commits.

A person is found by issuer and subject alone, and is never made or guessed from what else the
provider says: whoever can set an address there would otherwise take over accounts here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from osac_share.accounts.actions.recording import record_account
from osac_share.accounts.actions.sessions import record_session
from osac_share.accounts.models import Identity, Person
from osac_share.accounts.queries import find_identity
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.actions import write

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

TAKEN = "That sign-in is linked already, to this account or to another one."


def link_identity(
    session: Session, person: Person, *, issuer: str, subject: str, at: datetime
) -> Identity:
    """Let somebody's account at a provider open their account here, and write to them.

    Raises:
        RuleBroken: that account opens one here already, or they have linked another one.

    """
    linked = Identity(person_id=person.id, issuer=issuer, subject=subject, linked_at=at)
    try:
        with session.begin_nested():
            session.add(linked)
    except IntegrityError:
        raise RuleBroken(TAKEN) from None
    _tell(session, "sso_linked", person, issuer, at=at)
    record_account(session, "identity.link", person, at=at, issuer=issuer)
    return linked


def unlink_identities(
    session: Session, person: Person, *, at: datetime, issuer: str | None = None
) -> int:
    """Let no account elsewhere open somebody's account any more, and write to them.

    Args:
        session: the session of the act.
        person: whose account.
        at: now, in UTC.
        issuer: of which provider; of all there ever were when left out.

    Returns:
        How many were linked; without any there is no letter and no entry.

    """
    gone = delete(Identity).where(Identity.person_id == person.id)
    if issuer is not None:
        gone = gone.where(Identity.issuer == issuer)
    issuers = session.scalars(gone.returning(Identity.issuer)).all()
    for one in issuers:
        _tell(session, "sso_unlinked", person, one, at=at)
        record_account(session, "identity.unlink", person, at=at, issuer=one)
    return len(issuers)


def recognize(
    session: Session, *, issuer: str, subject: str, at: datetime, address: str
) -> Person | None:
    """Return whose account an account at a provider opens, or None, which is recorded.

    Unknown, suspended and not open get the same answer.
    """
    known = find_identity(session, issuer, subject)
    person = None if known is None else session.get_one(Person, known.person_id)
    if known is None or person is None or person.suspended_at is not None or not person.is_open:
        refuse_sign_on(session, person, at=at, address=address)
        return None
    known.used_at = at
    return person


def refuse_sign_on(session: Session, person: Person | None, *, at: datetime, address: str) -> None:
    """Record that single sign-on let nobody in."""
    record_session(session, "session.refuse", person, at=at, address=address, method="sso")


def _tell(session: Session, purpose: str, person: Person, issuer: str, *, at: datetime) -> None:
    write(
        session,
        purpose,
        to=person.email,
        at=at,
        person_id=person.id,
        email=person.email,
        issuer=issuer,
        changed=at,
    )
