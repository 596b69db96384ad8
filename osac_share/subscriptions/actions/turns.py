"""Letting what one person asks twice at once happen one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Person

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def take_turns(session: Session, person_id: int) -> None:
    """Wait until nothing else is being changed about one person's wishes, trips and hours."""
    # The second waits here and then finds what the first has written.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
