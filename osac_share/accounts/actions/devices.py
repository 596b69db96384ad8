"""Browsers that an account knows. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from osac_share.accounts.models import Device, Person, UserSession
from osac_share.accounts.policy import browser_name
from osac_share.accounts.queries import find_device, is_device_of_anybody
from osac_share.kernel.ids import digest, new_secret
from osac_share.letters.actions import write

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def meet_device(
    session: Session,
    person: Person,
    secret: str,
    *,
    at: datetime,
    user_agent: str,
    address: str,
) -> str:
    """Note that somebody is in, in this browser, and return the secret of its cookie.

    When they signed in elsewhere before, and never here, a letter tells them.

    Args:
        session: the session of a transaction after the sign-in is complete.
        person: who is in.
        secret: what the browser's cookie said; empty when it has none.
        at: now, in UTC.
        user_agent: what the browser calls itself.
        address: the client's address.

    """
    known = find_device(session, secret, person.email, at=at)
    if known is not None:
        known.seen_at = at
        return secret
    if _has_signed_in_before(session, person):
        write(
            session,
            "new_device",
            to=person.email,
            at=at,
            person_id=person.id,
            email=person.email,
            browser=browser_name(user_agent),
            network=address,
            signed_in=at,
        )
    return know_device(session, person, secret, at=at)


def know_device(session: Session, person: Person, secret: str, *, at: datetime) -> str:
    """Make a browser one that somebody's account knows, and return the secret of its cookie.

    Several people may share a browser; a secret that is none of ours is replaced.
    """
    if not is_device_of_anybody(session, secret):
        secret = new_secret()
    forget_devices(session, person.id, only=secret)
    session.add(Device(person_id=person.id, token_digest=digest(secret), known_at=at, seen_at=at))
    return secret


def forget_devices(
    session: Session, person_id: int, *, only: str | None = None, but: str | None = None
) -> None:
    """Forget the browsers that somebody's account knows: all, one, or all but one."""
    forgetting = delete(Device).where(Device.person_id == person_id)
    if only is not None:
        forgetting = forgetting.where(Device.token_digest == digest(only))
    if but is not None:
        forgetting = forgetting.where(Device.token_digest != digest(but))
    session.execute(forgetting)


def _has_signed_in_before(session: Session, person: Person) -> bool:
    question = select(func.count()).select_from(UserSession)
    begun = session.scalar(question.where(UserSession.person_id == person.id)) or 0
    return begun > 1
