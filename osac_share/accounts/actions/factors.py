"""Authenticator apps and recovery codes: enrolled, shown, renamed, removed. Nothing here commits.

A code is spent by one UPDATE that names what must still be so: of two nodes to which the same
code is sent at the same moment, one finds it spent (RFC 6238, 5.2; ASVS 6.5.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyotp import random_base32
from sqlalchemy import delete, select, update

from osac_share.accounts.actions.sessions import end_other_sessions
from osac_share.accounts.models import Authenticator, Passkey, Person, RecoveryCode
from osac_share.accounts.policy import (
    CODE_LENGTH,
    ENROLL_WITHIN,
    RECOVERY_CODES,
    fitting_step,
    is_app_code,
    plain_code,
)
from osac_share.accounts.queries import factors_of, get_factor, has_factor, recovery_codes_left
from osac_share.audit.actions import record as record_act
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.ids import digest, new_code
from osac_share.kernel.sealing import seal, unseal
from osac_share.letters import actions as letters

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

WRONG_CODE = "That code is not right, or was used before. Wait for the next one and try again."
PROPOSED_LONG_AGO = "This page was open for too long. Set up the app again with the code shown now."
LAST_ONE = "Your office needs a second factor. Add another one before you remove the last."


def propose_secret(person: Person, *, key: str, at: datetime) -> tuple[str, str]:
    """Return a fresh secret for an app, and the same sealed for the form that confirms it."""
    secret = random_base32()
    return secret, seal(key, _enrolling(person), secret, at=at)


def proposed_secret(person: Person, sealed: str, *, key: str, at: datetime) -> str | None:
    """Return the secret that was proposed to this person a short while ago, or None."""
    return unseal(key, _enrolling(person), sealed, at=at, lasts=ENROLL_WITHIN)


def add_authenticator(
    session: Session,
    person: Person,
    *,
    sealed: str,
    code: str,
    name: str,
    key: str,
    at: datetime,
) -> Authenticator:
    """Enroll an authenticator app that shows the right code for the proposed secret.

    Raises:
        RuleBroken: the code is not right, or the secret was proposed too long ago.

    """
    secret = proposed_secret(person, sealed, key=key, at=at)
    if secret is None:
        raise RuleBroken(PROPOSED_LONG_AGO)
    step = fitting_step(secret, plain_code(code), at)
    if step is None:
        raise RuleBroken(WRONG_CODE)
    added = Authenticator(
        person_id=person.id,
        name=name,
        sealed_secret=seal(key, _kept(person), secret, at=at),
        last_step=step,
        created_at=at,
    )
    session.add(added)
    session.flush()
    tell_of_change(session, person, f"An authenticator app was added: {name}.", at=at)
    record_factor(session, "factor.add", person, at=at, kind="app", factor=added.public_id)
    return added


def use_code(session: Session, person: Person, code: str, *, key: str, at: datetime) -> bool:
    """Take a code of an app or a recovery code, which is spent with that; tell if it was right."""
    plain = plain_code(code)
    if is_app_code(plain):
        is_right = _use_app_code(session, person, plain, key=key, at=at)
    else:
        is_right = _use_recovery_code(session, person, plain, at=at)
    if not is_right:
        record_factor(session, "factor.refuse", person, at=at, kind="code")
    return is_right


def hold_for_first_factor(session: Session, person: Person) -> None:
    """Let nobody else change this person's factors until the commit; refuse if there are any.

    With the passphrase alone a first factor can be enrolled, and never a second one.

    Raises:
        NotAllowed: they have a factor, which is to be shown instead.

    """
    _hold(session, person)
    if has_factor(session, person.id):
        raise NotAllowed("You have a second factor. Sign in with it.")


def renew_recovery_codes(session: Session, person: Person, *, at: datetime) -> list[str]:
    """Make new recovery codes, which void all before them, and return them to be shown once."""
    codes = [new_code(CODE_LENGTH) for _ in range(RECOVERY_CODES)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    session.add_all(
        RecoveryCode(person_id=person.id, code_digest=digest(code), created_at=at) for code in codes
    )
    record_factor(session, "factor.renew_codes", person, at=at)
    return codes


def rename_factor(
    session: Session, person: Person, public_id: str, *, name: str, at: datetime
) -> None:
    """Call one of a person's factors otherwise.

    Raises:
        NotFound: they have no such factor.

    """
    get_factor(session, person.id, public_id).name = name
    record_factor(session, "factor.rename", person, at=at, factor=public_id)


def remove_factor(
    session: Session, person: Person, public_id: str, *, is_demanded: bool, at: datetime
) -> None:
    """Remove one of a person's factors; with the last one go the recovery codes.

    Raises:
        NotFound: they have no such factor.
        RuleBroken: it is the last one, and their office demands one.

    """
    _hold(session, person)
    factor = get_factor(session, person.id, public_id)
    is_last = len(factors_of(session, person.id)) == 1
    if is_last and is_demanded:
        raise RuleBroken(LAST_ONE)
    session.delete(factor)
    if is_last:
        session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    tell_of_change(session, person, f"A second factor was removed: {factor.name}.", at=at)
    record_factor(session, "factor.remove", person, at=at, factor=public_id)


def clear_factors(
    session: Session,
    person: Person,
    *,
    by: tuple[int | None, str],
    at: datetime,
    because: str,
) -> None:
    """Take all second factors from somebody who lost them, end their sessions, and tell them.

    Whoever calls has checked that `by` may do this to this person. The next sign-in with the
    passphrase enrolls a new factor where the person's office demands one.
    """
    for table in (Authenticator, Passkey, RecoveryCode):
        session.execute(delete(table).where(table.person_id == person.id))
    end_other_sessions(session, person.id, at=at)
    letters.write(
        session,
        "factors_cleared",
        to=person.email,
        at=at,
        email=person.email,
        cleared=at,
        reason=because,
    )
    record_act(
        session,
        "factor.clear",
        by=by,
        at=at,
        object_kind="person",
        object_id=person.public_id,
        reason=because,
    )


def tell_of_change(session: Session, person: Person, change: str, *, at: datetime) -> None:
    """Write to somebody that their factors are not what they were."""
    letters.write(
        session,
        "factors_changed",
        to=person.email,
        at=at,
        person_id=person.id,
        email=person.email,
        changed=at,
        change=change,
    )


def record_factor(
    session: Session,
    action: str,
    person: Person,
    *,
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Record what somebody did with their own second factors."""
    by = (person.id, person.name)
    record_act(
        session, action, by=by, at=at, object_kind="person", object_id=person.public_id, **detail
    )


def _hold(session: Session, person: Person) -> None:
    # Whoever removes two at once waits here, so that the last one is known for the last.
    session.execute(select(Person.id).where(Person.id == person.id).with_for_update())


def _use_app_code(session: Session, person: Person, code: str, *, key: str, at: datetime) -> bool:
    apps = session.scalars(select(Authenticator).where(Authenticator.person_id == person.id))
    for app in apps.all():
        secret = unseal(key, _kept(person), app.sealed_secret, at=at)
        step = None if secret is None else fitting_step(secret, code, at)
        if step is not None and _spend(session, app, step, at=at):
            return True
    return False


def _spend(session: Session, app: Authenticator, step: int, *, at: datetime) -> bool:
    spent = session.execute(
        update(Authenticator)
        .where(Authenticator.id == app.id, Authenticator.last_step < step)
        .values(last_step=step, used_at=at)
        .returning(Authenticator.id)
    )
    return spent.one_or_none() is not None


def _use_recovery_code(session: Session, person: Person, code: str, *, at: datetime) -> bool:
    used = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.person_id == person.id, RecoveryCode.code_digest == digest(code))
        .where(RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    if used.one_or_none() is None:
        return False
    left = recovery_codes_left(session, person.id)
    letters.write(
        session,
        "recovery_code_used",
        to=person.email,
        at=at,
        person_id=person.id,
        email=person.email,
        used=at,
        left=left,
    )
    record_factor(session, "factor.use_recovery_code", person, at=at, left=left)
    return True


def _enrolling(person: Person) -> str:
    return f"authenticator proposed to {person.public_id}"


def _kept(person: Person) -> str:
    return f"authenticator of {person.public_id}"
