"""Every question the house asks about tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from osac_share.accounts.queries import FACTS, Known, about_person
from osac_share.kernel.errors import NotFound
from osac_share.tokens.models import AccessToken

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder(Known):
    """A token and the person it reads for, as they are at the moment of a request."""

    token_id: int
    token_public_id: str
    label: str
    feed: Mapping[str, Any]
    scopes: Collection[str]
    networks: Collection[str]
    last_four: str
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, row: Sequence[Any]) -> Holder:
        """Read the first row of `HELD`, whatever else was asked with it."""
        of_token = dict(zip(_OF_TOKEN, row, strict=False))
        # A program reads for a person, and does not speak for an organization.
        person = Known.facts(row[len(_OF_TOKEN) :]) | {"is_contact": False}
        return cls(**of_token, **person)


_TOKEN = AccessToken.__table__.c
_OF_TOKEN = {
    "token_id": _TOKEN.id,
    "token_public_id": _TOKEN.public_id,
    "label": _TOKEN.label,
    "feed": _TOKEN.feed,
    "scopes": _TOKEN.scopes,
    "networks": _TOKEN.networks,
    "last_four": _TOKEN.last_four,
    "expires_at": _TOKEN.expires_at,
    "revoked_at": _TOKEN.revoked_at,
    "last_used_at": _TOKEN.last_used_at,
}

HELD = about_person(
    select(*_OF_TOKEN.values(), *FACTS), AccessToken.__table__, _TOKEN.person_id
).where(_TOKEN.digest == bindparam("digest"))
"""Who holds the token of `digest` at `at`: rows as `Holder.of` reads them.

Tokens that have ended are found, too: whoever presents one is told so. Those of a suspended
person are not, and whoever asks adds the person's seats.
"""


def tokens_of(session: Session, person_id: int, *, at: datetime) -> Sequence[AccessToken]:
    """Return a person's living tokens, the newest first."""
    question = select(AccessToken).where(
        AccessToken.person_id == person_id,
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > at,
    )
    return session.scalars(question.order_by(AccessToken.id.desc())).all()


def ended_since(
    session: Session, person_id: int, *, at: datetime, since: datetime
) -> Sequence[AccessToken]:
    """Return those of a person's tokens that ended between `since` and `at`, the newest first."""
    question = select(AccessToken).where(
        AccessToken.person_id == person_id,
        or_(
            AccessToken.revoked_at > since,
            and_(
                AccessToken.revoked_at.is_(None),
                AccessToken.expires_at > since,
                AccessToken.expires_at <= at,
            ),
        ),
    )
    return session.scalars(question.order_by(AccessToken.id.desc())).all()


def count_living(session: Session, person_id: int, *, at: datetime) -> int:
    """Return how many living tokens a person has."""
    question = select(func.count()).where(
        AccessToken.person_id == person_id,
        AccessToken.revoked_at.is_(None),
        AccessToken.expires_at > at,
    )
    return session.scalar(question) or 0


def get_own(session: Session, public_id: str, person_id: int) -> AccessToken:
    """Return a token of this person's, living or ended.

    Raises:
        NotFound: there is none, or it is somebody else's.

    """
    question = select(AccessToken).where(
        AccessToken.public_id == public_id, AccessToken.person_id == person_id
    )
    token = session.scalar(question)
    if token is None:
        raise NotFound
    return token


def find_by_digest(session: Session, digest: str) -> AccessToken | None:
    """Return the token that is kept as this digest, or None."""
    return session.scalar(select(AccessToken).where(AccessToken.digest == digest))
