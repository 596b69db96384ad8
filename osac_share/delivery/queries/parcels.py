"""What must be known, at this moment, about the deliveries that are about to be made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import STRANGER, Standing, clearance_of, may_see
from osac_share.councils.queries import standings_of
from osac_share.delivery.models import MAIL, TO_READ, Delivery, Mailbox
from osac_share.delivery.policy import (
    DECIDED,
    EMERGENCY,
    EXPIRY,
    OVERDUE,
    REVIEW,
    SECOND_LOOK,
    Facts,
    Work,
)
from osac_share.delivery.policy.watching import WATCH
from osac_share.delivery.queries.mailboxes import is_their_mailbox
from osac_share.reports.models import (
    IN_REVIEW,
    PUBLISHED,
    WITHDRAWN,
    Edition,
    EditionAudience,
    Report,
)
from osac_share.reports.policy import may_edit, may_review
from osac_share.subscriptions.models import Subscription
from osac_share.subscriptions.queries import News, another_reason

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Row, Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one delivery to a reader holds: of which edition, for whom, why, and if it may go."""

    edition: Edition
    person_id: int
    address: str
    reason: Subscription
    is_new_reason: bool
    """The wish that it was matched by has ended, and another one asks for it."""
    facts: Facts


@dataclass(frozen=True, slots=True)
class Summons:
    """What one delivery to somebody who does the council's work holds."""

    edition: Edition
    address: str
    purpose: str
    work: Work


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

    A handful of questions, however many deliveries there are.
    """
    rows = session.execute(_contents(delivery_ids)).all()
    standings = standings_of(session, {row.person_id for row in rows}, at=at)
    edition_ids = {row.edition_id for row in rows}
    editions = {edition_id: session.get_one(Edition, edition_id) for edition_id in edition_ids}
    current_ids = {row.Report.current_edition_id for row in rows}
    audiences = _audiences(session, edition_ids | current_ids)
    markings = _markings(session, current_ids)
    reasons = _reasons(session, rows, editions)
    return {
        row.id: Parcel(
            edition=editions[row.edition_id],
            person_id=row.person_id,
            address=row.email,
            reason=reasons[row.id],
            is_new_reason=reasons[row.id] is not row.Subscription,
            facts=Facts(
                clearance=clearance_of(standings.get(row.person_id, STRANGER)),
                audience=audiences[row.edition_id],
                current_audience=audiences[row.Report.current_edition_id],
                suspended=row.suspended_at is not None,
                subscribed=reasons[row.id].ended_at is None,
                # The notice that a report was withdrawn is the one mail that still goes out.
                report_state=(
                    PUBLISHED if editions[row.edition_id].outcome == WITHDRAWN else row.Report.state
                ),
                marking=editions[row.edition_id].marking,
                current_marking=markings[row.Report.current_edition_id],
                refuses_mail=row.channel == MAIL and row.closed_at is not None,
            ),
        )
        for row in rows
    }


def _reasons(
    session: Session, rows: Sequence[Row[Any]], editions: Mapping[int, Edition]
) -> dict[int, Subscription]:
    """Return the wish that each delivery goes back to: another one that holds, if it has ended."""
    reasons = {row.id: row.Subscription for row in rows}
    lost = [row for row in rows if row.Subscription.ended_at is not None]
    for edition_id, channel in {(row.edition_id, row.channel) for row in lost}:
        of_it = {
            row.id: row.person_id
            for row in lost
            if (row.edition_id, row.channel) == (edition_id, channel)
        }
        edition = editions[edition_id]
        is_emergency = edition.severity == EMERGENCY
        others = another_reason(
            session,
            news_of(session, edition),
            set(of_it.values()),
            # As it was matched: an emergency comes on every channel, and digests by mail alone.
            channel=None if is_emergency else channel,
            at_once=channel != MAIL and not is_emergency,
        )
        reasons |= {
            delivery_id: others[person_id]
            for delivery_id, person_id in of_it.items()
            if person_id in others
        }
    return reasons


def _contents(delivery_ids: Collection[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(Delivery.id, Delivery.edition_id, Delivery.person_id, Delivery.channel),
            *(Person.email, Person.suspended_at, Mailbox.closed_at, Subscription, Report),
        )
        .join(Person, Delivery.person_id == Person.id)
        .join(Subscription, Delivery.subscription_id == Subscription.id)
        .join(Edition, Delivery.edition_id == Edition.id)
        .join(Report, Edition.report_id == Report.id)
        .outerjoin(Mailbox, is_their_mailbox())
        .where(Delivery.id.in_(delivery_ids), Delivery.purpose == TO_READ)
        # A session that has seen these rows before must not answer from its memory.
        .execution_options(populate_existing=True)
    )


def summonses(
    session: Session, delivery_ids: Collection[int], *, at: datetime
) -> dict[int, Summons]:
    """Return those of these deliveries that call somebody to work, by id, freshly read."""
    question = (
        select(
            *(Delivery.id, Delivery.person_id, Delivery.edition_id, Delivery.purpose),
            *(Person.email, Edition, Report, Report.current_edition_id, Mailbox.closed_at),
        )
        .join(Person, Delivery.person_id == Person.id)
        .outerjoin(Mailbox, is_their_mailbox())
        .join(Edition, Delivery.edition_id == Edition.id)
        .join(Report, Edition.report_id == Report.id)
        .where(Delivery.id.in_(delivery_ids), Delivery.purpose != TO_READ)
        .execution_options(populate_existing=True)
    )
    rows = session.execute(question).all()
    standings = standings_of(session, {row.person_id for row in rows}, at=at)
    audiences = _audiences(
        session, {one for row in rows for one in (row.edition_id, row.current_edition_id) if one}
    )
    return {
        row.id: Summons(
            edition=row.Edition,
            address=row.email,
            purpose=row.purpose,
            work=replace(
                _work(
                    row.purpose,
                    standings.get(row.person_id, STRANGER),
                    row.Report,
                    row.Edition,
                    (audiences[row.edition_id], audiences[row.current_edition_id]),
                ),
                refuses_mail=row.closed_at is not None,
            ),
        )
        for row in rows
    }


def _work(
    purpose: str,
    standing: Standing,
    report: Report,
    edition: Edition,
    audiences: tuple[AbstractSet[str], AbstractSet[str]],
) -> Work:
    kind = purpose.partition("/")[0]
    if kind == WATCH:
        # Told that there was an edition, and nothing of it: that needs no right.
        return Work(suspended=False, in_office=True, is_open=True)
    if kind in DECIDED or kind == EXPIRY:
        in_office = may_edit(standing, report)
    else:
        in_office = may_review(standing, report, edition)
    if kind in {SECOND_LOOK, OVERDUE}:
        # It is published: whoever is to look at it is one who may read it.
        clearance = clearance_of(standing)
        in_office = in_office and all(may_see(clearance, one) for one in audiences)
    is_draft = edition.published_at is None and report.quarantined_at is None
    is_owed = edition.second_look_at is None and report.state != WITHDRAWN
    is_open = {
        REVIEW: is_draft and edition.stage == IN_REVIEW,
        EXPIRY: report.state == PUBLISHED and report.current_edition_id == edition.id,
        SECOND_LOOK: is_owed,
        OVERDUE: is_owed,
    }.get(kind, report.quarantined_at is None)
    return Work(suspended=not standing.active, in_office=in_office, is_open=is_open)


def _markings(session: Session, edition_ids: Collection[int]) -> dict[int, str]:
    question = select(Edition.id, Edition.marking).where(Edition.id.in_(edition_ids))
    return {row.id: row.marking for row in session.execute(question)}


def _audiences(session: Session, edition_ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    question = select(EditionAudience.edition_id, EditionAudience.token).where(
        EditionAudience.edition_id.in_(edition_ids)
    )
    for edition_id, token in session.execute(question):
        found[edition_id].add(token)
    return found
