"""What follows from events: in batches, and one by one where something fails."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, select

from osac_share.delivery.models import Delivery
from osac_share.kernel import outbox
from osac_share.kernel.db import transaction
from osac_share.kernel.outbox import MAX_ATTEMPTS, OutboxRow
from osac_share.reports.events import EditionPublished
from osac_share.search.index import open_reader
from osac_share.search.queries import search
from osac_share.search.queries.results import UNAVAILABLE
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.alerting import Alert, Newsroom

if TYPE_CHECKING:
    from pathlib import Path

    import time_machine

    from osac_share.reports.models import Report
    from osac_share.settings import Settings


def test_one_failing_event_is_postponed_and_the_others_are_done(
    newsroom: Newsroom, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction(newsroom.session) as session:
        newsroom.publish()
        # Nothing of ours records an edition that is not there; it stands for any failure.
        outbox.record(session, EditionPublished(edition_id=999, report_id=999), at=newsroom.at)
        newsroom.publish()
    with caplog.at_level(logging.CRITICAL, "osac_share"):
        worker.drain()
    rows = newsroom.session.scalars(select(OutboxRow).order_by(OutboxRow.id)).all()
    assert [row.done_at is not None for row in rows] == [True, False, True]
    assert rows[1].problem == "NoResultFound"
    assert rows[1].available_at > newsroom.at
    found = newsroom.session.scalars(select(Delivery.edition_id).order_by(Delivery.edition_id))
    assert list(found) == [1, 2]


def test_event_that_fails_for_good_is_parked_for_a_person_to_see(
    newsroom: Newsroom,
    worker: Worker,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with transaction(newsroom.session) as session:
        outbox.record(session, EditionPublished(edition_id=999, report_id=999), at=newsroom.at)
    with caplog.at_level(logging.CRITICAL, "osac_share"):
        for _ in range(MAX_ATTEMPTS + 3):
            worker.drain()
            clock.shift(timedelta(hours=2))
    [row] = newsroom.session.scalars(select(OutboxRow))
    assert (row.attempts, row.parked_at is not None) == (MAX_ATTEMPTS, True)


@pytest.fixture(autouse=True)
def reader(newsroom: Newsroom) -> None:
    with transaction(newsroom.session):
        newsroom.subscriber("reader@example.org")


def found(newsroom: Newsroom, settings: Settings, words: str) -> tuple[int, bool]:
    """Return how many reports a search finds, and whether the index was behind."""
    newsroom.session.rollback()
    engine = newsroom.session.get_bind()
    assert isinstance(engine, Engine)
    reader = open_reader(settings, engine, look_every=0)
    result = search(newsroom.session, reader, newsroom.chair.clearance, words)
    return result.total, result.behind or UNAVAILABLE in result.notices


def test_published_report_can_be_found(
    newsroom: Newsroom, worker: Worker, settings: Settings
) -> None:
    worker.drain()
    with transaction(newsroom.session):
        newsroom.publish()
    worker.drain()
    assert found(newsroom, settings, "market") == (1, False)


def test_what_a_killed_worker_had_yet_to_index_is_found_by_its_successor(
    newsroom: Newsroom, settings: Settings, engine: Engine, worker: Worker
) -> None:
    worker.drain()
    with transaction(newsroom.session):
        newsroom.publish()
    worker._react()
    with Worker(settings, engine) as successor:
        successor.drain()
    assert found(newsroom, settings, "market") == (1, False)


def test_worker_that_is_to_finish_makes_all_findable_however_soon_it_is_told_to_stop(
    newsroom: Newsroom, settings: Settings, engine: Engine, worker: Worker
) -> None:
    worker.drain()
    for _ in range(3):
        with transaction(newsroom.session):
            newsroom.publish()
    with Worker(settings, engine) as finishing:
        finishing.stop()
        finishing.run(finish=True)
    assert found(newsroom, settings, "market") == (3, False)


def test_report_expires_on_time_and_is_recorded_as_ended(
    newsroom: Newsroom, worker: Worker, settings: Settings, clock: time_machine.Traveller
) -> None:
    with transaction(newsroom.session):
        report = newsroom.publish(Alert(lasts=timedelta(minutes=30))).report
    worker.drain()
    clock.shift(timedelta(minutes=29))
    worker.drain()
    assert state_of(newsroom, report) == "published"
    clock.shift(timedelta(minutes=1))
    worker.drain()
    assert state_of(newsroom, report) == "expired"
    assert found(newsroom, settings, "market") == (1, False)


def state_of(newsroom: Newsroom, report: Report) -> str:
    newsroom.session.rollback()
    newsroom.session.refresh(report)
    return report.state


@pytest.mark.one_database
def test_round_that_fails_is_logged_and_the_next_one_goes_on(
    environment: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The database may be away when a worker starts; it must not need anybody to start it again."""
    away = tmp_path / "later" / "osac.db"
    settings = load_settings(environment | {"OSAC_DATABASE_URL": f"sqlite:///{away}"})
    with Worker(settings) as worker:
        rounds = iter([worker.step, worker.step, worker.stop])
        with caplog.at_level(logging.ERROR, "osac_share"):
            worker.repeat(lambda: bool(next(rounds)()))
    assert caplog.text.count("a round of work failed") == 2
