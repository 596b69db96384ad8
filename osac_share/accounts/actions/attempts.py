"""The guard of attempts: counted before they are made, and forgiven when they were right.

Nothing here commits: whoever asks commits the count before it does what it asked for, so that
two nodes that are tried at the same moment cannot both have the last try.
"""

from __future__ import annotations

import logging
import zlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select

from osac_share.accounts.models import AttemptEntry, Device
from osac_share.accounts.policy import canonical_email
from osac_share.accounts.policy.attempts import KEPT, LIMITS, Limit, network_of
from osac_share.kernel.errors import TooMany
from osac_share.kernel.ids import digest

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

logger = logging.getLogger(__name__)

_ROW = AttemptEntry.__table__.c


def require_room(
    session: Session,
    scope: str,
    *,
    account: str,
    network: str,
    at: datetime,
    device: Device | None = None,
) -> int:
    """Count a try that is about to be made, and return its number for `forgive`.

    Args:
        session: the session of a transaction of its own, committed before the try is made.
        scope: what is tried, one of `policy.attempts.LIMITS`.
        account: whose it is: an address as it was typed; empty where there is none.
        network: the client's address.
        at: now, in UTC; the same clock wrote the tries that it is compared with.
        device: the account's own browser that asks, from `queries.find_device`.

    Raises:
        TooMany: there is no room for another one now.

    """
    _wait_for_turn(session, scope)
    entry = AttemptEntry(
        scope=scope,
        account=digest(canonical_email(account)) if account else "",
        network=network_of(network),
        device="" if device is None else device.token_digest,
        at=at,
    )
    for limit, same in _counted(entry):
        _require_less_than(session, limit, entry, same)
    session.add(entry)
    session.flush()
    return entry.id


def forgive(session: Session, attempt: int) -> None:
    """Take back the count of a try that turned out right."""
    session.execute(delete(AttemptEntry).where(AttemptEntry.id == attempt))


def forget_old(session: Session, *, at: datetime) -> int:
    """Delete tries that no limit looks back to any more, and return how many there were."""
    gone = session.execute(
        delete(AttemptEntry).where(AttemptEntry.at < at - KEPT).returning(AttemptEntry.id)
    )
    return len(gone.all())


def _counted(entry: AttemptEntry) -> list[tuple[Limit, list[ColumnElement[bool]]]]:
    limits = LIMITS[entry.scope]
    account: ColumnElement[bool] = _ROW.account == entry.account
    network: ColumnElement[bool] = _ROW.network == entry.network
    own: ColumnElement[bool] = _ROW.device == entry.device
    if entry.device:
        return [(limits.device, [account, own])]
    counted: list[Any] = [(limits.network, [own, network]), (limits.total, [own])]
    if entry.account:
        counted += [(limits.pair, [own, account, network]), (limits.account, [own, account])]
    return counted


def _require_less_than(
    session: Session, limit: Limit, entry: AttemptEntry, same: list[ColumnElement[bool]]
) -> None:
    oldest_that_fills_it = session.scalar(
        select(_ROW.at)
        .where(_ROW.scope == entry.scope, *same, _ROW.at > entry.at - limit.within)
        .order_by(_ROW.at.desc())
        .offset(limit.number - 1)
        .limit(1)
    )
    if oldest_that_fills_it is not None:
        logger.warning("too many tries scope=%s network=%s", entry.scope, entry.network)
        raise TooMany(oldest_that_fills_it + limit.within - entry.at)


def _wait_for_turn(session: Session, scope: str) -> None:
    # On SQLite the transaction has the only right to write; on PostgreSQL nobody else counts
    # this scope until it is committed.
    if session.connection().dialect.name == "postgresql":
        lock = zlib.crc32(f"tries of {scope}".encode())
        session.execute(select(func.pg_advisory_xact_lock(lock)))
