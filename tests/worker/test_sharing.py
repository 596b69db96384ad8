"""Several workers at once, and one that comes back from the dead."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from osac_share.delivery import actions as delivery
from osac_share.delivery.models import SENDING, WAITING, Delivery, DeliveryAttempt
from osac_share.kernel import clock, leases
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.mail import Answer
from osac_share.kernel.outbox import LEASE
from osac_share.kernel.outcomes import Outcome
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.alerting import Newsroom

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.mailbox import SmtpServer

WORKERS = 3
PEOPLE = 45
ACCEPTED = Answer(accepted=True, permanent=False, code=250, text="kept")


@pytest.fixture
def at() -> datetime:
    """Return the real time, which workers that race each other go by."""
    return clock.now()


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        newsroom = Newsroom(session, at)
        for number in range(PEOPLE):
            newsroom.subscriber(f"person{number}@example.org")
        newsroom.publish()
    return newsroom


def work_together(settings: Settings) -> list[Exception]:
    together = threading.Barrier(WORKERS)
    problems: list[Exception] = []

    def work() -> None:
        try:
            with Worker(settings) as worker:
                together.wait()
                worker.drain()
        except Exception as problem:  # noqa: BLE001 -- shown by the test that asks.
            problems.append(problem)

    threads = [threading.Thread(target=work) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def test_racing_workers_send_everybody_exactly_one_mail(
    newsroom: Newsroom, environment: dict[str, str], smtp_server: SmtpServer
) -> None:
    settings = load_settings(
        environment | {"OSAC_MAIL_URL": smtp_server.url, "OSAC_WORKER_BATCH": "7"}
    )
    assert work_together(settings) == []
    with Worker(settings) as worker:
        worker.drain()
    session = newsroom.session
    session.rollback()
    states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
    assert [tuple(row) for row in states] == [("accepted", PEOPLE)]
    assert session.scalar(select(func.count(DeliveryAttempt.id))) == PEOPLE
    received = Counter(one.recipients for one in smtp_server.received)
    assert len(received) == PEOPLE
    assert set(received.values()) == {1}


def test_late_result_of_a_stalled_worker_is_refused(newsroom: Newsroom, engine: Engine) -> None:
    at = newsroom.at
    with transaction(newsroom.session) as session:
        delivery.match(session, 1, at=at)
        [stalled] = delivery.claim(session, at=at, limit=1)
    later = at + LEASE + timedelta(seconds=1)
    with session_factory(engine)() as other, transaction(other):
        assert delivery.take_back(other, at=later) == 1
        [taken] = [
            one for one in delivery.claim(other, at=later, limit=PEOPLE) if one.id == stalled.id
        ]
        delivery.record(other, [Outcome(taken, answer=ACCEPTED)], at=later)
    refused = Answer(accepted=False, permanent=True, code=550, text="gone")
    with transaction(newsroom.session) as session:
        delivery.record(session, [Outcome(stalled, answer=refused)], at=later)
    row = newsroom.session.get_one(Delivery, stalled.id, populate_existing=True)
    assert (row.state, row.fence, row.reason) == ("accepted", 2, None)


def test_living_claim_is_not_taken_from_its_worker(newsroom: Newsroom) -> None:
    at = newsroom.at
    with transaction(newsroom.session) as session:
        delivery.match(session, 1, at=at)
        assert len(delivery.claim(session, at=at, limit=PEOPLE)) == PEOPLE
        assert delivery.take_back(session, at=at + LEASE) == 0
        assert delivery.claim(session, at=at + LEASE, limit=PEOPLE) == []


def test_slow_mail_server_does_not_cost_a_worker_its_claims(
    newsroom: Newsroom, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "RENEWED_EVERY", timedelta(milliseconds=20))
    at, session = newsroom.at, newsroom.session
    with transaction(session):
        delivery.match(session, 1, at=at)
        claims = delivery.claim(session, at=at, limit=10)
        held = update(Delivery).where(Delivery.state == SENDING)
        session.execute(held.values(lease_until=at - LEASE))
    with delivery.kept(session_factory(engine), claims):
        # One mail takes longer than the lease lasts.
        time.sleep(0.5)
        with transaction(session):
            assert delivery.take_back(session, at=clock.now()) == 0
            delivery.record(session, [Outcome(one, answer=ACCEPTED) for one in claims], at=at)
        time.sleep(0.1)
    leased = select(Delivery.lease_until).where(Delivery.id.in_([one.id for one in claims]))
    assert set(session.scalars(leased)) == {None}


def test_what_was_claimed_and_not_tried_is_as_it_was_before(newsroom: Newsroom) -> None:
    at, session = newsroom.at, newsroom.session
    later = at + timedelta(hours=1)
    with transaction(session):
        delivery.match(session, 1, at=at)
        session.execute(update(Delivery).values(reason="quiet hours"))
        mine, lost = delivery.claim(session, at=later, limit=2)
        # Another worker has taken the second one.
        session.execute(update(Delivery).where(Delivery.id == lost.id).values(fence=lost.fence + 1))
        delivery.record(session, [Outcome(mine), Outcome(lost)], at=later)
    session.expire_all()
    row, other = session.get_one(Delivery, mine.id), session.get_one(Delivery, lost.id)
    assert (row.state, row.available_at, row.reason) == (WAITING, at, "quiet hours")
    assert (row.attempts, row.lease_until) == (0, None)
    assert other.state == SENDING
