"""Who is to be left in peace just now: in quiet hours, or told too much within a day already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from osac_share.delivery.models import ACCEPTED, MAIL, TO_READ, Delivery
from osac_share.delivery.policy import URGENCY
from osac_share.delivery.policy.brakes import A_DAY, MOST_MAILS_A_DAY, room_today
from osac_share.kernel.outcomes import GIVE_UP_AFTER
from osac_share.reports.models import Edition
from osac_share.subscriptions.models import ReadingHours
from osac_share.subscriptions.policy import quiet_until
from osac_share.subscriptions.queries import zone_of_reader

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

EMERGENCY = URGENCY["emergency"]


class Brakes:
    """What holds back the mails that these deliveries are for; emergencies are never held back."""

    def __init__(self, session: Session, delivery_ids: Collection[int], *, at: datetime) -> None:
        """Ask, in a handful of questions, however many deliveries there are."""
        question = select(Delivery.id, Delivery.person_id).where(
            Delivery.id.in_(delivery_ids),
            Delivery.purpose == TO_READ,
            Delivery.urgency != EMERGENCY,
        )
        self._readers = {row[0]: row[1] for row in session.execute(question)}
        people = set(self._readers.values())
        self._quiet = quiet_ends(session, people, at=at)
        self._mails = _mails_today(session, people, at=at)

    def quiet_until(self, delivery_id: int) -> datetime | None:
        """Return when the quiet hours end, in UTC, in which the reader of this one is."""
        return self._quiet.get(self._readers.get(delivery_id, 0))

    def lets_pass(self, delivery_id: int) -> bool:
        """Tell whether its reader may get one mail more today, and count it."""
        reader = self._readers.get(delivery_id)
        if reader is None:
            return True
        mails = self._mails.get(reader, 0)
        self._mails[reader] = mails + 1
        return room_today(mails) > 0


def quiet_ends(session: Session, people: Collection[int], *, at: datetime) -> dict[int, datetime]:
    """Return when the quiet hours end, in UTC, for those of these people who are in theirs."""
    question = select(ReadingHours).where(
        ReadingHours.person_id.in_(people), ReadingHours.quiet_from.is_not(None)
    )
    asked = session.scalars(question).all()
    zones = zone_of_reader(session, [one.person_id for one in asked], at)
    ends = {
        one.person_id: quiet_until(at, zones[one.person_id], one.quiet_from, one.quiet_until)
        for one in asked
    }
    return {person: end for person, end in ends.items() if end is not None}


def _mails_today(session: Session, people: Collection[int], *, at: datetime) -> dict[int, int]:
    """Return how many single mails each of these people got within a day.

    Nobody can have had too many when fewer editions than that were published in the time in
    which a mail may still be on its way; on most days this is all that is asked.
    """
    editions = select(Edition.id).where(
        Edition.published_at > at - A_DAY - GIVE_UP_AFTER, Edition.is_major.is_(True)
    )
    some = editions.limit(MOST_MAILS_A_DAY + 1).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) <= MOST_MAILS_A_DAY:
        return {}
    question = (
        select(Delivery.person_id, func.count())
        .where(Delivery.person_id.in_(people), Delivery.edition_id.in_(editions))
        .where(Delivery.channel == MAIL, Delivery.purpose == TO_READ)
        .where(Delivery.state == ACCEPTED, Delivery.accepted_at > at - A_DAY)
        .where(Delivery.urgency != EMERGENCY, Delivery.digest_id.is_(None))
        .group_by(Delivery.person_id)
    )
    return {row[0]: row[1] for row in session.execute(question)}
