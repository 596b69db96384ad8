"""Posts and security offices: how they are reached, and who has tried it. Nothing here commits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.audit.actions import record as record_act
from osac_share.councils.models import OfficeCountry, Post, SecurityOffice
from osac_share.councils.policy import may_run_councils
from osac_share.kernel.errors import NotAllowed, RuleBroken

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor


@dataclass(frozen=True, slots=True)
class PostWords:
    """What staff say about a post; `country` is an ISO 3166-1 alpha-2 code."""

    kind: str
    name: str
    city: str
    country: str
    time_zone: str
    address: str = ""
    phone: str = ""
    after_hours_phone: str = ""
    email: str = ""
    departure_status: str = "normal"
    verified_on: date | None = None


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """What staff say about a security office, its countries apart."""

    name: str
    post_id: int
    mailbox: str = ""
    phone: str = ""
    after_hours_phone: str = ""
    verified_on: date | None = None


def write_post(
    session: Session, post: Post | None, words: PostWords, *, by: Actor, at: datetime
) -> Post:
    """Say how a post is reached, of a new one or anew.

    Raises:
        NotAllowed: the actor does not keep the contacts.
        RuleBroken: another post has this name, or it was verified in the future.

    """
    _require(by, words.verified_on, at)
    _require_free(session, Post, words.name, post)
    written = post or Post()
    for name, value in asdict(words).items():
        setattr(written, name, value)
    session.add(written)
    session.flush()
    _note(session, "post", "revise" if post else "add", written, by=by, at=at)
    return written


def write_office(
    session: Session,
    office: SecurityOffice | None,
    words: OfficeWords,
    countries: Collection[str],
    *,
    by: Actor,
    at: datetime,
) -> SecurityOffice:
    """Say how a security office is reached and which countries it covers, of a new one or anew.

    Raises:
        NotAllowed: the actor does not keep the contacts.
        RuleBroken: another office has this name, or it was verified in the future.

    """
    _require(by, words.verified_on, at)
    _require_free(session, SecurityOffice, words.name, office)
    written = office or SecurityOffice()
    for name, value in asdict(words).items():
        setattr(written, name, value)
    kept = {one.country: one for one in written.countries}
    written.countries = [
        kept.get(country) or OfficeCountry(country=country) for country in sorted(countries)
    ]
    session.add(written)
    session.flush()
    _note(session, "security_office", "revise" if office else "add", written, by=by, at=at)
    return written


def verify(session: Session, contact: Post | SecurityOffice, *, by: Actor, at: datetime) -> None:
    """Note that somebody has tried the numbers today and reached them.

    Raises:
        NotAllowed: the actor does not keep the contacts.

    """
    _require(by, None, at)
    contact.verified_on = at.date()
    kind = "post" if isinstance(contact, Post) else "security_office"
    _note(session, kind, "verify", contact, by=by, at=at)


def _require(by: Actor, verified_on: date | None, at: datetime) -> None:
    if not may_run_councils(by.standing):
        raise NotAllowed("This is for the program's administrators.")
    if verified_on is not None and verified_on > at.date():
        raise RuleBroken("Nobody can have verified this on a day to come.")


def _require_free(
    session: Session,
    kind: type[Post | SecurityOffice],
    name: str,
    own: Post | SecurityOffice | None,
) -> None:
    taken = session.scalar(select(kind.id).where(kind.name == name))
    if taken is not None and (own is None or own.id != taken):
        raise RuleBroken("This name is taken. Say how this one differs.")


def _note(
    session: Session,
    kind: str,
    act: str,
    contact: Post | SecurityOffice,
    *,
    by: Actor,
    at: datetime,
) -> None:
    verified = contact.verified_on
    record_act(
        session,
        f"{kind}.{act}",
        by=by.name_in_record,
        at=at,
        object_kind=kind,
        object_id=contact.public_id if isinstance(contact, SecurityOffice) else str(contact.id),
        name=contact.name,
        verified_on=None if verified is None else verified.isoformat(),
    )
