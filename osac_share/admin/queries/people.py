"""Whom somebody means who looks for entries of the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.accounts.queries import find_person_by_email

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def find_person_wanted(session: Session, words: str) -> int | None:
    """Return the id of the person with this address, None when the words are no address of any."""
    person = find_person_by_email(session, words) if "@" in words else None
    return None if person is None else person.id
