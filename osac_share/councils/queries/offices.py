"""Posts and security offices, and which of them nobody has checked for too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from osac_share.councils.models import OfficeCountry, Post, SecurityOffice
from osac_share.councils.policy import VERIFY_AFTER
from osac_share.kernel.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council


def posts_in(session: Session, country: str) -> Sequence[Post]:
    """Return the posts in a country, embassies first."""
    question = select(Post).where(Post.country == country).order_by(Post.kind.desc(), Post.city)
    return sorted(session.scalars(question), key=lambda post: (post.kind != "embassy", post.city))


def all_posts(session: Session) -> Sequence[Post]:
    """Return every post by name."""
    return session.scalars(select(Post).order_by(Post.name)).all()


def posts_by_id(session: Session, ids: Collection[int]) -> Sequence[Post]:
    """Return these posts by name."""
    return session.scalars(select(Post).where(Post.id.in_(ids)).order_by(Post.name)).all()


def get_post(session: Session, post_id: int) -> Post:
    """Return a post by id.

    Raises:
        NotFound: there is none.

    """
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound
    return post


def offices_for(session: Session, country: str) -> Sequence[SecurityOffice]:
    """Return the security offices that cover a country."""
    question = (
        select(SecurityOffice)
        .join(OfficeCountry)
        .where(OfficeCountry.country == country)
        .order_by(SecurityOffice.name)
    )
    return session.scalars(question).all()


def offices_of(session: Session, council: Council) -> Sequence[SecurityOffice]:
    """Return the security offices that cover a country of the council."""
    covered = [one.country for one in council.countries]
    within = select(OfficeCountry.office_id).where(OfficeCountry.country.in_(covered))
    question = select(SecurityOffice).where(SecurityOffice.id.in_(within))
    return session.scalars(question.order_by(SecurityOffice.name)).all()


def all_offices(session: Session) -> Sequence[SecurityOffice]:
    """Return every security office by name."""
    return session.scalars(select(SecurityOffice).order_by(SecurityOffice.name)).all()


def get_office(session: Session, public_id: str) -> SecurityOffice:
    """Return a security office.

    Raises:
        NotFound: there is none.

    """
    office = session.scalar(select(SecurityOffice).where(SecurityOffice.public_id == public_id))
    if office is None:
        raise NotFound
    return office


def overdue_contacts(session: Session, *, on: date) -> Sequence[Post | SecurityOffice]:
    """Return posts and offices that nobody has checked within 90 days, the stalest first."""
    limit = on - VERIFY_AFTER
    posts = select(Post).where(or_(Post.verified_on.is_(None), Post.verified_on < limit))
    offices = select(SecurityOffice).where(
        or_(SecurityOffice.verified_on.is_(None), SecurityOffice.verified_on < limit)
    )
    found: list[Post | SecurityOffice] = [*session.scalars(posts), *session.scalars(offices)]
    return sorted(found, key=lambda one: (str(one.verified_on or ""), one.name))
