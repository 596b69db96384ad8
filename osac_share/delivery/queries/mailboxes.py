"""Whose mail comes back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, bindparam, select

from osac_share.accounts.models import Membership, Person
from osac_share.delivery.models import Mailbox
from osac_share.kernel.prepared import Prepared

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session


class Trouble(NamedTuple):
    """Somebody whose mail comes back: since when, how often, and when we stopped sending."""

    name: str
    email: str
    since: datetime | None
    failures: int
    closed_at: datetime | None


def is_their_mailbox() -> ColumnElement[bool]:
    """Return the condition that a mailbox is that of a person's address as it is now."""
    return and_(Mailbox.person_id == Person.id, Mailbox.address == Person.email)


def closed_to_mail() -> Select[int]:
    """Return the question to whom no mail goes."""
    return (
        select(Mailbox.person_id)
        .join(Person, is_their_mailbox())
        .where(Mailbox.closed_at.is_not(None))
    )


def gets_no_mail(session: Session, person_id: int | None) -> bool:
    """Tell whether no mail goes to somebody because it came back."""
    return person_id is not None and bool(_CLOSED.rows(session, person_id=person_id))


def find_trouble(session: Session, person_id: int) -> Mailbox | None:
    """Return a person's mailbox if mail to it comes back, or None."""
    return session.scalar(
        select(Mailbox)
        .join(Person, is_their_mailbox())
        .where(Mailbox.person_id == person_id, Mailbox.failures > 0)
    )


def troubles_in(session: Session, organization_id: int) -> Sequence[Trouble]:
    """Return those who represent an organization and whose mail comes back, by name."""
    question = (
        select(
            *(Person.name, Person.email, Mailbox.failing_since),
            *(Mailbox.failures, Mailbox.closed_at),
        )
        .join(Mailbox, is_their_mailbox())
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.organization_id == organization_id, Membership.ended_at.is_(None))
        .where(Mailbox.failures > 0)
        .order_by(Person.name, Person.id)
    )
    return [Trouble(*row) for row in session.execute(question)]


# Asked on every page that tells its reader of it.
_MAILBOX, _PERSON = Mailbox.__table__.c, Person.__table__.c
_CLOSED = Prepared(
    select(_MAILBOX.person_id)
    .join(Person.__table__, _PERSON.id == _MAILBOX.person_id)
    .where(_MAILBOX.person_id == bindparam("person_id"))
    .where(_MAILBOX.address == _PERSON.email, _MAILBOX.closed_at.is_not(None))
)
