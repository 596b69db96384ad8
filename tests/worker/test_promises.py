"""What the clock must do: release, end, warn, and ask for the look that is owed; each once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text, update

from osac_share.accounts.models import Person
from osac_share.delivery.models import Delivery
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.kernel.outbox import OutboxRow
from osac_share.promises import MOST_ROUNDS, _some_by_some
from osac_share.reports import actions
from osac_share.reports.models import Report
from osac_share.worker import Worker
from tests.support.factories import Words, make_draft, make_report

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast


@pytest.fixture
def worker(settings: Settings, engine: Engine, clock: object) -> Iterator[Worker]:
    with Worker(settings, engine) as worker:
        yield worker


def told(session: Session, purpose: str) -> set[str]:
    """Return the first names of those whom mail of this purpose went to."""
    session.rollback()
    question = (
        select(Person.name)
        .join(Delivery, Delivery.person_id == Person.id)
        .where(Delivery.purpose.startswith(purpose), Delivery.state == "accepted")
    )
    return {name.split()[0] for name in session.scalars(question)}


def drain_later(worker: Worker, clock: time_machine.Traveller, after: timedelta) -> None:
    clock.shift(after)
    worker.drain()


def test_draft_that_waits_is_told_to_those_who_may_decide(
    session: Session, cast: Cast, at: datetime, worker: Worker, settings: Settings
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
    worker.drain()
    assert told(session, "review") == {"Ben", "Gus"}
    mail = read_outbox(settings.data.dir / "outbox", cast.ben.email)[0]
    assert mail.subject == "[TLP:GREEN] A draft waits for your review"
    assert f"/reports/{report.public_id}/review" in mail.text
    assert "List-Unsubscribe" not in dict(mail.headers)
    with transaction(session):
        actions.send_back(session, report, draft, by=cast.actors["ben"], at=at, words="Where?")
    worker.drain()
    assert told(session, "returned") == {"Amara"}
    answer = read_outbox(settings.data.dir / "outbox", cast.amara.email)[0]
    assert answer.subject == "[TLP:GREEN] Your draft was sent back"
    assert "Where?" in answer.text


def test_event_that_comes_again_tells_nobody_twice_and_a_new_round_is_told_anew(
    session: Session, cast: Cast, at: datetime, worker: Worker
) -> None:
    amara, ben = cast.actors["amara"], cast.actors["ben"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=amara)
        actions.submit(session, report, draft, by=amara, at=at)
    worker.drain()
    with transaction(session):
        actions.send_back(session, report, draft, by=ben, at=at, words="Where?")
    worker.drain()
    with transaction(session):
        session.execute(update(OutboxRow).values(done_at=None, lease_until=None))
    worker.drain()
    purposes = select(Delivery.purpose)
    assert len(session.scalars(purposes.where(Delivery.purpose.startswith("review"))).all()) == 2
    assert len(session.scalars(purposes.where(Delivery.purpose.startswith("returned"))).all()) == 1
    with transaction(session):
        actions.submit(session, report, draft, by=amara, at=at)
    worker.drain()
    session.rollback()
    assert len(session.scalars(purposes.where(Delivery.purpose.startswith("review"))).all()) == 4


def test_title_of_what_must_not_travel_stays_out_of_the_call(
    session: Session, cast: Cast, at: datetime, worker: Worker, settings: Settings
) -> None:
    words = Words(title="Zebra depot", marking="AMBER_STRICT")
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"], words=words)
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
    worker.drain()
    mail = read_outbox(settings.data.dir / "outbox", cast.ben.email)[0]
    assert "Zebra" not in mail.subject + mail.text


def test_who_lost_the_seat_or_was_overtaken_is_not_called(
    session: Session, cast: Cast, at: datetime, worker: Worker
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
    worker._react()
    with transaction(session):
        actions.approve(session, report, draft, by=cast.actors["ben"], at=at)
    worker.drain()
    assert told(session, "review") == set()


def test_approved_draft_comes_out_at_its_time_once(
    session: Session,
    engine: Engine,
    settings: Settings,
    cast: Cast,
    at: datetime,
    worker: Worker,
    clock: time_machine.Traveller,
) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"])
        draft.release_at = at + timedelta(hours=2)
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
        actions.approve(session, report, draft, by=cast.actors["ben"], at=at)
    assert (draft.stage, draft.published_at) == ("scheduled", None)
    drain_later(worker, clock, timedelta(hours=1))
    session.rollback()
    session.expire_all()
    assert draft.published_at is None
    # The worker was away at its time: what it missed it does when it comes back.
    clock.shift(timedelta(hours=5))
    with Worker(settings, engine) as other:
        other.drain()
    drain_later(worker, clock, timedelta(minutes=1))
    session.rollback()
    session.expire_all()
    assert draft.published_at == at + timedelta(hours=6)
    assert report.state == "published"


def test_draft_that_would_come_out_too_late_goes_back_to_review_with_the_reason(
    session: Session, cast: Cast, at: datetime, worker: Worker, clock: time_machine.Traveller
) -> None:
    words = Words(lasts=timedelta(hours=3))
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["amara"], words=words)
        draft.release_at = at + timedelta(hours=2)
        actions.submit(session, report, draft, by=cast.actors["amara"], at=at)
        actions.approve(session, report, draft, by=cast.actors["ben"], at=at)
    drain_later(worker, clock, timedelta(hours=9))
    session.rollback()
    session.expire_all()
    assert (draft.stage, draft.published_at) == ("in_review", None)
    assert "already passed" in draft.review_note
    assert told(session, "review") == {"Ben", "Gus"}


def test_second_look_is_asked_for_and_asked_for_again_when_it_is_late(
    session: Session, cast: Cast, at: datetime, worker: Worker, clock: time_machine.Traveller
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=amara)
        actions.publish_urgently(session, report, draft, by=amara, at=at, because="Shots.")
    worker.drain()
    assert told(session, "second_look") == {"Ben", "Gus"}
    drain_later(worker, clock, timedelta(hours=23))
    assert told(session, "overdue") == set()
    drain_later(worker, clock, timedelta(hours=2))
    drain_later(worker, clock, timedelta(hours=2))
    assert told(session, "overdue") == {"Ben", "Gus"}
    again = select(Delivery).where(Delivery.purpose == "overdue")
    assert len(session.scalars(again).all()) == 2


def test_look_that_came_in_time_is_not_asked_for_again(
    session: Session, cast: Cast, at: datetime, worker: Worker, clock: time_machine.Traveller
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=amara)
        actions.publish_urgently(session, report, draft, by=amara, at=at, because="Shots.")
        actions.look_again(session, report, draft, by=cast.actors["ben"], at=at)
    worker.drain()
    drain_later(worker, clock, timedelta(hours=30))
    assert told(session, "second_look") == told(session, "overdue") == set()


def test_author_is_warned_once_before_a_report_expires(
    session: Session, cast: Cast, worker: Worker, clock: time_machine.Traveller
) -> None:
    with transaction(session):
        make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(lasts=timedelta(hours=30))
        )
    worker.drain()
    assert told(session, "expiry") == set()
    drain_later(worker, clock, timedelta(hours=7))
    drain_later(worker, clock, timedelta(hours=1))
    assert told(session, "expiry") == {"Amara"}
    assert len(session.scalars(select(Delivery).where(Delivery.purpose == "expiry")).all()) == 1


@pytest.mark.one_database
def test_promise_that_fails_keeps_no_other_one_waiting(
    session: Session,
    cast: Cast,
    worker: Worker,
    clock: time_machine.Traveller,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"])
        # Seats are looked after before anything expires.
        session.execute(text("ALTER TABLE seat RENAME TO lost_seat"))
    drain_later(worker, clock, timedelta(days=8))
    assert "promise failed: seats turned" in caplog.text
    assert session.scalars(select(Report.state)).all() == ["expired"]


@pytest.mark.one_database
def test_steps_are_taken_until_nothing_is_left_or_mail_has_its_turn(session: Session) -> None:
    assert _some_by_some(session, iter([200, 200, 7, 0, 5]).__next__) == 407
    assert _some_by_some(session, lambda: 200) == 200 * MOST_ROUNDS
