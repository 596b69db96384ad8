"""Polling: due sources are claimed, fetched while no transaction is open, and their news kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from osac_share.audit.actions import SYSTEM, record
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import Refusal
from osac_share.kernel.fetching import Fetcher, Validators
from osac_share.relays import documents, policy
from osac_share.relays.actions.gathering import gather
from osac_share.relays.actions.keeping import keep
from osac_share.relays.models import RelaySource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session, sessionmaker

    from osac_share.kernel.fetching import Fetched
    from osac_share.relays.documents import Reading
    from osac_share.settings import Settings

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
"""Several times as long as fetching can take."""

AT_ONCE = 20
"""How many sources are polled in one round, so that a worker that is told to stop does soon."""

LONGEST_PROBLEM = 500
UNREADABLE = "It could not be read. This is a mistake of ours, and is in the log."


@dataclass(frozen=True, slots=True)
class Claim:
    """A source that this worker may poll until its lease ends."""

    id: int
    fence: int
    url: str
    held: Validators
    fetched: frozenset[str] = frozenset()
    """Keys of the messages that its list names and that were fetched before."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a poll: what was read, unless nothing is new, or why nothing was.

    `fetched` are the keys of all messages that the list names and that need not be fetched again.
    """

    validators: Validators
    reading: Reading | None = None
    failure: str = ""
    fetched: Sequence[str] = ()


def poll_due(maker: sessionmaker[Session], settings: Settings, at: datetime) -> int:
    """Poll the sources that are due, and return how many were.

    Each source has two short transactions, one before it is fetched and one after. Any number
    of workers may do this at once; a source that one of them died over is due again when the
    lease on it ends. Whatever a source answers is a note beside it and never an exception.

    Args:
        maker: makes sessions.
        settings: those of the installation.
        at: now, in UTC.

    """
    fetcher = Fetcher(
        agent=f"OSAC-Share (+{settings.public.url})",
        allowed_private=frozenset(settings.relays.allowed_private),
    )
    for count in range(AT_ONCE):
        claim = _next(maker, at)
        if claim is None:
            return count
        answer = _poll(claim, fetcher)
        with maker() as session, transaction(session):
            _note(session, claim, answer, at=at)
    return AT_ONCE


def _next(maker: sessionmaker[Session], at: datetime) -> Claim | None:
    # Mostly nothing is due, and a look at that keeps no writer waiting.
    with maker() as session:
        if session.scalar(_due(at).limit(1)) is None:
            return None
    with maker() as session, transaction(session):
        return _claim(session, at=at)


def _due(at: datetime) -> Select[int]:
    return (
        select(RelaySource.id)
        .where(RelaySource.active, RelaySource.next_check_at <= at)
        .where(or_(RelaySource.lease_until.is_(None), RelaySource.lease_until < at))
    )


def _claim(session: Session, *, at: datetime) -> Claim | None:
    due = (
        _due(at)
        .order_by(RelaySource.next_check_at, RelaySource.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    row = session.execute(
        update(RelaySource)
        .where(RelaySource.id.in_(select(due.c.id)))
        .values(lease_until=at + LEASE, fence=RelaySource.fence + 1)
        .returning(
            RelaySource.id,
            RelaySource.fence,
            RelaySource.url,
            RelaySource.etag,
            RelaySource.last_modified,
            RelaySource.fetched,
        )
        .execution_options(synchronize_session=False)
    ).first()
    if row is None:
        return None
    return Claim(row[0], row[1], row[2], Validators(row[3], row[4]), frozenset(row[5]))


def _poll(claim: Claim, fetcher: Fetcher) -> Answer:
    try:
        fetched = fetcher.fetch(claim.url, claim.held)
        return Answer(claim.held) if fetched is None else _read(claim, fetcher, fetched)
    except Refusal as problem:
        return Answer(Validators(), failure=problem.message)
    except Exception:
        # Strangers write what is read here. Whatever they manage, the other sources go on.
        logger.exception("source %s could not be read", claim.id)
        return Answer(Validators(), failure=UNREADABLE)


def _read(claim: Claim, fetcher: Fetcher, fetched: Fetched) -> Answer:
    reading = documents.read(fetched.body, fetched.charset, fetched.address)
    gathered = gather(fetcher, reading.linked, claim.fetched)
    reading = replace(
        reading,
        entries=[*reading.entries, *gathered.entries],
        problems=[*reading.problems, *gathered.problems],
    )
    # What was read with trouble is fetched in full the next time, too: it may have been mended.
    is_whole = not reading.problems and gathered.is_whole
    validators = fetched.validators if is_whole else Validators()
    return Answer(validators, reading, fetched=gathered.known)


def _note(session: Session, claim: Claim, answer: Answer, *, at: datetime) -> None:
    source = session.scalar(
        select(RelaySource)
        .where(RelaySource.id == claim.id, RelaySource.fence == claim.fence)
        .with_for_update(of=RelaySource)
    )
    if source is None:
        # The lease ended meanwhile and somebody else has it; what they find is newer.
        return
    reading = answer.reading
    if reading is not None:
        news = keep(session, source, reading.entries, at=at)
        if news:
            _record(session, source, news, at=at)
        source.kind, source.read_at = reading.kind, at
        source.fetched = list(answer.fetched)
    source.failures = source.failures + 1 if answer.failure else 0
    if answer.failure or reading is not None:
        said = answer.failure or " ".join(dict.fromkeys(reading.problems if reading else ()))
        source.last_problem = said[:LONGEST_PROBLEM]
    source.etag, source.last_modified = answer.validators
    every = timedelta(minutes=source.every_minutes)
    source.next_check_at = at + policy.pause_after(source.failures, every)
    source.checked_at, source.lease_until = at, None


def _record(session: Session, source: RelaySource, news: int, *, at: datetime) -> None:
    record(
        session,
        "relay_source.read",
        by=SYSTEM,
        at=at,
        object_kind="relay_source",
        object_id=source.public_id,
        news=news,
    )
