"""Sending digests: refusals, deaths, and several workers at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select, update

from osac_share.accounts.models import Person
from osac_share.delivery import actions as delivery
from osac_share.delivery.models import BURST, Delivery, Digest
from osac_share.kernel import leases
from osac_share.kernel.db import transaction
from osac_share.kernel.outcomes import FEWEST_TRIES
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.alerting import Alert, Newsroom
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import Answer, Envelope
    from osac_share.settings import Settings
    from tests.support.mailbox import SmtpServer

ONE = "one@example.org"
SEVEN = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""Seven in the morning of the day after, in Nairobi."""


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, environment: dict[str, str], smtp_server: SmtpServer) -> Desk:
    return Desk(engine, load_settings(environment | {"OSAC_MAIL_URL": smtp_server.url}))


def news(newsroom: Newsroom, desk: Desk, lasts: timedelta = timedelta(days=7)) -> None:
    with transaction(newsroom.session):
        edition = newsroom.publish(Alert(lasts=lasts))
    desk.match(edition, newsroom.at)


def test_workers_at_once_make_and_send_each_digest_once(
    newsroom: Newsroom, desk: Desk, smtp_server: SmtpServer
) -> None:
    readers = [f"reader{number}@example.org" for number in range(9)]
    with transaction(newsroom.session):
        for address in readers:
            reader(newsroom, address)
    news(newsroom, desk)
    with transaction(newsroom.session) as session:
        # Some of it is held for a burst instead: that is rolled up by whoever comes first, too.
        some = select(Person.id).where(Person.email.in_(readers[:4]))
        session.execute(update(Delivery).where(Delivery.person_id.in_(some)).values(held_for=BURST))
    start = Barrier(3)

    def work(_worker: int) -> None:
        own = Desk(desk.engine, desk.settings)
        start.wait()
        own.round(SEVEN)

    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work, range(3)))
    desk.round(SEVEN + timedelta(minutes=2))
    assert [len(smtp_server.to(address)) for address in readers] == [1] * 9
    assert newsroom.session.scalar(select(func.count(Digest.id))) == 9
    assert set(newsroom.session.scalars(select(Delivery.state))) == {"accepted"}


def test_refused_digest_is_tried_again_and_given_up_after_days(
    newsroom: Newsroom, desk: Desk, smtp_server: SmtpServer
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    news(newsroom, desk, lasts=timedelta(days=30))
    smtp_server.refusals[ONE] = "450 mailbox busy"
    for hours in (0, 1, 71):
        desk.round(SEVEN + timedelta(hours=hours))
        assert ledger(newsroom.session, ONE) == [("held", None, "daily/2026-03-03")]
    with transaction(newsroom.session) as session:
        session.scalars(select(Digest)).one().attempts = FEWEST_TRIES - 1
    desk.round(SEVEN + timedelta(hours=74))
    assert ledger(newsroom.session, ONE) == [("failed", "450 mailbox busy", "daily/2026-03-03")]
    assert smtp_server.to(ONE) == []


def test_digest_of_a_worker_that_died_is_sent_by_the_next_under_the_same_name(
    newsroom: Newsroom, desk: Desk, smtp_server: SmtpServer
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    news(newsroom, desk)
    desk.round(SEVEN)
    # The worker died between the server's answer and its own note of it.
    with transaction(newsroom.session) as session:
        digest = session.scalars(select(Digest)).one()
        digest.state, digest.lease_until = "sending", SEVEN
        row = session.scalars(select(Delivery)).one()
        row.state = "held"
    desk.round(SEVEN + timedelta(minutes=2))
    first, again = smtp_server.to(ONE)
    assert first["Message-ID"] == again["Message-ID"]
    assert ledger(newsroom.session, ONE) == [("accepted", None, "daily/2026-03-03")]


def test_worker_makes_and_sends_digests_among_its_rounds(
    newsroom: Newsroom, settings: Settings, engine: Engine, clock: time_machine.Traveller
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
        newsroom.publish()
    with Worker(settings, engine) as worker:
        worker.drain()
        assert ledger(newsroom.session, ONE) == [("held", None, None)]
        clock.move_to(SEVEN)
        worker.drain()
    assert ledger(newsroom.session, ONE) == [("accepted", None, "daily/2026-03-03")]


@pytest.mark.one_database
def test_slow_server_costs_no_digest_its_lease_and_the_ledger_has_the_moment_of_its_answer(
    newsroom: Newsroom,
    desk: Desk,
    smtp_server: SmtpServer,
    clock: time_machine.Traveller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leases, "RENEWED_EVERY", timedelta(milliseconds=20))
    session = newsroom.session
    with transaction(session):
        reader(newsroom, ONE)
    news(newsroom, desk)
    clock.move_to(SEVEN)
    desk.make(SEVEN)
    send = desk.mailer.send

    def slow(envelopes: Sequence[Envelope]) -> Iterator[Answer]:
        for answer in send(envelopes):
            with transaction(session):
                session.execute(update(Digest).values(lease_until=SEVEN - timedelta(days=1)))
            # It takes longer than a lease lasts; another worker does its round meanwhile.
            time.sleep(0.5)
            assert not delivery.send_digests(desk.maker, desk.mailer, desk.writer, at=SEVEN)
            yield answer

    monkeypatch.setattr(desk.mailer, "send", slow)
    desk.send(SEVEN)
    assert len(smtp_server.to(ONE)) == 1
    session.expire_all()
    digest = session.scalars(select(Digest)).one()
    assert digest.accepted_at is not None
    assert digest.accepted_at > SEVEN + timedelta(seconds=0.4)
