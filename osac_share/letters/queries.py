"""Every question the house asks about letters and their links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from osac_share.letters.models import Letter, Link
from osac_share.letters.policy import is_living, link_named_by

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


def find_link(
    session: Session, token: str, purpose: str, *, secret: str, at: datetime
) -> Link | None:
    """Return the link that a token opens for this purpose at `at`, or None.

    The signature is looked at first: what we did not sign never reaches the database.
    """
    public_id = link_named_by(secret, token, purpose)
    if public_id is None:
        return None
    link = session.scalar(select(Link).where(Link.public_id == public_id, Link.purpose == purpose))
    return link if link is not None and is_living(link, at) else None


def letters_of(session: Session, ids: Collection[int]) -> dict[int, Letter]:
    """Return letters by id with their links, as they are now."""
    question = (
        select(Letter)
        .where(Letter.id.in_(ids))
        .options(joinedload(Letter.link))
        .execution_options(populate_existing=True)
    )
    return {letter.id: letter for letter in session.scalars(question)}
