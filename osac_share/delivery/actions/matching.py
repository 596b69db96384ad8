"""Who must hear of an edition: decided once, for everybody, inside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite

from osac_share.councils.models import Clearance
from osac_share.delivery.models import ACCEPTED, SENDING, TO_READ, WAITING, Delivery
from osac_share.delivery.policy import URGENCY
from osac_share.kernel.crashpoints import crashpoint
from osac_share.reports.models import HOLDS, WITHDRAWN, Edition, EditionAudience
from osac_share.subscriptions.queries import matching

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

MAIL = "mail"

_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
"""Both databases have ON CONFLICT DO NOTHING; SQLAlchemy offers it for each by itself."""


def match(session: Session, edition_id: int, *, at: datetime) -> int:
    """Write a ledger row for everybody who must hear of an edition, and return how many are new.

    One set-based statement: nothing per recipient runs outside the database, and running it
    again adds nobody twice. A minor edition is mailed to no one. The end of a report is told to
    those, too, who were sent any edition of it; that it was withdrawn is told to them alone.
    """
    edition = session.get_one(Edition, edition_id)
    if not edition.is_major:
        return 0
    row = {
        "edition_id": edition_id,
        "channel": MAIL,
        "purpose": TO_READ,
        "state": WAITING,
        "urgency": URGENCY[edition.severity],
        "matched_at": at,
        "available_at": at,
        "attempts": 0,
        "fence": 0,
    }
    columns = Delivery.__table__.c
    found = _readers(session, edition).subquery()
    rows = select(
        found.c.person_id,
        found.c.subscription_id,
        *(literal(value, columns[name].type) for name, value in row.items()),
        # SQLite reads an ON CONFLICT after a bare FROM as the ON of a join.
    ).where(found.c.person_id.is_not(None))
    connection = session.connection()
    insert = _INSERTS[connection.dialect.name]
    written = connection.execute(
        insert(Delivery)
        .from_select(["person_id", "subscription_id", *row], rows, include_defaults=False)
        .on_conflict_do_nothing(),
        execution_options={"preserve_rowcount": True},
    )
    crashpoint("matched")
    return written.rowcount


def _readers(session: Session, edition: Edition) -> Select[int, Any]:
    tokens = session.scalars(
        select(EditionAudience.token).where(EditionAudience.edition_id == edition.id)
    )
    audience = frozenset(tokens)
    wanted: Select[int, Any] = matching(
        countries=edition.countries,
        topics=edition.topic_slugs,
        severity=edition.severity,
        audience=audience,
    )
    return wanted if edition.outcome == HOLDS else _with_earlier_readers(wanted, edition, audience)


def _with_earlier_readers(
    wanted: Select[int, Any], edition: Edition, audience: frozenset[str]
) -> Select[int, Any]:
    told = (
        select(Delivery.person_id, func.min(Delivery.subscription_id).label("subscription_id"))
        .join(Edition, Delivery.edition_id == Edition.id)
        .where(Edition.report_id == edition.report_id, Edition.id != edition.id)
        .where(Delivery.purpose == TO_READ, Delivery.state.in_((ACCEPTED, SENDING, WAITING)))
        .where(
            Delivery.person_id.in_(select(Clearance.person_id).where(Clearance.token.in_(audience)))
        )
        .group_by(Delivery.person_id)
    )
    if edition.outcome == WITHDRAWN:
        return told
    both = wanted.union_all(told).subquery()
    reason = func.min(both.c.subscription_id).label("subscription_id")
    return select(both.c.person_id, reason).group_by(both.c.person_id)
