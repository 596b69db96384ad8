"""Copying the record to where nobody of this house can change it.

Entries go out in their order and at least once: how far a copy has come is noted after they have
left. One worker at a time writes a copy, under a lease.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from osac_share.audit import queries
from osac_share.audit.documents import json_line
from osac_share.audit.messages import open_copy
from osac_share.audit.models import AuditMark
from osac_share.audit.policy import START, Link, moment_text
from osac_share.kernel.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    Maker = Callable[[], Session]

logger = logging.getLogger(__name__)

EVERY = timedelta(seconds=1)
LEASE = timedelta(seconds=30)
NOTED_EVERY = timedelta(seconds=60)
"""How often the record's length is noted where there is no copy, and how often an alarm sounds."""


class Copying:
    """One worker's care for the copy that the settings name."""

    def __init__(self, setting: str) -> None:
        """Copy to `setting` (`file:…`, `syslog:…`); when it is empty, note the length only."""
        self._setting = setting
        self._copy = open_copy(setting)
        self._after = self._alarm_after = None  # type: datetime | None

    def copy_some(self, maker: Maker, *, at: datetime) -> int:
        """Copy what waits, a batch at most, and return how many entries that was."""
        if self._after is not None and at < self._after:
            return 0
        with maker() as session:
            copied = self._copy_some(session, at=at)
            if copied < queries.AT_A_TIME:
                self._after = at + (NOTED_EVERY if self._copy is None else EVERY)
            self._watch(session, at=at)
        return copied

    def _copy_some(self, session: Session, *, at: datetime) -> int:
        mark = queries.find_mark(session, self._setting)
        last = queries.last_link(session)
        if mark is not None and last.number < mark.entry_id:
            self._alarm(f"the record has become shorter: {last.number} < {mark.entry_id}", at=at)
        if last.number <= (mark.entry_id if mark else 0):
            return 0
        done = self._take(session, at=at)
        if done is None:
            return 0
        batch = queries.facts_after(session, done.number) if self._copy else []
        session.rollback()
        if not self._send(batch, at=at):
            return 0
        now = Link(batch[-1]["id"], batch[-1]["digest"]) if batch else last
        self._note(session, now, at=at)
        return len(batch)

    def _send(self, batch: list[dict[str, Any]], *, at: datetime) -> bool:
        if self._copy is None:
            return True
        try:
            self._copy.append([json_line(facts) for facts in batch])
        except OSError as problem:
            # The lease is kept: so long nobody tries again.
            self._alarm(f"the record cannot be copied: {problem}", at=at)
            return False
        return True

    def _take(self, session: Session, *, at: datetime) -> Link | None:
        """Return how far the copy has come if it is ours to write now."""
        try:
            with transaction(session):
                mark = session.get(AuditMark, self._setting, with_for_update=True)
                if mark is None:
                    mark = AuditMark(
                        copy=self._setting, entry_id=START.number, digest=START.digest, at=at
                    )
                    session.add(mark)
                if mark.lease_until is not None and mark.lease_until > at:
                    return None
                mark.lease_until = at + LEASE
                return Link(mark.entry_id, mark.digest)
        except IntegrityError:  # another worker has just begun this copy.
            return None

    def _note(self, session: Session, now: Link, *, at: datetime) -> None:
        # Whoever stalled past the lease finds another's, and notes nothing.
        with transaction(session):
            session.execute(
                update(AuditMark)
                .where(AuditMark.copy == self._setting, AuditMark.lease_until == at + LEASE)
                .values(entry_id=now.number, digest=now.digest, at=at, lease_until=None)
            )

    def _watch(self, session: Session, *, at: datetime) -> None:
        if self._copy is None:
            return
        since = queries.waiting_since(session, self._setting)
        if since is not None and queries.is_late(since, at=at):
            self._alarm(f"the record's copy is late: it waits since {moment_text(since)}", at=at)

    def _alarm(self, words: str, *, at: datetime) -> None:
        if self._alarm_after is None or at >= self._alarm_after:
            self._alarm_after = at + NOTED_EVERY
            logger.error(words)
