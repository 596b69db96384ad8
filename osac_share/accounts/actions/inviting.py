"""Accounts for people who are invited: nobody but they ever knows a passphrase. No commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from osac_share.accounts.actions.passphrases import USED_UP
from osac_share.accounts.actions.recording import By, record_account
from osac_share.accounts.models import Person
from osac_share.accounts.policy import canonical_email
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import clean_address
from osac_share.letters.actions import end_links, make_link, use, write

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.letters.models import Link

INVITATION_LASTS = timedelta(hours=72)


def invite(
    session: Session,
    *,
    email: str,
    name: str,
    by: By,
    at: datetime,
    staff_roles: Iterable[str] = (),
) -> tuple[Person, Link]:
    """Make an account that waits for its owner, and send them the link that opens it.

    Whoever was invited before and has not come is sent a new link; the earlier one ends.

    Args:
        session: the session of the act.
        email: where the letter goes; it names the account.
        name: what the person is called; they look it over.
        by: the actor as the record names them; without an id, the installation itself.
        at: now, in UTC.
        staff_roles: roles of the program's staff that a new account has from the start.

    Raises:
        RuleBroken: it is no address, or there is an account that somebody uses.

    """
    person = _person(session, email, name, staff_roles, at)
    end_links(session, person.id, at=at, purposes=["invitation"])
    link = make_link(session, "invitation", at=at, lasts=INVITATION_LASTS, person_id=person.id)
    _write(session, person, link, by=by, at=at)
    record_account(session, "account.invite", person, by=by, at=at, staff_roles=person.staff_roles)
    return person, link


def accept_invitation(
    session: Session, link: Link, person: Person, *, name: str, hashed: str, at: datetime
) -> None:
    """Open the account that somebody was invited to, with the name and passphrase they chose.

    Raises:
        RuleBroken: the link was used or has ended meanwhile.

    """
    if not use(session, link, at=at):
        raise RuleBroken(USED_UP)
    person.name, person.password_hash = name, hashed
    record_account(session, "account.open", person, by=(person.id, name), at=at)


def _person(
    session: Session, email: str, name: str, staff_roles: Iterable[str], at: datetime
) -> Person:
    address = canonical_email(clean_address(email))
    person = find_person_by_email(session, address)
    if person is None:
        person = Person(
            email=address,
            name=name,
            password_hash="",
            staff_roles=sorted(staff_roles),
            created_at=at,
        )
        session.add(person)
        session.flush()
    elif person.is_open or person.suspended_at is not None:
        raise RuleBroken("There is already an account with this address.")
    return person


def _write(session: Session, person: Person, link: Link, *, by: By, at: datetime) -> None:
    write(
        session,
        "invitation",
        to=person.email,
        at=at,
        person_id=person.id,
        link=link,
        inviter=by[1] if by[0] is not None else "",
        name=person.name,
        email=person.email,
    )
