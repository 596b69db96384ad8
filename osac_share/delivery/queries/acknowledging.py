"""What has been acknowledged, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, select

from osac_share.delivery.models import Acknowledgement, Delivery, DeliveryAttempt
from osac_share.kernel.prepared import Prepared
from osac_share.reports.models import Edition

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message that somebody was sent, and whether they have said that it came.

    `sent_at` is when it was first handed over; None when it was not.
    """

    edition_id: int
    person_id: int
    sent_at: datetime | None
    acknowledged_at: datetime | None


def find_receipt(session: Session, delivery_id: int) -> Receipt | None:
    """Return what there is to acknowledge about a delivery, or None when there is no such one."""
    sent = select(func.min(DeliveryAttempt.at)).where(
        DeliveryAttempt.delivery_id == delivery_id, DeliveryAttempt.accepted.is_(True)
    )
    row = session.execute(
        select(
            Delivery.edition_id,
            Delivery.person_id,
            sent.scalar_subquery().label("sent_at"),
            Acknowledgement.at,
        )
        .outerjoin(
            Acknowledgement,
            and_(
                Acknowledgement.edition_id == Delivery.edition_id,
                Acknowledgement.person_id == Delivery.person_id,
            ),
        )
        .where(Delivery.id == delivery_id)
    ).first()
    return None if row is None else Receipt(*row)


def acknowledged_at(session: Session, edition_id: int, person_id: int) -> datetime | None:
    """Return when somebody said that they received an edition, or None."""
    rows = _ACKNOWLEDGED.rows(session, edition_id=edition_id, person_id=person_id)
    found: datetime | None = rows[0][0] if rows else None
    return found


def latest_acknowledged(
    session: Session, report_ids: Collection[int], person_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """Return the highest number of an edition that people acknowledged, by report and person."""
    question = (
        select(Edition.report_id, Acknowledgement.person_id, func.max(Edition.number))
        .join(Edition, Acknowledgement.edition_id == Edition.id)
        .where(Edition.report_id.in_(report_ids), Acknowledgement.person_id.in_(person_ids))
        .group_by(Edition.report_id, Acknowledgement.person_id)
    )
    return {(row[0], row[1]): row[2] for row in session.execute(question)}


# Asked whenever somebody opens a report.
_ACKNOWLEDGEMENT = Acknowledgement.__table__.c
_ACKNOWLEDGED = Prepared(
    select(_ACKNOWLEDGEMENT.at).where(
        _ACKNOWLEDGEMENT.edition_id == bindparam("edition_id"),
        _ACKNOWLEDGEMENT.person_id == bindparam("person_id"),
    )
)
