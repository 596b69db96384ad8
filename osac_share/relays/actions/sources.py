"""Which sources are polled, and how often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.audit.actions import record
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.fetching import Unfetched, web_address
from osac_share.relays import policy, queries
from osac_share.relays.models import RelaySource

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Council
    from osac_share.councils.policy import Actor

LONGEST_ADDRESS = 500


def add_source(
    session: Session,
    council: Council,
    *,
    issuer: str,
    url: str,
    every_minutes: int,
    by: Actor,
    at: datetime,
) -> RelaySource:
    """Let a council poll a source; it is read for the first time as soon as possible.

    Args:
        session: the session of the act.
        council: who passes on what comes from there.
        issuer: the name that reports made of it carry.
        url: where the feed or the CAP alert is.
        every_minutes: how often to look.
        by: who adds it.
        at: when, in UTC.

    Raises:
        NotAllowed: the actor does not say what this council polls.
        RuleBroken: the address cannot be polled, or is polled already.

    """
    _require(by, council.id)
    source = RelaySource(
        council=council,
        issuer=issuer,
        url=_new_address(session, council, url),
        every_minutes=every_minutes,
        next_check_at=at,
        added_at=at,
        added_by=by.id,
    )
    session.add(source)
    session.flush()
    _note(session, "add", source, by=by, at=at)
    return source


def _new_address(session: Session, council: Council, url: str) -> str:
    try:
        address = web_address(url)
    except Unfetched as problem:
        raise RuleBroken(problem.message) from None
    if len(address) > LONGEST_ADDRESS:
        raise RuleBroken("This address is too long.")
    if queries.find_same_source(session, council.id, address) is not None:
        raise RuleBroken("This source is there already.")
    return address


def pause(session: Session, source: RelaySource, *, by: Actor, at: datetime) -> None:
    """Leave a source alone until further notice. What came from it stays in the queue.

    Raises:
        NotAllowed: the actor does not say what this council polls.

    """
    _require(by, source.council_id)
    source.active = False
    _note(session, "pause", source, by=by, at=at)


def resume(session: Session, source: RelaySource, *, by: Actor, at: datetime) -> None:
    """Poll a source again, from now on.

    Raises:
        NotAllowed: the actor does not say what this council polls.

    """
    _require(by, source.council_id)
    source.active, source.failures, source.next_check_at = True, 0, at
    _note(session, "resume", source, by=by, at=at)


def check_now(session: Session, source: RelaySource, *, by: Actor, at: datetime) -> None:
    """Let the worker look at a source with its next round.

    Raises:
        NotAllowed: the actor does not say what this council polls.
        RuleBroken: the source is paused.

    """
    _require(by, source.council_id)
    if not source.active:
        raise RuleBroken("This source is paused. Resume it first.")
    source.next_check_at = at
    _note(session, "check", source, by=by, at=at)


def _require(by: Actor, council_id: int) -> None:
    if not policy.may_configure_for(by.standing, council_id):
        raise NotAllowed("The chairs of the council and programme staff say what is polled.")


def _note(session: Session, act: str, source: RelaySource, *, by: Actor, at: datetime) -> None:
    record(
        session,
        f"relay_source.{act}",
        by=by.name_in_record,
        at=at,
        object_kind="relay_source",
        object_id=source.public_id,
        council=source.council.slug,
        url=source.url,
    )
