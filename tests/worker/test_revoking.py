"""What was lost between the match and the sending is not sent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import update

from osac_share.accounts.models import Person
from osac_share.councils.models import Seat
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.reports import actions as reports
from osac_share.subscriptions import actions as subscriptions
from tests.support.alerting import Alert, Newsroom, publish_to, reasons, states

if TYPE_CHECKING:
    from pathlib import Path

    import time_machine

    from osac_share.worker import Worker


def test_person_suspended_after_the_match_gets_nothing(
    newsroom: Newsroom, worker: Worker, tmp_path: Path
) -> None:
    publish_to(newsroom, "good@example.org", "bad@example.org")
    worker._react()
    with transaction(newsroom.session) as session:
        session.execute(
            update(Person).where(Person.email == "bad@example.org").values(suspended_at=newsroom.at)
        )
    worker.drain()
    assert states(newsroom) == {"good@example.org": "accepted", "bad@example.org": "skipped"}
    assert reasons(newsroom) == {None, "the account is suspended"}
    assert read_outbox(tmp_path / "outbox", "bad@example.org") == []


def test_seat_that_ran_out_after_the_match_gets_nothing(
    newsroom: Newsroom, worker: Worker, clock: time_machine.Traveller
) -> None:
    with transaction(newsroom.session) as session:
        wish = newsroom.subscriber("seated@example.org")
        session.add(
            Seat(
                council=newsroom.council,
                person_id=wish.person_id,
                kind="member",
                started_at=newsroom.at,
                ended_at=newsroom.at + timedelta(minutes=5),
            )
        )
        session.flush()
        newsroom.renew(wish.person_id)
        newsroom.publish(Alert(marking="AMBER"))
    worker._react()
    assert states(newsroom) == {"seated@example.org": "waiting"}
    clock.shift(timedelta(minutes=6))
    worker.drain()
    assert reasons(newsroom) == {"not among those who may see it"}


def test_unsubscribing_stops_what_is_already_on_its_way(newsroom: Newsroom, worker: Worker) -> None:
    with transaction(newsroom.session):
        wish = newsroom.subscriber("leaving@example.org")
        newsroom.publish()
    worker._react()
    with transaction(newsroom.session) as session:
        subscriptions.end(session, wish, reason="unsubscribed", by=(None, "a test"), at=newsroom.at)
    worker.drain()
    assert reasons(newsroom) == {"the subscription has ended"}


def test_expired_alert_is_not_mailed_and_is_ended_once(
    newsroom: Newsroom, worker: Worker, clock: time_machine.Traveller
) -> None:
    publish_to(newsroom, "one@example.org", alert=Alert(lasts=timedelta(minutes=30)))
    clock.shift(timedelta(hours=1))
    worker.drain()
    worker.drain()
    assert reasons(newsroom) == {"the report is expired"}


def test_rights_are_decided_by_the_same_rule_as_on_pages(
    newsroom: Newsroom, worker: Worker
) -> None:
    """A newer edition marked higher takes the older one out of the mail."""
    with transaction(newsroom.session):
        newsroom.subscriber("one@example.org")
        report = newsroom.publish().report
    worker._react()
    with transaction(newsroom.session) as session:
        draft = newsroom.next_edition(report, marking="AMBER")
        reports.publish(session, report, draft, by=newsroom.chair, at=newsroom.at)
    worker.drain()
    assert reasons(newsroom) == {"not among those who may see its newest edition"}
