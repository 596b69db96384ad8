"""What must be known, at this moment, about deliveries to readers that are about to be made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import STRANGER, clearance_of
from osac_share.councils.queries import standings_of
from osac_share.delivery.models import MAIL, TO_READ, Delivery, Mailbox
from osac_share.delivery.policy import (
    EMERGENCY,
    Facts,
)
from osac_share.delivery.queries.mailboxes import is_their_mailbox
from osac_share.reports.models import (
    PUBLISHED,
    WITHDRAWN,
    Edition,
    EditionAudience,
    Report,
)
from osac_share.search.queries.standing import searches_met
from osac_share.subscriptions.models import Subscription
from osac_share.subscriptions.queries import News, another_reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Reason:
    """The wish that a delivery goes back to."""

    id: int
    public_id: str
    frequency: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one delivery to a reader holds: of which edition, for whom, why, and if it may go."""

    edition: Edition
    person_id: int
    address: str
    reason: Reason
    is_new_reason: bool
    """The wish that it was matched by has ended, and another one asks for it."""
    facts: Facts


def news_of(session: Session, edition: Edition) -> News:
    """Return what decides who wants to hear of an edition."""
    tokens = session.scalars(
        select(EditionAudience.token).where(EditionAudience.edition_id == edition.id)
    )
    return News(
        countries=edition.countries,
        topics=edition.topic_slugs,
        kind=edition.report.kind,
        severity=edition.severity,
        council_id=edition.report.council_id,
        audience=frozenset(tokens),
    )


def parcels(session: Session, delivery_ids: Collection[int], *, at: datetime) -> dict[int, Parcel]:
    """Return these deliveries by id, with everything that decides about them, freshly read.

    A handful of questions, however many deliveries there are; of people and wishes no more is
    read than what decides.
    """
    rows = session.execute(_contents(delivery_ids)).all()
    standings = standings_of(session, {row.person_id for row in rows}, at=at)
    tidings = _tidings(session, {row.edition_id for row in rows})
    reasons = _reasons(session, rows, tidings)
    found: dict[int, Parcel] = {}
    for row in rows:
        tiding, reason = tidings[row.edition_id], reasons[row.id]
        found[row.id] = Parcel(
            edition=tiding.edition,
            person_id=row.person_id,
            address=row.email,
            reason=reason,
            is_new_reason=reason.id != row.reason_id,
            facts=Facts(
                clearance=clearance_of(standings.get(row.person_id, STRANGER)),
                audience=tiding.audience,
                current_audience=tiding.current_audience,
                suspended=row.suspended_at is not None,
                subscribed=reason.ended_at is None,
                report_state=tiding.report_state,
                marking=tiding.edition.marking,
                current_marking=tiding.current_marking,
                refuses_mail=row.channel == MAIL and row.closed_at is not None,
            ),
        )
    return found


@dataclass(frozen=True, slots=True)
class _Tiding:
    """An edition, and what decides about everybody who is to hear of it."""

    edition: Edition
    report_state: str
    audience: AbstractSet[str]
    current_audience: AbstractSet[str]
    current_marking: str


def _tidings(session: Session, edition_ids: Collection[int]) -> dict[int, _Tiding]:
    question = (
        select(Edition, Report)
        .join(Report, Edition.report_id == Report.id)
        .where(Edition.id.in_(edition_ids))
        # A session that has seen these rows before must not answer from its memory.
        .execution_options(populate_existing=True)
    )
    rows = session.execute(question).all()
    current_ids = {row.Report.current_edition_id for row in rows}
    audiences = audiences_of(session, {*edition_ids, *current_ids})
    markings = _markings(session, current_ids)
    return {
        row.Edition.id: _Tiding(
            edition=row.Edition,
            # The notice that a report was withdrawn is the one mail that still goes out.
            report_state=PUBLISHED if row.Edition.outcome == WITHDRAWN else row.Report.state,
            audience=audiences[row.Edition.id],
            current_audience=audiences[row.Report.current_edition_id],
            current_marking=markings[row.Report.current_edition_id],
        )
        for row in rows
    }


def _reasons(
    session: Session, rows: Sequence[Row[Any]], tidings: Mapping[int, _Tiding]
) -> dict[int, Reason]:
    """Return the wish that each delivery goes back to: another one that holds, if it has ended."""
    reasons = {
        row.id: Reason(row.reason_id, row.public_id, row.frequency, row.ended_at) for row in rows
    }
    lost = [row for row in rows if row.ended_at is not None]
    for edition_id, channel in {(row.edition_id, row.channel) for row in lost}:
        of_it = {
            row.id: row.person_id
            for row in lost
            if (row.edition_id, row.channel) == (edition_id, channel)
        }
        edition = tidings[edition_id].edition
        is_emergency = edition.severity == EMERGENCY
        others = another_reason(
            session,
            _news_for(session, edition, set(of_it.values())),
            set(of_it.values()),
            # As it was matched: an emergency comes on every channel, and digests by mail alone.
            channel=None if is_emergency else channel,
            at_once=channel != MAIL and not is_emergency,
        )
        reasons |= {
            delivery_id: _reason(others[person_id])
            for delivery_id, person_id in of_it.items()
            if person_id in others
        }
    return reasons


def _news_for(session: Session, edition: Edition, people: Collection[int]) -> News:
    met = searches_met(session, edition, people=people)
    return replace(news_of(session, edition), searches=met)


def _reason(wish: Subscription) -> Reason:
    return Reason(wish.id, wish.public_id, wish.frequency, wish.ended_at)


def _contents(delivery_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Delivery.id, Delivery.edition_id, Delivery.person_id, Delivery.channel),
            *(Person.email, Person.suspended_at, Mailbox.closed_at),
            Subscription.id.label("reason_id"),
            *(Subscription.public_id, Subscription.frequency, Subscription.ended_at),
        )
        .join(Person, Delivery.person_id == Person.id)
        .join(Subscription, Delivery.subscription_id == Subscription.id)
        .outerjoin(Mailbox, is_their_mailbox())
        .where(Delivery.id.in_(delivery_ids), Delivery.purpose == TO_READ)
    )


def _markings(session: Session, edition_ids: Collection[int]) -> dict[int, str]:
    question = select(Edition.id, Edition.marking).where(Edition.id.in_(edition_ids))
    return {row.id: row.marking for row in session.execute(question)}


def audiences_of(session: Session, edition_ids: Collection[int]) -> dict[int, set[str]]:
    """Return who may see these editions, as tokens, by id."""
    found: dict[int, set[str]] = defaultdict(set)
    question = select(EditionAudience.edition_id, EditionAudience.token).where(
        EditionAudience.edition_id.in_(edition_ids)
    )
    for edition_id, token in session.execute(question):
        found[edition_id].add(token)
    return found
