"""Whose session it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, not_, or_, select

from osac_share.accounts.models import UserSession
from osac_share.accounts.queries.known import FACTS, Known, about_person

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_SESSION = UserSession.__table__.c


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn(Known):
    """What the gate knows of a request's person, read in one query."""

    session_id: int
    seen_at: datetime

    @classmethod
    def of(cls, row: Sequence[Any]) -> SignedIn:
        """Read the first row of `SIGNED_IN`, whatever else was asked with it."""
        return cls(session_id=row[0], seen_at=row[1], **Known.facts(row[2:]))


# Asked on every request of everybody who is signed in: put together only once, and of the
# tables rather than the classes, since nothing of it becomes an object. Whoever sits above
# may add what else they need to know of the person, and spare a question.
SIGNED_IN = (
    about_person(
        select(_SESSION.id, _SESSION.seen_at, *FACTS), UserSession.__table__, _SESSION.person_id
    )
    .where(_SESSION.token_digest == bindparam("digest"), _SESSION.ended_at.is_(None))
    .where(_SESSION.seen_at > bindparam("seen"), _SESSION.started_at > bindparam("begun"))
    .where(or_(not_(_SESSION.needs_factor), _SESSION.strong_at.is_not(None)))
)
"""Who holds the living session of `digest` at `at`: rows as `SignedIn.of` reads them.

A session is dead when it was ended, idle for too long (seen no later than `seen`) or has
reached its longest age (begun no later than `begun`), or when its person is suspended: that
takes effect on the very next request. While a second factor is still to be shown in it, a
session is nobody's.
"""
