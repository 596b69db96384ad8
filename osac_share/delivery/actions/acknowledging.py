"""Saying that something was received; once counts, and the first time stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.delivery.models import Acknowledgement
from osac_share.kernel.db import insert_or_leave

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

BY_MAIL, BY_PAGE, BY_PROGRAM = "mail", "page", "program"
"""On which way somebody says it."""


def acknowledge(
    session: Session, edition_id: int, person_id: int, *, via: str, at: datetime
) -> None:
    """Note that somebody says they received an edition, unless they have said so before.

    Args:
        session: the session of the request.
        edition_id: what they received.
        person_id: who says so.
        via: the way on which they say it, one of those above.
        at: now, in UTC.

    """
    row = {"edition_id": edition_id, "person_id": person_id, "at": at, "via": via}
    session.execute(insert_or_leave(session, Acknowledgement).values(row))
