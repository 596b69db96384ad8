"""What waits, and since when: how many of each, and the oldest of them. No contents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, or_, select

from osac_share.audit import queries as audit
from osac_share.councils.models import Council, Post
from osac_share.councils.policy import VERIFY_AFTER
from osac_share.delivery.models import FAILED as UNDELIVERED
from osac_share.delivery.models import Alarm, Delivery
from osac_share.kernel.leases import FAILED
from osac_share.kernel.outbox import OutboxRow
from osac_share.letters.models import Letter
from osac_share.membership.models import WAITING as TO_DECIDE
from osac_share.membership.models import Application
from osac_share.proposals.models import OPEN, Proposal
from osac_share.reports.models import WITHDRAWN, Edition, Report

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import InstrumentedAttribute, Session

    from osac_share.audit.policy import Link

SHOWN = 100
CHECKED = 500
"""How many of the newest entries are proven each time somebody looks."""


@dataclass(frozen=True, slots=True)
class Queue:
    """One kind of thing that waits for somebody.

    Attributes:
        words: what it is, for people.
        number: how many wait.
        oldest: since when the oldest of them does; None when none waits, or nobody knows.
        endpoint: the view that lists them; None where there is none.

    """

    words: str
    number: int
    oldest: datetime | None
    endpoint: str | None = None

    @property
    def is_for_admins(self) -> bool:
        """Tell whether administrators alone may open the view that lists them."""
        return self.endpoint in _FOR_ADMINS


def queues(session: Session, *, at: datetime) -> list[Queue]:
    """Return every queue, those that hold nothing too."""
    return [
        _queue(session, "Applications to decide", Application.verified_at, _applications()),
        _queue(session, "Proposals without a second", Proposal.proposed_at, _proposals(at)),
        _queue(session, "Second looks overdue", Edition.second_look_due_at, _overdue(at)),
        _queue(session, "Drafts in quarantine", Report.quarantined_at, _quarantined()),
        _stale_contacts(session, at=at),
        _queue(session, "Letters that failed", Letter.created_at, _failed_letters()),
        _queue(session, "Alerts that reach nobody", Alarm.raised_at, _alarms()),
        _queue(session, "Alerts that failed", Delivery.matched_at, _undelivered()),
        _queue(session, "Acts not followed up yet", OutboxRow.recorded_at, _unanswered()),
        _queue(session, "Acts that could not be followed up", OutboxRow.recorded_at, _parked()),
    ]


_ENDPOINTS = {
    "Applications to decide": "membership.applications",
    "Proposals without a second": "admin.proposals",
    "Drafts in quarantine": "admin.quarantine",
    "Letters that failed": "admin.letters",
}
_FOR_ADMINS = frozenset({"membership.applications", "councils.contacts"})


def _queue(
    session: Session,
    words: str,
    since: InstrumentedAttribute[Any],
    waiting: Select[Any],
) -> Queue:
    asked = waiting.with_only_columns(func.count(), func.min(since), maintain_column_froms=True)
    number, oldest = session.execute(asked).one()
    return Queue(words, number, oldest, _ENDPOINTS.get(words))


def _alarms() -> Select[Alarm]:
    return select(Alarm).where(Alarm.cleared_at.is_(None))


def _applications() -> Select[Application]:
    return select(Application).where(Application.state == TO_DECIDE)


def _proposals(at: datetime) -> Select[Proposal]:
    return select(Proposal).where(Proposal.state == OPEN, Proposal.expires_at > at)


def _overdue(at: datetime) -> Select[Edition]:
    question = select(Edition).join(Report, Edition.report_id == Report.id)
    question = question.where(Edition.published_at.is_not(None), Report.state != WITHDRAWN)
    return question.where(Edition.second_look_due_at <= at, Edition.second_look_at.is_(None))


def _quarantined() -> Select[Report]:
    return select(Report).where(Report.quarantined_at.is_not(None))


def _failed_letters() -> Select[Letter]:
    return select(Letter).where(Letter.state == FAILED)


def _undelivered() -> Select[Delivery]:
    return select(Delivery).where(Delivery.state == UNDELIVERED)


def _unanswered() -> Select[OutboxRow]:
    return select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.parked_at.is_(None))


def _parked() -> Select[OutboxRow]:
    return select(OutboxRow).where(OutboxRow.done_at.is_(None), OutboxRow.parked_at.is_not(None))


def _stale_contacts(session: Session, *, at: datetime) -> Queue:
    tried = Post.verified_on
    stale = select(func.count()).where(or_(tried.is_(None), tried < (at - VERIFY_AFTER).date()))
    number = session.scalar(stale) or 0
    return Queue("Posts whose telephones want trying", number, None, "councils.contacts")


def quarantined(session: Session) -> Sequence[tuple[Report, str | None]]:
    """Return what is set aside, the newest first, with its council: ids and times, no words."""
    question = (
        select(Report, Council.name)
        .outerjoin(Council, Report.council_id == Council.id)
        .where(Report.quarantined_at.is_not(None))
        .order_by(Report.quarantined_at.desc())
        .limit(SHOWN)
    )
    return [(row[0], row[1]) for row in session.execute(question)]


def failed_letters(session: Session) -> Sequence[Letter]:
    """Return letters that were given up, the newest first."""
    question = _failed_letters().order_by(Letter.created_at.desc()).limit(SHOWN)
    return session.scalars(question).all()


@dataclass(frozen=True, slots=True)
class RecordState:
    """How the record does: its newest entry, what is broken, and how its copy keeps up.

    Attributes:
        last: the newest entry.
        broken: what is wrong among the newest entries, in a sentence; None when nothing is.
        copied: the number of the last entry that was copied; None where there is no copy.
        waiting_since: the moment of the oldest entry that was not copied; None when all were.
        is_late: that was too long ago.

    """

    last: Link
    broken: str | None
    copied: int | None = None
    waiting_since: datetime | None = None
    is_late: bool = False


def record_state(session: Session, copy_to: str, *, at: datetime) -> RecordState:
    """Return how the record does, its newest entries proven now."""
    last = audit.last_link(session)
    before = audit.link_before(session, max(1, last.number - CHECKED + 1))
    broken = audit.find_break(session, before)
    if not copy_to:
        return RecordState(last, broken)
    mark, since = audit.find_mark(session, copy_to), audit.waiting_since(session, copy_to)
    copied = 0 if mark is None else mark.entry_id
    return RecordState(last, broken, copied, since, is_late=audit.is_late(since, at=at))
