"""What can be done with tokens. None of these commits."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.audit.actions import SYSTEM
from osac_share.audit.actions import record as record_act
from osac_share.kernel.errors import RuleBroken
from osac_share.letters import actions as letters
from osac_share.tokens.models import FOUND, OWNER, ROTATED, AccessToken
from osac_share.tokens.policy import (
    ALPHABET,
    BODY,
    LASTS,
    MOST,
    NETWORKS,
    SCOPES,
    TELL_AFTER,
    completed,
    digest_of,
    is_living,
    network_of,
    tokens_in,
)
from osac_share.tokens.queries import count_living, find_by_digest

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

Name = tuple[int | None, str]
"""The id and name of whoever acts, as the record keeps them."""

AT_ONCE = 20
"""How many tokens are looked for in what somebody pastes."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a token is to be.

    Attributes:
        kind: `feed` or `api`.
        label: what its owner calls the program that will hold it.
        feed: which feed it opens, for a token of a feed.
        scopes: what a program may do with it.
        days: for how long, one of `LASTS`.
        address: from where it is made; the owner is not told of its use in that network.

    """

    kind: str
    label: str
    feed: Mapping[str, Any] = field(default_factory=dict)
    scopes: Sequence[str] = ()
    days: int = LASTS[0]
    address: str = ""


def make(
    session: Session, person_id: int, wanted: Wanted, *, secret: str, by: Name, at: datetime
) -> tuple[AccessToken, str]:
    """Make a token that reads for a person, and return it with its secret.

    Nobody will ever read the secret here again. `secret` is the installation's key.

    Raises:
        RuleBroken: the person has too many, or something asked for is not on offer.

    """
    if wanted.days not in LASTS or not set(wanted.scopes) <= set(SCOPES):
        raise RuleBroken("A token of that kind or that age is not made here.")
    # Whoever makes two at once waits here, so that both are counted.
    session.execute(select(Person.id).where(Person.id == person_id).with_for_update())
    if count_living(session, person_id, at=at) >= MOST:
        raise RuleBroken(f"You have {MOST} tokens, the most there may be. Revoke one first.")
    shown = completed(wanted.kind, "".join(secrets.choice(ALPHABET) for _ in range(BODY)))
    token = AccessToken(
        person_id=person_id,
        kind=wanted.kind,
        label=wanted.label,
        feed=dict(wanted.feed),
        scopes=sorted(wanted.scopes),
        digest=digest_of(secret, shown),
        last_four=shown[-4:],
        networks=[network for network in [network_of(wanted.address)] if network],
        created_at=at,
        expires_at=at + timedelta(days=wanted.days),
    )
    session.add(token)
    session.flush()
    _record(session, "token.make", token, by=by, at=at, kind=token.kind, scopes=token.scopes)
    return token, shown


def rotate(
    session: Session, token: AccessToken, *, secret: str, by: Name, at: datetime, address: str = ""
) -> tuple[AccessToken, str]:
    """Put a new token in the place of one, which ends at once; return it with its secret.

    Raises:
        RuleBroken: the token has ended: a program that lost it needs a new one.

    """
    if not is_living(token, at):
        raise RuleBroken("This token has ended. Make a new one instead.")
    days = (token.expires_at - token.created_at).days
    revoke(session, token, because=ROTATED, by=by, at=at)
    session.flush()
    wanted = Wanted(
        token.kind,
        token.label,
        feed=token.feed,
        scopes=token.scopes,
        days=days if days in LASTS else LASTS[0],
        address=address,
    )
    return make(session, token.person_id, wanted, secret=secret, by=by, at=at)


def revoke(
    session: Session, token: AccessToken, *, by: Name, at: datetime, because: str = OWNER
) -> None:
    """End a token with the next request. Ending it twice changes nothing."""
    if token.revoked_at is not None:
        return
    token.revoked_at, token.revoked_because = at, because
    _record(session, "token.revoke", token, by=by, at=at, because=because)


def revoke_all(session: Session, person_id: int, *, because: str, by: Name, at: datetime) -> int:
    """End all of a person's tokens for good, and return how many there were.

    For whoever suspends somebody or ends their account. Their tokens open nothing from that
    moment on, without this, too; but they would again when the person came back.
    """
    question = select(AccessToken).where(
        AccessToken.person_id == person_id, AccessToken.revoked_at.is_(None)
    )
    living = [token for token in session.scalars(question) if is_living(token, at)]
    for token in living:
        revoke(session, token, because=because, by=by, at=at)
    return len(living)


def revoke_found(session: Session, text: str, *, secret: str, at: datetime) -> int:
    """End every token that stands in a text somebody found, and write to the owners.

    Return how many were ended, which is not for the eyes of whoever found them.
    """
    ended = 0
    for shown in tokens_in(text)[:AT_ONCE]:
        token = find_by_digest(session, digest_of(secret, shown))
        if token is not None and is_living(token, at):
            revoke(session, token, because=FOUND, by=SYSTEM, at=at)
            _tell(session, token, "token_found", at=at)
            ended += 1
    return ended


def note_use(session: Session, token_id: int, *, address: str, at: datetime) -> None:
    """Note when and from where a token was used; tell its owner of a network never seen before."""
    question = (
        select(AccessToken)
        .where(AccessToken.id == token_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    token = session.scalars(question).one()
    token.last_used_at, token.last_address = at, address[:45]
    network = network_of(address)
    if not network or network in token.networks:
        return
    token.networks = [*token.networks, network][-NETWORKS:]
    if token.told_at is None or at - token.told_at >= TELL_AFTER:
        token.told_at = at
        _tell(session, token, "token_new_network", at=at, network=network)


def _tell(
    session: Session, token: AccessToken, purpose: str, *, at: datetime, network: str = ""
) -> None:
    owner = session.get_one(Person, token.person_id)
    letters.write(
        session,
        purpose,
        to=owner.email,
        at=at,
        person_id=owner.id,
        label=token.label,
        last_four=token.last_four,
        happened=at,
        network=network,
    )


def _record(
    session: Session,
    action: str,
    token: AccessToken,
    *,
    by: Name,
    at: datetime,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    record_act(
        session,
        action,
        by=by,
        at=at,
        object_kind="token",
        object_id=token.public_id,
        **detail,
    )
