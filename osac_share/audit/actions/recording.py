"""Appending to the record.

What is recorded during a transaction waits in its session. Just before the commit, when
everything else is written, the entries take their places in the chain, under a lock that is held
for as long as a commit takes. It is always the last lock of a transaction, so that no two can
wait for each other, and acts wait for one another at their very end only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import event, func, insert, select
from sqlalchemy.orm import Session

from osac_share.audit import policy, queries
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import SessionTransaction

    Waiting = list[tuple[tuple[SessionTransaction, ...], dict[str, Any]]]

SYSTEM = (None, "system")
"""The actor of what the house does by itself: imports, expiry, the worker's promises."""

CHAIN = 0x05AD
"""The name, a number, of the lock on PostgreSQL under which entries take their places."""

WAITING = "entries of the record that wait for the commit"
_INSERT = insert(AuditEntry.__table__)  # type: ignore[arg-type]  # a table, as mapped classes say.


def record(
    session: Session,
    action: str,
    *,
    by: tuple[int | None, str],
    at: datetime,
    object_kind: str,
    object_id: str,
    address: str | None = None,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Append one entry; it is committed with the act or not at all.

    Args:
        session: the session of the act.
        action: what was done, as `noun.verb` (`report.publish`); a verb `refuse` says that it
            was not done.
        by: the actor's id and name, or `SYSTEM`.
        at: when, in UTC.
        object_kind: what it was done to (`report`, `session`).
        object_id: the public id of that object.
        address: the network address that the act came from; the session's own when left out.
        detail: further facts (old and new audience, a reason); never a text or a secret.

    """
    actor_id, actor = by
    entry = {
        "at": at,
        "actor_id": actor_id,
        "actor": actor[:120],
        "action": action,
        "object_kind": object_kind,
        "object_id": object_id[:60],
        "outcome": policy.outcome_of(action),
        "address": (session.info.get(ADDRESS, "") if address is None else address)[:45],
        # As the database will give it back: numbers as names become texts, tuples lists.
        "detail": json.loads(json.dumps(detail)),
    }
    waiting: Waiting = session.info.setdefault(WAITING, [])
    waiting.append((tuple(_savepoints(session)), entry))


def record_once_an_hour(
    session: Session,
    action: str,
    *,
    by: tuple[int | None, str],
    at: datetime,
    object_kind: str,
    object_id: str,
    **detail: Any,  # noqa: ANN401 -- any JSON value.
) -> None:
    """Append an entry unless this person did the same to the same object within the hour.

    For short transactions that do nothing else: the chain is locked from here to the commit, so
    that the same act in two processes makes one entry.
    """
    _lock(session)
    if not queries.was_recorded(session, action, person_id=by[0], object_id=object_id, at=at):
        record(
            session, action, by=by, at=at, object_kind=object_kind, object_id=object_id, **detail
        )


def _lock(session: Session) -> None:
    # On SQLite whoever writes has locked the whole database.
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(CHAIN)))


def _chained(entries: Sequence[dict[str, Any]], last: policy.Link) -> list[dict[str, Any]]:
    chained = []
    for entry in entries:
        placed = {**entry, "id": last.number + 1, "previous": last.digest}
        placed["digest"] = policy.digest_of(policy.facts_of(placed))
        last = policy.Link(placed["id"], placed["digest"])
        chained.append(placed)
    return chained


@event.listens_for(Session, "before_commit")
def _append(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(WAITING):
        return
    waiting: Waiting = session.info.pop(WAITING)
    session.flush()
    _lock(session)
    entries = _chained([entry for _, entry in waiting], queries.last_link(session))
    session.execute(_INSERT, entries)


@event.listens_for(Session, "after_soft_rollback")
def _take_back(session: Session, ended: SessionTransaction) -> None:
    # Back to a savepoint: what was done since did not happen.
    if ended.nested and WAITING in session.info:
        waiting: Waiting = session.info[WAITING]
        session.info[WAITING] = [one for one in waiting if ended not in one[0]]


@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(WAITING, None)


def _savepoints(session: Session) -> Iterator[SessionTransaction]:
    point = session.get_nested_transaction()
    while point is not None and point.nested:
        yield point
        point = point.parent
