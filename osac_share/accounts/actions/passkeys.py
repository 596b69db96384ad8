"""Passkeys: made, and shown. Nothing here commits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from osac_share.accounts.actions.factors import record_factor, tell_of_change
from osac_share.accounts.actions.sessions import record_session
from osac_share.accounts.actions.spending import spend
from osac_share.accounts.models import Passkey, Person
from osac_share.accounts.policy import (
    answered_challenge,
    in_letters,
    known_transports,
    made_passkey,
    named_passkey,
)
from osac_share.kernel.errors import RuleBroken

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.policy import Site

NOT_MADE = "The passkey could not be added. Try again."


def add_passkey(
    session: Session,
    person: Person,
    *,
    answer: str,
    challenge: bytes,
    site: Site,
    name: str,
    at: datetime,
) -> Passkey:
    """Keep the public half of a passkey that somebody's device made for this challenge.

    Raises:
        RuleBroken: it was not made for this challenge on this site, or is known already.

    """
    made = made_passkey(answer, site, challenge)
    if made is None or not spend(session, in_letters(challenge), at=at):
        raise RuleBroken(NOT_MADE)
    credential_id = in_letters(made.credential_id)
    if session.scalar(select(Passkey.id).where(Passkey.credential_id == credential_id)):
        raise RuleBroken(NOT_MADE)
    added = Passkey(
        person_id=person.id,
        name=name,
        credential_id=credential_id,
        public_key=in_letters(made.credential_public_key),
        sign_count=made.sign_count,
        transports=_said_transports(answer),
        created_at=at,
    )
    session.add(added)
    session.flush()
    tell_of_change(session, person, f"A passkey was added: {name}.", at=at)
    record_factor(session, "factor.add", person, at=at, kind="passkey", factor=added.public_id)
    return added


def use_passkey(
    session: Session,
    *,
    answer: str,
    challenge: bytes,
    site: Site,
    at: datetime,
    person: Person | None = None,
    needs_verification: bool,
) -> Person | None:
    """Take a device's answer to a challenge, and return whose passkey it is, or None.

    Args:
        session: the session of the request.
        answer: what the browser sent, as JSON.
        challenge: what it was to sign; it is spent, whoever answers it again.
        site: the relying party.
        at: now.
        person: whose passkey it must be; left out where it says who comes.
        needs_verification: whether the device must have made sure of its person, by PIN,
            finger or face, so that it counts for two factors.

    """
    passkey = _named(session, answer)
    if passkey is not None and (person is None or passkey.person_id == person.id):
        said = answered_challenge(
            answer, passkey, site, challenge, needs_verification=needs_verification
        )
        if said is not None and _count(session, passkey, said.new_sign_count, challenge, at=at):
            owner = session.get_one(Person, passkey.person_id)
            if owner.suspended_at is None:
                return owner
    record_session(session, "session.refuse", person, at=at, kind="passkey")
    return None


def _count(
    session: Session, passkey: Passkey, count: int, challenge: bytes, *, at: datetime
) -> bool:
    """Spend a challenge and note the count of signatures; of two at once, one finds it changed."""
    if not spend(session, in_letters(challenge), at=at):
        return False
    counted = session.execute(
        update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=count, used_at=at)
        .returning(Passkey.id)
    )
    return counted.one_or_none() is not None


def _named(session: Session, answer: str) -> Passkey | None:
    named = named_passkey(answer)
    if named is None:
        return None
    credential_id, handle = named
    row = session.execute(
        select(Passkey, Person.public_id)
        .join(Person, Passkey.person_id == Person.id)
        .where(Passkey.credential_id == credential_id)
    ).one_or_none()
    if row is None or handle not in {None, row[1]}:
        return None
    passkey: Passkey = row[0]
    return passkey


def _said_transports(answer: str) -> list[str]:
    response = json.loads(answer)["response"]
    said = response.get("transports")
    return known_transports(one for one in said or () if isinstance(one, str))
