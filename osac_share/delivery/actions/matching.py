"""Who must hear of an edition: decided once, for everybody, inside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite

from osac_share.delivery.models import WAITING, Delivery
from osac_share.delivery.policy import URGENCY
from osac_share.kernel.crashpoints import crashpoint
from osac_share.reports.models import Edition, EditionAudience
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
    again adds nobody twice. A minor edition is mailed to no one.
    """
    edition = session.get_one(Edition, edition_id)
    if not edition.is_major:
        return 0
    audience = session.scalars(
        select(EditionAudience.token).where(EditionAudience.edition_id == edition_id)
    )
    wanted = matching(
        countries=edition.countries,
        topics=edition.topic_slugs,
        severity=edition.severity,
        audience=frozenset(audience),
    )
    row = {
        "edition_id": edition_id,
        "channel": MAIL,
        "state": WAITING,
        "urgency": URGENCY[edition.severity],
        "matched_at": at,
        "available_at": at,
        "attempts": 0,
        "fence": 0,
    }
    columns = Delivery.__table__.c
    rows = wanted.add_columns(*(literal(value, columns[name].type) for name, value in row.items()))
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
