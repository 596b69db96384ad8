"""Furnishing the demonstration with offices, advice, and what waits to be decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.councils import actions as councils
from osac_share.councils.models import Post
from osac_share.councils.policy import CHAIR
from osac_share.councils.queries import find_seat
from osac_share.demo.documents import cast
from osac_share.search.actions import saving

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor

MARCHES = "march OR protest OR demonstration country:KE"
"""What the chairs of one council recommend to search for."""
PROPOSER = "admin.second@example.org"
"""Who has proposed something, so that a visitor can be the second."""


def govern(
    session: Session, found: Mapping[str, Council], people: Mapping[str, Actor], *, at: datetime
) -> None:
    """Add the offices, somebody who asks to join, a hand-over that waits and a good search.

    Args:
        session: the session of the demonstration.
        found: its councils by slug.
        people: its people by address.
        at: now, in UTC.

    """
    _add_offices(session, by=people[PROPOSER], at=at)
    asks, words = people["contact@example.org"], "Our trucks now run to Mombasa."
    councils.join(session, found["kenya"], words=words, by=asks, at=at)
    _hand_over(session, found["uganda-rwanda"], people, at=at)
    chair = people["chair@example.org"]
    saving.recommend(session, found["kenya"], MARCHES, name="Marches", by=chair, at=at)


def _add_offices(session: Session, *, by: Actor, at: datetime) -> None:
    posts = {post.name: post.id for post in session.scalars(select(Post))}
    for text in cast().offices:
        words = councils.OfficeWords(
            name=text.name,
            post_id=posts[text.post],
            mailbox=text.mailbox,
            phone=text.phone,
            after_hours_phone=text.after_hours_phone,
            verified_on=(at - timedelta(days=text.verified_days_ago)).date(),
        )
        councils.write_office(session, None, words, text.countries, by=by, at=at)


def _hand_over(
    session: Session, council: Council, people: Mapping[str, Actor], *, at: datetime
) -> None:
    chair, successor = people["chair@example.org"], people["officer@example.org"]
    if chair.id is None or successor.id is None:
        return
    held = find_seat(session, council.id, chair.id, (CHAIR,), at=at)
    term = councils.Term(
        council.id,
        successor.id,
        CHAIR,
        starts=at + timedelta(days=14),
        ends=at + timedelta(days=14 + 2 * 365),
        replaces=held.id if held else None,
        overlap=timedelta(days=7),
    )
    councils.propose_term(session, term, by=people[PROPOSER], at=at)
