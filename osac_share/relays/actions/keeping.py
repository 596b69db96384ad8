"""Keeping what is new: a text that changed, or that replaces another, refers to the former one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from osac_share.relays import queries
from osac_share.relays.models import ASIDE, WAITING, RelayedItem
from osac_share.reports.models import CANCELLED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from osac_share.relays.documents import Entry
    from osac_share.relays.models import RelaySource

BACKLOG = timedelta(days=7)
"""How old a text may be to wait for a decision when its source is read for the first time."""

LONG_AGO = datetime.min.replace(tzinfo=UTC)

OVERTAKEN = "The issuer replaced it before anybody decided."
OLD = "It was old already when its source was first read."
RUN_OUT = "Its time had run out before it came."
NOTHING_TO_CANCEL = "It cancels what was never taken in."


def keep(session: Session, source: RelaySource, entries: Sequence[Entry], *, at: datetime) -> int:
    """Put what is new into the queue, and return how much that was.

    What is known and unchanged adds nothing, however often it comes.

    Args:
        session: the session of the transaction.
        source: where it comes from, locked.
        entries: what was read.
        at: now, in UTC.

    """
    names = {name for entry in entries for name in (entry.guid, *entry.replaces)}
    known = queries.newest_of(session, source.id, names)
    news = 0
    # The oldest first, so that an update finds what it updates. Feeds have the newest on top.
    oldest_first = list(reversed(entries))
    oldest_first.sort(key=lambda one: one.published_at or LONG_AGO)
    for entry in oldest_first:
        same = known.get(entry.guid)
        if same is not None and same.digest == entry.digest:
            continue
        replaced = [known[name] for name in entry.replaces if name in known]
        former = same or (replaced[-1] if replaced else None)
        item = _item(source, entry, revision=same.revision + 1 if same else 1, at=at)
        item.former = former
        session.add(item)
        for one in [former] if same else replaced:
            if one is not None and one.state == WAITING:
                one.settle(ASIDE, by=None, at=at, why=OVERTAKEN)
        _decide_alone(session, source, item, at=at)
        known[entry.guid] = item
        news += 1
    session.flush()
    return news


def _item(source: RelaySource, entry: Entry, *, revision: int, at: datetime) -> RelayedItem:
    return RelayedItem(
        source=source,
        guid=entry.guid,
        revision=revision,
        title=entry.title,
        sections=list(entry.sections),
        digest=entry.digest,
        link=entry.link,
        published_at=entry.published_at,
        seen_at=at,
        severity=entry.severity,
        outcome=entry.outcome,
        is_exercise=entry.is_exercise,
        signature=entry.signature[:300],
        begins_at=entry.begins_at,
        expires_at=entry.expires_at,
        state=WAITING,
    )


def _decide_alone(
    session: Session, source: RelaySource, item: RelayedItem, *, at: datetime
) -> None:
    """Set aside what nobody needs to look at."""
    has_run_out = item.expires_at is not None and item.expires_at <= at
    if item.outcome == CANCELLED and queries.find_report(session, item) is None:
        item.settle(ASIDE, by=None, at=at, why=NOTHING_TO_CANCEL)
    elif has_run_out and queries.find_report(session, item) is None:
        item.settle(ASIDE, by=None, at=at, why=RUN_OUT)
    elif source.read_at is None and item.published_at and item.published_at < at - BACKLOG:
        item.settle(ASIDE, by=None, at=at, why=OLD)
