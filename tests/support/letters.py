"""Letters as whoever gets them sees them: their addresses, and where their links lead."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.kernel.db import transaction
from osac_share.letters import actions
from osac_share.letters.models import Letter, Link
from osac_share.letters.policy import link_url

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast


HOUR = timedelta(hours=1)


def letters_to(session: Session, address: str) -> list[str]:
    """Return the purposes of the letters to an address, oldest first."""
    session.rollback()
    found = select(Letter.purpose).where(Letter.address == address).order_by(Letter.id)
    return list(session.scalars(found))


def path_in_letter(session: Session, settings: Settings, address: str, purpose: str) -> str:
    """Return the path of the link in the newest letter of a purpose to an address."""
    session.rollback()
    letter = session.scalars(
        select(Letter)
        .where(Letter.address == address, Letter.purpose == purpose)
        .order_by(Letter.id.desc())
    ).first()
    assert letter is not None
    assert letter.link is not None
    return link_url(settings.require_secret(), "", letter.link)


def write_reset(session: Session, cast: Cast, at: datetime) -> tuple[Letter, Link]:
    """Write Dora the letter by which she chooses a new passphrase."""
    with transaction(session):
        link = actions.make_link(session, "reset", at=at, lasts=HOUR, person_id=cast.dora.id)
        letter = actions.write(
            session,
            "reset",
            to=cast.dora.email,
            at=at,
            person_id=cast.dora.id,
            link=link,
            email=cast.dora.email,
        )
    return letter, link
