"""What must be known, at this moment, about calls to those who do the council's work."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import STRANGER, Standing, clearance_of, may_see
from osac_share.councils.queries import standings_of
from osac_share.delivery.models import TO_READ, Delivery, Mailbox
from osac_share.delivery.policy import (
    DECIDED,
    EXPIRY,
    OVERDUE,
    REVIEW,
    SECOND_LOOK,
    Work,
)
from osac_share.delivery.policy.watching import WATCH
from osac_share.delivery.queries.mailboxes import is_their_mailbox
from osac_share.delivery.queries.parcels import audiences_of
from osac_share.reports.models import IN_REVIEW, PUBLISHED, WITHDRAWN, Edition, Report
from osac_share.reports.policy import may_edit, may_review

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Summons:
    """What one delivery to somebody who does the council's work holds."""

    edition: Edition
    address: str
    purpose: str
    work: Work


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
    audiences = audiences_of(
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
