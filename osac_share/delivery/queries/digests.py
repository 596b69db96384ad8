"""Whose digest is due, what stands in it, and what was left out: all of it read at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Row, func, or_, select

from osac_share.accounts.models import Person
from osac_share.delivery.models import BURST, CAP, DAILY, HELD, WEEKLY, Delivery, Digest
from osac_share.delivery.policy import URGENCY, reason_to_skip
from osac_share.delivery.policy.brakes import CALM_AFTER, LONGEST_BURST, ROLLED_UP_EVERY
from osac_share.delivery.policy.digests import Contents, Told, pace_of
from osac_share.delivery.queries.parcels import parcels
from osac_share.delivery.queries.wording import words_of
from osac_share.reports.models import Edition, Report
from osac_share.subscriptions.models import ReadingHours, Subscription

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.delivery.queries.parcels import Parcel

NEXT = {DAILY: ReadingHours.next_daily_at, WEEKLY: ReadingHours.next_weekly_at}
"""The column that says when a reader's digest of each pace is next due."""

ROWS_AT_ONCE = 200
"""So many rows of a digest are looked at together: however long it is, memory is bounded."""


def due_readers(session: Session, pace: str, *, at: datetime, limit: int) -> Sequence[ReadingHours]:
    """Return readers whose hour has come, the longest due first; other workers pass over them."""
    column = NEXT[pace]
    question = (
        select(ReadingHours)
        .where(column <= at)
        .order_by(column)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    return session.scalars(question).all()


def with_something_held(
    session: Session, pace: str, people: Collection[int], *, at: datetime
) -> set[int]:
    """Return those of these people for whom something is held that no digest has taken up."""
    question = select(Delivery.person_id).where(
        Delivery.held_for == pace,
        Delivery.state == HELD,
        Delivery.person_id.in_(people),
        Delivery.digest_id.is_(None),
        Delivery.matched_at <= at,
    )
    return set(session.scalars(question.distinct()))


def had_already(session: Session, occasions: Mapping[int, str]) -> set[int]:
    """Return those people who have had the digest of the period that stands beside them."""
    question = select(Digest.person_id, Digest.period).where(
        Digest.person_id.in_(occasions), Digest.period.in_(set(occasions.values()))
    )
    return {person for person, period in session.execute(question) if occasions[person] == period}


def ripe_bursts(session: Session, *, at: datetime, limit: int) -> Sequence[Row[int, int | None]]:
    """Return `(person id, council id)` of what is held of bursts that are over, or long enough."""
    began, latest = func.min(Delivery.available_at), func.max(Delivery.available_at)
    question = (
        select(Delivery.person_id, Report.council_id)
        .join(Edition, Delivery.edition_id == Edition.id)
        .join(Report, Edition.report_id == Report.id)
        .where(Delivery.held_for == BURST, Delivery.state == HELD, Delivery.digest_id.is_(None))
        .group_by(Delivery.person_id, Report.council_id)
        .having(or_(latest <= at - CALM_AFTER, began <= at - LONGEST_BURST))
        .order_by(Delivery.person_id)
        .limit(limit)
    )
    return session.execute(question).all()


def ripe_overflows(session: Session, *, at: datetime, limit: int) -> Sequence[int]:
    """Return the people for whom too much is held, and who had no mail of such for a while."""
    began, latest = func.min(Delivery.available_at), func.max(Delivery.available_at)
    lately = select(Digest.person_id).where(
        Digest.period.startswith(f"{CAP}/"), Digest.created_at > at - ROLLED_UP_EVERY
    )
    question = (
        select(Delivery.person_id)
        .where(Delivery.held_for == CAP, Delivery.state == HELD, Delivery.digest_id.is_(None))
        .where(Delivery.person_id.not_in(lately))
        .group_by(Delivery.person_id)
        .having(or_(latest <= at - CALM_AFTER, began <= at - LONGEST_BURST))
        .order_by(Delivery.person_id)
        .limit(limit)
    )
    return session.scalars(question).all()


def contents_of(
    session: Session, digest_ids: Collection[int], *, at: datetime
) -> dict[int, Contents]:
    """Return what stands in these digests, by id; everybody's rights are asked anew."""
    question = (
        select(Digest, Person.email)
        .join(Person, Digest.person_id == Person.id)
        .where(Digest.id.in_(digest_ids))
        .execution_options(populate_existing=True)
    )
    found = {row.Digest.id: Contents(row.Digest, row.email) for row in session.execute(question)}
    for rows in _rows_in(session, digest_ids):
        asked = parcels(session, list(rows), at=at)
        words = words_of(session, {parcel.reason.id for parcel in asked.values()})
        for delivery_id, digest_id in rows.items():
            parcel = asked[delivery_id]
            _put(found[digest_id], delivery_id, parcel, words[parcel.reason.id])
    return found


def _put(contents: Contents, delivery_id: int, parcel: Parcel, wish: str) -> None:
    if reason := reason_to_skip(parcel.facts):
        contents.left_out[delivery_id] = reason
        return
    if parcel.is_new_reason:
        contents.new_reasons[delivery_id] = parcel.reason.id
    edition = parcel.edition
    contents.told.append(
        Told(
            delivery_id=delivery_id,
            report_id=edition.report_id,
            edition_id=edition.id,
            number=edition.number,
            urgency=URGENCY[edition.severity],
            marking=edition.marking,
            wish=wish,
        )
    )


def _rows_in(session: Session, digest_ids: Collection[int]) -> Iterator[dict[int, int]]:
    """Yield the rows of these digests, `ROWS_AT_ONCE` at a time: the digest of each by its id."""
    after = 0
    question = (
        select(Delivery.id, Delivery.digest_id)
        .where(Delivery.digest_id.in_(digest_ids), Delivery.state == HELD)
        .order_by(Delivery.id)
        .limit(ROWS_AT_ONCE)
    )
    while rows := session.execute(question.where(Delivery.id > after)).all():
        yield {row.id: row.digest_id for row in rows}
        after = rows[-1].id


def find_digest(session: Session, public_id: str) -> Digest | None:
    """Return a digest by the id that its signed link names."""
    return session.scalar(select(Digest).where(Digest.public_id == public_id))


def wishes_behind(session: Session, digest: Digest) -> Sequence[Subscription]:
    """Return the living wishes that bring digests like this one, oldest first.

    They are all of its pace, whatever they asked for that day; of what was rolled up, those that
    asked for what came in it.
    """
    pace = pace_of(digest.period)
    question = select(Subscription).where(
        Subscription.person_id == digest.person_id, Subscription.ended_at.is_(None)
    )
    if pace in {BURST, CAP}:
        asked = select(Delivery.subscription_id).where(Delivery.digest_id == digest.id)
        question = question.where(Subscription.id.in_(asked))
    else:
        question = question.where(Subscription.frequency == pace)
    return session.scalars(question.order_by(Subscription.id)).all()
