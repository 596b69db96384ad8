"""What was sent lately to one person on one channel, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.delivery.models import Delivery, DeliveryAttempt
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries.sight import readable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from sqlalchemy.orm import Session

SHOWN = 30
"""How many deliveries are looked back on."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One delivery, what it was of if that may still be known, and what the last answer was."""

    delivery: Delivery
    report: Report | None
    edition: Edition | None
    answer: str


def sent_lately(
    session: Session, person_id: int, channel: str, clearance: AbstractSet[str]
) -> Sequence[Sent]:
    """Return the last deliveries to a person on a channel, the newest first.

    What they may not see any more is there, without what it was.
    """
    last = (
        select(func.max(DeliveryAttempt.id))
        .where(DeliveryAttempt.delivery_id == Delivery.id)
        .correlate(Delivery)
        .scalar_subquery()
    )
    question = (
        select(Delivery, Report, Edition, DeliveryAttempt, readable(clearance).label("seen"))
        .join(Edition, Delivery.edition_id == Edition.id)
        .join(Report, Edition.report_id == Report.id)
        .outerjoin(DeliveryAttempt, DeliveryAttempt.id == last)
        .where(Delivery.person_id == person_id, Delivery.channel == channel)
        .order_by(Delivery.id.desc())
        .limit(SHOWN)
    )
    return [
        Sent(
            delivery,
            report if seen else None,
            edition if seen else None,
            _answer(attempt),
        )
        for delivery, report, edition, attempt, seen in session.execute(question)
    ]


def _answer(attempt: DeliveryAttempt | None) -> str:
    return "" if attempt is None else f"{attempt.code or ''} {attempt.answer}".strip()
