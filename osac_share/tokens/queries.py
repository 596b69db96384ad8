"""Every question the house asks about tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, func, or_, select

from osac_share.accounts.models import Membership, Organization, Person
from osac_share.accounts.queries import membership_at, organization_in_good_order
from osac_share.kernel.errors import NotFound
from osac_share.tokens.models import AccessToken

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

_TOKEN, _PERSON = AccessToken.__table__.c, Person.__table__.c
_MEMBERSHIP, _ORGANIZATION = Membership.__table__.c, Organization.__table__.c


@dataclass(frozen=True, slots=True)
class Holder:
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
    person_id: int
    public_id: str
    name: str
    email: str
    time_zone: str
    staff_roles: frozenset[str]
    groups: frozenset[str]
    organization_id: int | None
    organization_name: str | None
    organization_type: str | None
    organization_sector: str | None
    in_good_order: bool
    is_contact: bool
    """Never: a program reads for a person, and does not speak for an organization."""

    @classmethod
    def of(cls, row: Sequence[Any]) -> Holder:
        """Read the first row of `HELD`, whatever else was asked with it."""
        fields = [*row[:15], frozenset(row[15]), frozenset(row[16]), *row[17:21]]
        organization_id, membership_id = row[17], row[21]
        in_good_order = membership_id is None or organization_id is not None
        return cls(*[*fields, in_good_order, False])


HELD = (
    select(
        _TOKEN.id,
        _TOKEN.public_id,
        _TOKEN.label,
        _TOKEN.feed,
        _TOKEN.scopes,
        _TOKEN.networks,
        _TOKEN.last_four,
        _TOKEN.expires_at,
        _TOKEN.revoked_at,
        _TOKEN.last_used_at,
        _PERSON.id,
        _PERSON.public_id,
        _PERSON.name,
        _PERSON.email,
        _PERSON.time_zone,
        _PERSON.staff_roles,
        _PERSON.groups,
        _ORGANIZATION.id,
        _ORGANIZATION.name,
        _ORGANIZATION.type,
        _ORGANIZATION.sector,
        _MEMBERSHIP.id,
    )
    .select_from(AccessToken.__table__)
    .join(Person.__table__, _TOKEN.person_id == _PERSON.id)
    .outerjoin(Membership.__table__, membership_at(bindparam("at")))
    .outerjoin(Organization.__table__, organization_in_good_order())
    .where(_TOKEN.digest == bindparam("digest"))
    .where(_PERSON.suspended_at.is_(None))
    .order_by(_MEMBERSHIP.id.desc())
)
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
