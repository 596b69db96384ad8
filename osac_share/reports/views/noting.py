"""Whoever opens what may not travel far is put on record: by person, report and hour.

A kept page is rendered for others, and handed out before Flask is entered. Its question finds
out, besides rights, whether the reading is on record; when it is not, the question refuses, and
the view, which only then has to be asked, records it first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.councils.login import current_actor
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import Refusal
from osac_share.reports import actions, policy, queries
from osac_share.web.sessions import current_session

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


class NotNoted(Refusal):
    """Nothing says yet that this reader reads this report."""

    def __init__(self, public_id: str, marking: str) -> None:
        """Keep what is about to be read."""
        super().__init__("This is shown when it is on record that you read it. Try again.")
        self.public_id = public_id
        self.marking = marking


def require_noted(session: Session, actor: Actor, public_id: str, marking: str) -> None:
    """Refuse a report whose marking wants its readers recorded, until that is done.

    Raises:
        NotNoted: it is still to do.

    """
    if policy.is_restricted(marking) and not queries.is_noted(
        session, public_id, actor.id, at=clock.now()
    ):
        raise NotNoted(public_id, marking)


def noted(page: Callable[[], str]) -> str:
    """Return a page, once it is on record that it is read."""
    try:
        return page()
    except NotNoted as reading:
        note_reading(reading.public_id, reading.marking)
        return page()


def note_reading(public_id: str, marking: str) -> None:
    """Record that a report is read, where its marking wants that and it is not yet done."""
    note_readings({public_id: marking})


def note_readings(read: Mapping[str, str]) -> None:
    """Record that reports are read, as `note_reading` does.

    Args:
        read: the marking of each, by its public id.

    """
    session, actor, at = current_session(), current_actor(), clock.now()
    new = {
        public_id: marking
        for public_id, marking in read.items()
        if policy.is_restricted(marking)
        and not queries.is_noted(session, public_id, actor.id, at=at)
    }
    if new:
        with transaction(session):
            for public_id, marking in new.items():
                actions.note_reading(session, public_id, marking, by=actor, at=at)
