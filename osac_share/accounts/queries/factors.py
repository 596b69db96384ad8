"""What second factors somebody has, and in which sessions one is still to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_, select

from osac_share.accounts.models import Authenticator, Passkey, Person, RecoveryCode, UserSession
from osac_share.kernel.errors import NotFound
from osac_share.kernel.ids import digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

Factor = Authenticator | Passkey


def has_factor(session: Session, person_id: int) -> bool:
    """Tell whether somebody has an authenticator app or a passkey."""
    question = select(
        or_(
            exists().where(Authenticator.person_id == person_id),
            exists().where(Passkey.person_id == person_id),
        )
    )
    return bool(session.scalar(question))


@dataclass(frozen=True, slots=True)
class FactorCounts:
    """How many ways somebody has to show a second factor."""

    apps: int
    passkeys: int
    recovery_codes: int

    @property
    def has_any(self) -> bool:
        """Tell whether there is a factor; recovery codes only stand in for one."""
        return bool(self.apps or self.passkeys)


def factor_counts(session: Session, person_id: int) -> FactorCounts:
    """Return how many apps, passkeys and unused recovery codes somebody has."""
    tables = [
        select(func.count()).select_from(table).where(table.person_id == person_id)
        for table in (Authenticator, Passkey)
    ]
    apps, passkeys = (session.scalar(question) or 0 for question in tables)
    return FactorCounts(apps, passkeys, recovery_codes_left(session, person_id))


def factors_of(session: Session, person_id: int) -> list[Factor]:
    """Return somebody's apps and passkeys, oldest first."""
    found: list[Factor] = [
        *session.scalars(select(Authenticator).where(Authenticator.person_id == person_id)),
        *session.scalars(select(Passkey).where(Passkey.person_id == person_id)),
    ]
    return sorted(found, key=lambda factor: factor.created_at)


def get_factor(session: Session, person_id: int, public_id: str) -> Factor:
    """Return one of somebody's factors.

    Raises:
        NotFound: they have no such factor.

    """
    for factor in factors_of(session, person_id):
        if factor.public_id == public_id:
            return factor
    raise NotFound


def passkeys_of(session: Session, person_id: int) -> Sequence[Passkey]:
    """Return somebody's passkeys."""
    return session.scalars(select(Passkey).where(Passkey.person_id == person_id)).all()


def recovery_codes_left(session: Session, person_id: int) -> int:
    """Return how many of somebody's recovery codes have not been used."""
    question = select(func.count()).select_from(RecoveryCode)
    question = question.where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session.scalar(question) or 0


def is_fresh(session: Session, session_id: int, *, since: datetime) -> bool:
    """Tell whether the person of a session has proved since then that it is they."""
    question = select(UserSession.fresh_at).where(UserSession.id == session_id)
    proved = session.scalar(question)
    return proved is not None and proved > since


def find_half_session(
    session: Session, secret: str, *, at: datetime, begun_after: datetime
) -> tuple[UserSession, Person] | None:
    """Return whose session waits for a second factor, begun after that moment, or None."""
    question = (
        select(UserSession, Person)
        .join(Person, UserSession.person_id == Person.id)
        .where(UserSession.token_digest == digest(secret), UserSession.ended_at.is_(None))
        .where(UserSession.needs_factor, UserSession.strong_at.is_(None))
        .where(UserSession.started_at > begun_after, UserSession.started_at <= at)
        .where(Person.suspended_at.is_(None))
    )
    row = session.execute(question).one_or_none()
    return None if row is None else (row[0], row[1])
