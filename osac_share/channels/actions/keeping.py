"""Adding, proving, changing and ending endpoints. None of these commits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from osac_share.accounts.models import Person
from osac_share.audit.actions import record as record_act
from osac_share.channels.models import BROWSER, WEBHOOK, Endpoint
from osac_share.channels.policy import AFTER_MINUTES, Contents, new_signing_secret, sealed, unsealed
from osac_share.channels.queries import find_living
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.ids import new_public_id
from osac_share.letters import actions as letters

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

Name = tuple[int | None, str]
"""The id and name of whoever acts, as the record keeps them."""

OWNER, REPLACED = "owner", "replaced"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an endpoint is to be.

    Attributes:
        kind: one of `policy.KINDS`.
        label: what its owner calls it.
        contents: its address and keys, as the policy of addresses gave them back.

    """

    kind: str
    label: str
    contents: Contents


def add(
    session: Session, person_id: int, wanted: Wanted, *, key: str, by: Name, at: datetime
) -> Endpoint:
    """Add an endpoint, in the place of one of its kind that the person has already.

    Nothing but a code goes to it until its owner has entered that; a browser has asked its owner
    already. A letter tells them, in case that it was not they. `key` is the installation's.
    """
    # Whoever adds two at once waits here, so that one is left.
    owner = session.get_one(Person, person_id, with_for_update=True)
    former = find_living(session, person_id, wanted.kind)
    if former is not None:
        end(session, former, because=REPLACED, by=by, at=at)
        session.flush()
    contents = wanted.contents
    if wanted.kind == WEBHOOK:
        contents = replace(contents, signing=new_signing_secret())
    is_asked = wanted.kind == BROWSER
    public_id = new_public_id()
    kept = contents if is_asked else contents.with_code(at=at)
    endpoint = Endpoint(
        public_id=public_id,
        person_id=person_id,
        kind=wanted.kind,
        label=wanted.label,
        sealed=sealed(kept, key, public_id, at=at),
        created_at=at,
        verified_at=at if is_asked else None,
    )
    session.add(endpoint)
    session.flush()
    _record(session, "channel.add", endpoint, by=by, at=at)
    _tell(session, owner, endpoint, at=at)
    return endpoint


def _tell(session: Session, owner: Person, endpoint: Endpoint, *, at: datetime) -> None:
    letters.write(
        session,
        "channel_added",
        to=owner.email,
        at=at,
        person_id=owner.id,
        kind=endpoint.kind,
        label=endpoint.label,
        email=owner.email,
        added=at,
    )


def renew_code(endpoint: Endpoint, *, key: str, at: datetime) -> Contents:
    """Make a new code for an endpoint that is not verified yet, and return what it holds now.

    Raises:
        RuleBroken: it is verified, or its keys are lost.

    """
    if endpoint.verified_at is not None:
        raise RuleBroken("This is confirmed already.")
    return _keep(endpoint, opened(endpoint, key, at=at).with_code(at=at), key, at)


def verify(
    session: Session, endpoint: Endpoint, code: str, *, key: str, by: Name, at: datetime
) -> bool:
    """Take the code that an endpoint was sent, and return whether it is the right one.

    A wrong one is counted: commit that, too.
    """
    contents = opened(endpoint, key, at=at)
    if endpoint.verified_at is not None:
        return True
    if not contents.is_proved_by(code, at=at):
        _keep(endpoint, replace(contents, tries=contents.tries + 1), key, at)
        return False
    _keep(endpoint, replace(contents, code=""), key, at)
    endpoint.verified_at = at
    _record(session, "channel.verify", endpoint, by=by, at=at)
    return True


def change(
    endpoint: Endpoint,
    *,
    min_rank: int,
    after_minutes: int,
    on_sheets: bool,
    key: str,
    at: datetime,
) -> None:
    """Say from which severity on an endpoint is used, and how long an emergency waits for it."""
    if after_minutes not in AFTER_MINUTES or min_rank not in {1, 2, 3}:
        raise RuleBroken("Choose one of the values that are offered.")
    endpoint.min_rank, endpoint.after_minutes = min_rank, after_minutes
    contents = opened(endpoint, key, at=at)
    if contents.on_sheets != on_sheets:
        _keep(endpoint, replace(contents, on_sheets=on_sheets), key, at)


def renew_secret(session: Session, endpoint: Endpoint, *, key: str, by: Name, at: datetime) -> str:
    """Put a new secret in the place of a webhook's, and return it; the old one ends at once.

    Raises:
        RuleBroken: it is no webhook.

    """
    if endpoint.kind != WEBHOOK:
        raise RuleBroken("Only webhooks have a secret.")
    made = new_signing_secret()
    _keep(endpoint, replace(opened(endpoint, key, at=at), signing=made), key, at)
    _record(session, "channel.renew_secret", endpoint, by=by, at=at)
    return made


def end(
    session: Session, endpoint: Endpoint, *, by: Name, at: datetime, because: str = OWNER
) -> None:
    """End an endpoint and forget its address and keys. Ending it twice changes nothing."""
    if endpoint.ended_at is not None:
        return
    endpoint.ended_at, endpoint.ended_reason = at, because
    endpoint.sealed = ""
    _record(session, "channel.end", endpoint, by=by, at=at, because=because)


def opened(endpoint: Endpoint, key: str, *, at: datetime) -> Contents:
    """Return the address and the keys of an endpoint.

    Raises:
        RuleBroken: the installation's key is another one than when they were sealed.

    """
    contents = unsealed(endpoint, key, at=at)
    if contents is None:
        raise RuleBroken("The address of this channel is lost. End it, and add it again.")
    return contents


def _keep(endpoint: Endpoint, contents: Contents, key: str, at: datetime) -> Contents:
    endpoint.sealed = sealed(contents, key, endpoint.public_id, at=at)
    return contents


def _record(
    session: Session,
    action: str,
    endpoint: Endpoint,
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
        object_kind="channel",
        object_id=endpoint.public_id,
        kind=endpoint.kind,
        **detail,
    )
