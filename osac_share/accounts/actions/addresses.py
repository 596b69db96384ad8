"""Changing the address of an account. Nothing here commits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from osac_share.accounts.actions.passphrases import USED_UP
from osac_share.accounts.actions.recording import record_account
from osac_share.accounts.policy import canonical_email
from osac_share.accounts.queries import find_person_by_email
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import clean_address
from osac_share.letters.actions import end_links, make_link, use, write

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.letters.models import Link

ADDRESS_LASTS = timedelta(hours=24)

SAME = "This is the address that you have now."


def ask_address(session: Session, person: Person, new: str, *, at: datetime) -> None:
    """Send a link to an address that is to be somebody's new one.

    Until it is used, nothing changes. One that another account has gets no letter, and nobody
    learns here which it was.

    Raises:
        RuleBroken: it is no address, or their own.

    """
    email = canonical_email(clean_address(new))
    if email == person.email:
        raise RuleBroken(SAME)
    end_links(session, person.id, at=at, purposes=["address"])
    if find_person_by_email(session, email) is None:
        link = make_link(
            session,
            "address",
            at=at,
            lasts=ADDRESS_LASTS,
            person_id=person.id,
            about={"email": email},
        )
        write(session, "address", to=email, at=at, person_id=person.id, link=link, email=email)
    record_account(session, "account.ask_address", person, at=at)


def confirm_address(session: Session, link: Link, person: Person, *, at: datetime) -> None:
    """Give an account its new address, by whoever holds the link that was sent there.

    Raises:
        RuleBroken: the link was used or has ended, or somebody has the address by now.

    """
    if not use(session, link, at=at):
        raise RuleBroken(USED_UP)
    old, person.email = person.email, str(link.about["email"])
    try:
        session.flush()
    except IntegrityError:
        raise RuleBroken("This address cannot be used. Ask for another one.") from None
    end_links(session, person.id, at=at, purposes=["reset", "address"])
    write(
        session,
        "address_changed",
        to=old,
        at=at,
        person_id=person.id,
        email=person.email,
        changed=at,
    )
    record_account(session, "account.change_address", person, at=at)
