"""Choosing passphrases: the first one, a new one, and one in place of one forgotten.

Nothing here commits, and nothing here hashes: that is slow, and comes before the transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.accounts.actions.devices import forget_devices
from osac_share.accounts.actions.recording import record_account
from osac_share.accounts.actions.sessions import end_other_sessions
from osac_share.accounts.actions.sso import unlink_identities
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.errors import RuleBroken
from osac_share.letters.actions import end_links, make_link, use, write

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.letters.models import Link

RESET_LASTS = timedelta(hours=1)

USED_UP = "This link has been used, or its time is over. Ask for a new one."


def ask_reset(session: Session, email: str, *, at: datetime) -> None:
    """Send whoever has an account with this address a link to choose a new passphrase.

    Nobody learns here whether there is one. Earlier links open nothing any more.
    """
    person = find_person_by_email(session, email)
    if person is None or not person.is_open or person.suspended_at is not None:
        return
    end_links(session, person.id, at=at, purposes=["reset"])
    link = make_link(session, "reset", at=at, lasts=RESET_LASTS, person_id=person.id)
    write(
        session,
        "reset",
        to=person.email,
        at=at,
        person_id=person.id,
        link=link,
        email=person.email,
    )
    record_account(session, "account.ask_reset", person, at=at)


def reset_passphrase(
    session: Session, link: Link, person: Person, hashed: str, *, at: datetime
) -> None:
    """Replace a forgotten passphrase by the holder of the link, and end all sessions.

    A second factor is asked for at the next sign-in as ever (ASVS 6.4.3).

    Raises:
        RuleBroken: the link was used or has ended meanwhile.

    """
    if not use(session, link, at=at):
        raise RuleBroken(USED_UP)
    forget_devices(session, person.id)
    # Whoever was at somebody's account may have left a way in of their own.
    unlink_identities(session, person, at=at)
    _replace(session, "account.reset_passphrase", person, hashed, at=at)


def change_passphrase(
    session: Session,
    person: Person,
    hashed: str,
    *,
    at: datetime,
    keep_session: int,
    keep_device: str,
) -> None:
    """Replace a passphrase by its owner; every session but theirs ends.

    Args:
        session: the session of the act.
        person: whose passphrase.
        hashed: the new one, as it is kept.
        at: now, in UTC.
        keep_session: the id of the session in which they sit.
        keep_device: the secret of their browser's cookie.

    """
    forget_devices(session, person.id, but=keep_device)
    _replace(session, "account.change_passphrase", person, hashed, at=at, keep=keep_session)


def _replace(
    session: Session,
    action: str,
    person: Person,
    hashed: str,
    *,
    at: datetime,
    keep: int | None = None,
) -> None:
    person.password_hash = hashed
    end_links(session, person.id, at=at, purposes=["reset", "address"])
    end_other_sessions(session, person.id, keep=keep, at=at)
    write(
        session,
        "passphrase_changed",
        to=person.email,
        at=at,
        person_id=person.id,
        email=person.email,
        changed=at,
    )
    record_account(session, action, person, at=at)
