"""Who is to be left in peace just now: in quiet hours, or told too much within a day already."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from osac_share.channels.models import WEBHOOK
from osac_share.delivery.models import (
    ACCEPTED,
    BURST,
    FAILED,
    MAIL,
    SKIPPED,
    TO_READ,
    Delivery,
    Digest,
)
from osac_share.delivery.policy import EMERGENCY, URGENCY
from osac_share.delivery.policy.brakes import A_DAY, MOST_MAILS_A_DAY, room_today
from osac_share.kernel.outcomes import GIVE_UP_AFTER
from osac_share.reports.models import Edition
from osac_share.subscriptions.models import ReadingHours
from osac_share.subscriptions.policy import quiet_until
from osac_share.subscriptions.queries import zone_of_reader

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


class Brakes:
    """What holds back mails to readers; emergencies are never held back."""

    def __init__(self, session: Session, readers: Mapping[int, int], *, at: datetime) -> None:
        """Ask, in a handful of questions, however many deliveries there are.

        Args:
            session: the session to ask in.
            readers: who is to read what may be held back, by the delivery.
            at: now, in UTC.

        """
        self._readers = readers
        people = set(readers.values())
        self._quiet = quiet_ends(session, people, at=at)
        self._mails = mails_today(session, people, at=at)

    def quiet_until(self, delivery_id: int) -> datetime | None:
        """Return when the quiet hours end, in UTC, in which the reader of this one is."""
        return self._quiet.get(self._readers.get(delivery_id, 0))

    def lets_pass(self, delivery_id: int) -> bool:
        """Tell whether its reader may get one mail more today, and count it."""
        reader = self._readers.get(delivery_id)
        if reader is None:
            return True
        has_room = room_today(self._mails[reader]) > 0
        self._mails[reader] += has_room
        return has_room


def quiet_ends(session: Session, people: Collection[int], *, at: datetime) -> dict[int, datetime]:
    """Return when the quiet hours end, in UTC, for those of these people who are in theirs."""
    question = select(ReadingHours).where(
        ReadingHours.person_id.in_(people), ReadingHours.quiet_from.is_not(None)
    )
    asked = session.scalars(question).all()
    if not asked:
        return {}
    zones = zone_of_reader(session, [one.person_id for one in asked], at)
    ends = {
        one.person_id: quiet_until(at, zones[one.person_id], one.quiet_from, one.quiet_until)
        for one in asked
    }
    return {person: end for person, end in ends.items() if end is not None}


def mails_today(session: Session, people: Collection[int], *, at: datetime) -> Counter[int]:
    """Return how many mails each of these people got within a day: single ones, and of bursts.

    Nobody can have had too many when fewer editions than that were published in the time in
    which a mail may still be on its way; on most days this is all that is asked.
    """
    some = _lately(at).limit(MOST_MAILS_A_DAY + 1).subquery()
    if (session.scalar(select(func.count()).select_from(some)) or 0) <= MOST_MAILS_A_DAY:
        return Counter()
    single = (
        _told_today(at, people, Delivery.person_id)
        .where(Delivery.channel == MAIL, Delivery.digest_id.is_(None))
        .group_by(Delivery.person_id)
    )
    of_bursts = (
        select(Digest.person_id, func.count())
        .where(Digest.person_id.in_(people), Digest.period.startswith(f"{BURST}/"))
        .where(Digest.created_at > at - A_DAY, Digest.state.not_in((FAILED, SKIPPED)))
        .group_by(Digest.person_id)
    )
    mails = Counter[int]()
    for question in (single, of_bursts):
        mails.update({row[0]: row[1] for row in session.execute(question)})
    return mails


def notices_today(
    session: Session, people: Collection[int], *, at: datetime
) -> Counter[tuple[int, str]]:
    """Return how many notices each of these people got within a day, by channel.

    Mail has a bound of its own, and programs have none.
    """
    question = (
        _told_today(at, people, Delivery.person_id, Delivery.channel)
        .where(Delivery.channel.not_in((MAIL, WEBHOOK)))
        .group_by(Delivery.person_id, Delivery.channel)
    )
    return Counter({(row[0], row[1]): row[2] for row in session.execute(question)})


def _told_today(at: datetime, people: Collection[int], *by: Any) -> Select[*tuple[Any, ...]]:  # noqa: ANN401
    """Return the question how many deliveries these people took within a day."""
    return (
        select(*by, func.count())
        .where(Delivery.person_id.in_(people), Delivery.edition_id.in_(_lately(at)))
        .where(Delivery.purpose == TO_READ, Delivery.urgency != URGENCY[EMERGENCY])
        .where(Delivery.state == ACCEPTED, Delivery.accepted_at > at - A_DAY)
    )


def _lately(at: datetime) -> Select[int]:
    """Return the editions of which a message may have gone out within a day."""
    return select(Edition.id).where(
        Edition.published_at > at - A_DAY - GIVE_UP_AFTER, Edition.is_major.is_(True)
    )
