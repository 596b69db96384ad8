"""The list of messages that hubs read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from osac_share.cap.documents import CONTENT_TYPES, Index, Listed
from osac_share.cap.models import CapMessage
from osac_share.cap.queries.messages import EVERYBODY, newest_messages
from osac_share.feeds.queries import ENDED_STAY
from osac_share.reports.models import CLOSING, ENDED, PUBLISHED, Edition, Report
from osac_share.reports.queries import readable

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from osac_share.cap.documents import Sender

MOST = 500
"""Far more than are ever in force at once; hubs read all of the list each time."""

LIST = UUID("4e9c6b0e-6a0e-4f6f-9a53-0d6f5b1f2c11")
"""The name of the list, the same wherever it is."""

_BEFORE_ALL = datetime(2000, 1, 1, tzinfo=UTC)
_WATCHED = 8
"""How many of the newest messages are watched; see `feeds.queries.generation`."""


def message_index(session: Session, sender: Sender, *, at: datetime) -> Index:
    """Return the list of messages as it stands at `at`: the newest of each public alert.

    An alert is in it while it is in force, and when somebody ended it for 48 hours more; one
    whose time ran out says so itself, by its `expires`, and is gone. A message that a later one
    replaced is not in it: the later one refers to it.
    """
    question = (
        select(
            *(CapMessage.identifier, CapMessage.headline, CapMessage.sender_name),
            *(Edition.summary, Edition.published_at, CapMessage.made_at),
            *(Report.public_id, Edition.number, func.length(CapMessage.document)),
        )
        .join(Edition, Edition.id == CapMessage.edition_id)
        .join(Report, Report.id == CapMessage.report_id)
        .where(CapMessage.edition_id.in_(newest_messages()), readable(EVERYBODY))
        .where(
            or_(
                (Report.state == PUBLISHED)
                & (Edition.expires_at.is_(None) | (Edition.expires_at > at)),
                Report.state.in_(CLOSING) & (Report.changed_at > at - ENDED_STAY),
            )
        )
        .order_by(Edition.published_at.desc(), CapMessage.edition_id.desc())
        .limit(MOST)
    )
    return Index(
        uuid=LIST,
        title=f"{sender.called}: alerts in CAP",
        author=sender.called,
        home=f"{sender.url}/feeds",
        addresses={kind: f"{sender.url}/feeds/cap.{kind}" for kind in CONTENT_TYPES},
        updated=_last_change(session, at=at),
        entries=tuple(_listed(row, sender.url) for row in session.execute(question)),
    )


def generation(session: Session) -> tuple[tuple[int, datetime], ...]:
    """Return a value that is another one whenever a message was issued."""
    newest = (CapMessage.made_at.desc(), CapMessage.edition_id.desc())
    question = select(CapMessage.edition_id, CapMessage.made_at).order_by(*newest).limit(_WATCHED)
    return tuple((row[0], row[1]) for row in session.execute(question))


def _listed(row: Row[Any], url: str) -> Listed:
    identifier, headline, sender_name, summary, sent, made_at, public_id, number, size = tuple(row)
    return Listed(
        identifier=identifier,
        headline=headline,
        sender_name=sender_name,
        summary=summary or headline,
        sent=sent,
        updated=max(sent, made_at),
        document=f"{url}/cap/{public_id}/{number}.xml",
        page=f"{url}/reports/{public_id}",
        size=size,
    )


def _last_change(session: Session, *, at: datetime) -> datetime:
    """Return when the list last changed, by what came in or by what dropped out of it.

    What replaced a public edition counts, whoever may read it; what replaced that does not, if
    it was for members alone: so nothing hidden moves the date a second time.
    """
    successor = aliased(Edition)
    public = (
        select(func.max(Report.changed_at))
        .join(CapMessage, CapMessage.edition_id == Report.current_edition_id)
        .where(Report.changed_at <= at)
    )
    gone = (
        select(func.max(successor.published_at))
        .select_from(CapMessage)
        .join(Edition, Edition.id == CapMessage.edition_id)
        .join(
            successor,
            (successor.report_id == Edition.report_id) & (successor.number == Edition.number + 1),
        )
    )
    dropped = public.where(Report.state.in_(ENDED), Report.changed_at <= at - ENDED_STAY)
    dated = (
        session.scalar(select(func.max(CapMessage.made_at))),
        session.scalar(public),
        session.scalar(gone),
        _later(session.scalar(dropped)),
    )
    return max((one for one in dated if one is not None), default=_BEFORE_ALL)


def _later(ended: datetime | None) -> datetime | None:
    return None if ended is None else ended + ENDED_STAY
