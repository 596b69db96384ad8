"""Publishing is one act: all of it or nothing, and once, however many press at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, func, select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import NotFound
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports import actions, queries
from osac_share.reports.models import (
    PUBLISHED,
    Edition,
    EditionAudience,
    RenderedEdition,
    Report,
)
from tests.support.counting import counted_statements
from tests.support.factories import Words, make_draft, make_report, make_update

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast

WRITING = ("INSERT", "UPDATE", "DELETE")
WRITTEN = (EditionAudience, AuditEntry, OutboxRow, RenderedEdition)


class PowerCutError(Exception):
    """The end of the process, for these tests."""


@contextmanager
def failing_at(engine: Engine, position: int) -> Iterator[None]:
    """Let the writing statement at `position` fail, counted from 0."""
    passed = 0

    def fail(_1: object, _2: object, statement: str, *_3: object) -> None:
        nonlocal passed
        if statement.startswith(WRITING):
            if passed == position:
                raise PowerCutError
            passed += 1

    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


def number_of(engine: Engine, *tables: type) -> list[int]:
    with session_factory(engine)() as fresh:
        return [fresh.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def publish(session: Session, public_id: str, cast: Cast, *, at: datetime) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, draft = queries.get_draft(session, public_id, amara.standing, to_change=True)
        actions.publish(session, report, draft, by=amara, at=at)


def test_nothing_remains_of_publishing_whichever_statement_fails(
    engine: Engine, session: Session, cast: Cast, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        rehearsal, _ = make_draft(session, cast.kenya, by=amara)
        report, draft = make_draft(session, cast.kenya, by=amara)
    with counted_statements(engine) as statements:
        publish(session, rehearsal.public_id, cast, at=at)
    written = [statement for statement in statements if statement.startswith(WRITING)]
    assert len(written) >= 5
    before = number_of(engine, *WRITTEN)
    for position in range(len(written)):
        with failing_at(engine, position), pytest.raises(PowerCutError):
            publish(session, report.public_id, cast, at=at)
        assert number_of(engine, *WRITTEN) == before
        with session_factory(engine)() as fresh:
            found = fresh.get_one(Report, report.id)
            assert (found.state, found.current_edition_id) == ("draft", None)
            assert fresh.get_one(Edition, draft.id).published_at is None
    publish(session, report.public_id, cast, at=at)
    after = number_of(engine, *WRITTEN)
    assert all(more > fewer for more, fewer in zip(after, before, strict=True))


def test_two_who_publish_at_once_publish_once(
    engine: Engine, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["sade"])
    ready = threading.Barrier(2)

    def press(name: str) -> str:
        actor = cast.actors[name]
        with session_factory(engine)() as own:
            ready.wait(10)
            try:
                with transaction(own):
                    found, draft = queries.get_draft(
                        own, report.public_id, actor.standing, to_change=True
                    )
                    actions.publish(own, found, draft, by=actor, at=at)
            except NotFound:
                return "too late"
            return "published"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(press, ["amara", "ben"]))
    assert outcomes == ["published", "too late"]
    assert number_of(engine, OutboxRow) == [1]


def test_report_that_is_being_updated_is_not_ended_under_the_hand(
    engine: Engine, session: Session, cast: Cast, at: datetime
) -> None:
    if engine.dialect.name == "sqlite":
        return  # One writer: the two wait for each other.
    amara = cast.actors["amara"]
    end = at + timedelta(hours=1)
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=amara, words=Words(lasts=timedelta(hours=1))
        )
    with session_factory(engine)() as worker, transaction(session):
        make_update(session, report, by=amara, at=end)
        with transaction(worker):
            assert queries.due_to_expire(worker, at=end) == []
    session.expire_all()
    assert report.state == PUBLISHED
