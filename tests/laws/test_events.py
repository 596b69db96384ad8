"""Every event has its consequences in the one table, and they may come twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from osac_share.demo.actions import furnish
from osac_share.kernel.db import Base, transaction
from osac_share.kernel.outbox import Event, OutboxRow
from osac_share.reactions import WHEN
from osac_share.worker import Worker

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine, Row
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

CHANGING = {OutboxRow.__tablename__, "search_generation", "search_file", "search_lock"}
"""Tables that hold what is being done, or a copy that may be written again."""

WITHOUT_CONSEQUENCE: set[str] = set()
"""Events that are recorded and followed by nothing, each for a reason that stands here."""


def test_every_event_stands_in_the_table() -> None:
    assert {event.__name__ for event in WHEN} == set(Event.registry)


def test_every_event_has_a_consequence_or_is_listed() -> None:
    assert {event.__name__ for event, follows in WHEN.items() if not follows} == WITHOUT_CONSEQUENCE


@pytest.mark.usefixtures("clock")
def test_reacting_twice_changes_nothing(
    engine: Engine, session: Session, settings: Settings, at: datetime
) -> None:
    with transaction(session):
        furnish(session, password="amber fjord kestrel lagoon", at=at)
    with Worker(settings, engine) as worker:
        worker.drain()
        once = contents(engine)
        forget_what_was_done(session)
        worker.drain()
    assert contents(engine) == once
    assert once["delivery"]


def forget_what_was_done(session: Session) -> None:
    with transaction(session):
        session.execute(update(OutboxRow).values(done_at=None, lease_until=None))


def contents(engine: Engine) -> dict[str, list[Row[Any]]]:
    with engine.connect() as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key)).all())
            for table in Base.metadata.sorted_tables
            if table.name not in CHANGING
        }
