"""What must be known, at this moment, about the deliveries that are about to be made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import STRANGER, Standing, clearance_of, may_see
from osac_share.councils.queries import standings_of
from osac_share.delivery.models import TO_READ, Delivery
from osac_share.delivery.policy import DECIDED, EXPIRY, OVERDUE, REVIEW, SECOND_LOOK, Facts, Work
from osac_share.reports.models import (
    IN_REVIEW,
    PUBLISHED,
    WITHDRAWN,
    Edition,
    EditionAudience,
    Report,
)
from osac_share.reports.policy import may_edit, may_review
from osac_share.subscriptions.documents import describe
from osac_share.subscriptions.models import Subscription

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Parcel:
    """What one delivery to a reader holds: of which edition, for whom, why, and if it may go."""

    edition: Edition
    address: str
    subscription: str
    subscription_words: str
    facts: Facts


@dataclass(frozen=True, slots=True)
class Summons:
    """What one delivery to somebody who does the council's work holds."""

    edition: Edition
    address: str
    purpose: str
    work: Work


def parcels(session: Session, delivery_ids: Collection[int], *, at: datetime) -> dict[int, Parcel]:
    """Return these deliveries by id, with everything that decides about them, freshly read.

    A handful of questions, however many deliveries there are.
    """
    rows = session.execute(_contents(delivery_ids)).all()
    standings = standings_of(session, {row.person_id for row in rows}, at=at)
    edition_ids = {row.edition_id for row in rows}
    editions = {edition_id: session.get_one(Edition, edition_id) for edition_id in edition_ids}
    audiences = _audiences(session, edition_ids | {row.Report.current_edition_id for row in rows})
    return {
        row.id: Parcel(
            edition=editions[row.edition_id],
            address=row.email,
            subscription=row.Subscription.public_id,
            subscription_words=describe(row.Subscription),
            facts=Facts(
                clearance=clearance_of(standings.get(row.person_id, STRANGER)),
                audience=audiences[row.edition_id],
                current_audience=audiences[row.Report.current_edition_id],
                suspended=row.suspended_at is not None,
                subscribed=row.Subscription.ended_at is None,
                # The notice that a report was withdrawn is the one mail that still goes out.
                report_state=(
                    PUBLISHED if editions[row.edition_id].outcome == WITHDRAWN else row.Report.state
                ),
            ),
        )
        for row in rows
    }


def _contents(
    delivery_ids: Collection[int],
) -> Select[int, int, int, str, datetime | None, Subscription, Report]:
    return (
        select(
            Delivery.id,
            Delivery.edition_id,
            Delivery.person_id,
            Person.email,
            Person.suspended_at,
            Subscription,
            Report,
        )
        .join(Person, Delivery.person_id == Person.id)
        .join(Subscription, Delivery.subscription_id == Subscription.id)
        .join(Edition, Delivery.edition_id == Edition.id)
        .join(Report, Edition.report_id == Report.id)
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
            *(Person.email, Edition, Report, Report.current_edition_id),
        )
        .join(Person, Delivery.person_id == Person.id)
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
            work=_work(
                row.purpose,
                standings.get(row.person_id, STRANGER),
                row.Report,
                row.Edition,
                (audiences[row.edition_id], audiences[row.current_edition_id]),
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


def _audiences(session: Session, edition_ids: Collection[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    question = select(EditionAudience.edition_id, EditionAudience.token).where(
        EditionAudience.edition_id.in_(edition_ids)
    )
    for edition_id, token in session.execute(question):
        found[edition_id].add(token)
    return found
