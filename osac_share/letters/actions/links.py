"""Links that work once. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from osac_share.letters.models import Link
from osac_share.letters.policy import PATHS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session


def make_link(
    session: Session,
    purpose: str,
    *,
    at: datetime,
    lasts: timedelta,
    person_id: int | None = None,
    about: Mapping[str, Any] | None = None,
) -> Link:
    """Make a link that works once, until `at + lasts`.

    Args:
        session: the session of the act.
        purpose: one of `letters.policy.PATHS`; the link opens nothing else.
        at: now, in UTC.
        lasts: how long it works.
        person_id: whose it is, if anybody's.
        about: what whoever follows it needs to know; JSON, no secret.

    Raises:
        ValueError: nothing on the site takes links of this purpose.

    """
    if purpose not in PATHS:
        raise ValueError(f"no page takes links for {purpose!r}")
    link = Link(
        purpose=purpose,
        person_id=person_id,
        about=dict(about or {}),
        created_at=at,
        expires_at=at + lasts,
    )
    session.add(link)
    session.flush()
    return link


def use(session: Session, link: Link, *, at: datetime) -> bool:
    """Use a link up, and return True exactly once, however many try at the same moment."""
    used = session.execute(
        update(Link)
        .where(Link.id == link.id, Link.used_at.is_(None), Link.ended_at.is_(None))
        .where(Link.expires_at > at)
        .values(used_at=at)
        .returning(Link.id)
    )
    return used.one_or_none() is not None


def end_links(
    session: Session, person_id: int, *, at: datetime, purposes: Collection[str] = tuple(PATHS)
) -> int:
    """End somebody's links of these purposes that still work, and return how many did."""
    ended = session.execute(
        update(Link)
        .where(Link.person_id == person_id, Link.purpose.in_(purposes))
        .where(Link.used_at.is_(None), Link.ended_at.is_(None), Link.expires_at > at)
        .values(ended_at=at)
        .returning(Link.id)
    )
    return len(ended.all())
