"""From the outbox to the mail server: order, refusals, outages and poisoned mails."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from osac_share.accounts.models import Person
from osac_share.delivery.models import Delivery, DeliveryAttempt
from osac_share.kernel.db import transaction
from osac_share.kernel.mail import read_outbox
from osac_share.kernel.outcomes import FEWEST_TRIES
from osac_share.settings import load_settings
from osac_share.worker import AT_ONCE, MAIL_REST, Worker
from tests.support.alerting import TITLE, Alert, Newsroom, publish_to, reasons, states

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    import time_machine
    from sqlalchemy import Engine

    from osac_share.settings import Settings
    from tests.support.mailbox import SmtpServer


def test_publication_reaches_every_subscriber_with_one_mail(
    newsroom: Newsroom, worker: Worker, tmp_path: Path
) -> None:
    publish_to(newsroom, "one@example.org", "two@example.org")
    worker.drain()
    assert states(newsroom) == {"one@example.org": "accepted", "two@example.org": "accepted"}
    for address in states(newsroom):
        [mail] = read_outbox(tmp_path / "outbox", address)
        assert TITLE in mail.subject
        assert "You get this because you subscribed to Kenya, any topic" in mail.text


def test_ledger_keeps_what_the_server_answered(
    newsroom: Newsroom, smtp_worker: Worker, smtp_server: SmtpServer
) -> None:
    publish_to(newsroom, "one@example.org")
    smtp_worker.drain()
    assert len(smtp_server.to("one@example.org")) == 1
    [attempt] = newsroom.session.scalars(select(DeliveryAttempt))
    assert (attempt.accepted, attempt.code, attempt.answer) == (True, 250, "kept")
    delivery = newsroom.session.scalar(select(Delivery))
    assert delivery is not None
    assert delivery.accepted_at == newsroom.at


def test_emergency_overtakes_what_was_published_before(
    newsroom: Newsroom, smtp_worker: Worker, smtp_server: SmtpServer
) -> None:
    publish_to(newsroom, "one@example.org", alert=Alert(severity="routine"))
    publish_to(newsroom, alert=Alert(severity="emergency"))
    smtp_worker.drain()
    subjects = [str(message["Subject"]) for message in smtp_server.to("one@example.org")]
    assert [subject.split()[1] for subject in subjects] == ["Emergency:", "Demonstration"]


def test_temporary_refusal_is_tried_again_after_a_growing_pause(
    newsroom: Newsroom,
    smtp_worker: Worker,
    smtp_server: SmtpServer,
    clock: time_machine.Traveller,
) -> None:
    publish_to(newsroom, "busy@example.org", "free@example.org")
    smtp_server.refusals["busy@example.org"] = "450 mailbox busy"
    smtp_worker.drain()
    assert states(newsroom) == {"busy@example.org": "waiting", "free@example.org": "accepted"}
    assert reasons(newsroom) == {None, "450 mailbox busy"}
    clock.shift(timedelta(seconds=40))
    smtp_worker.drain()
    assert newsroom.session.scalar(select(func.count(DeliveryAttempt.id))) == 2
    smtp_server.refusals.clear()
    clock.shift(timedelta(seconds=30))
    smtp_worker.drain()
    assert len(smtp_server.to("busy@example.org")) == 1
    assert set(states(newsroom).values()) == {"accepted"}


def test_permanent_refusal_is_not_repeated_and_harms_nobody_else(
    newsroom: Newsroom,
    smtp_worker: Worker,
    smtp_server: SmtpServer,
    clock: time_machine.Traveller,
) -> None:
    publish_to(newsroom, "gone@example.org", "here@example.org")
    smtp_server.refusals["gone@example.org"] = "550 no such person"
    for _ in range(3):
        smtp_worker.drain()
        clock.shift(timedelta(hours=2))
    assert states(newsroom) == {"gone@example.org": "failed", "here@example.org": "accepted"}
    assert newsroom.session.scalar(select(func.count(DeliveryAttempt.id))) == 2


def test_after_three_days_of_refusals_a_mail_is_given_up(
    newsroom: Newsroom,
    smtp_worker: Worker,
    smtp_server: SmtpServer,
    clock: time_machine.Traveller,
) -> None:
    publish_to(newsroom, "busy@example.org")
    smtp_server.data_answer = "452 disk full"
    for _ in range(3):
        smtp_worker.drain()
        clock.shift(timedelta(hours=23))
    assert states(newsroom) == {"busy@example.org": "waiting"}
    clock.shift(timedelta(hours=4))
    with transaction(newsroom.session) as session:
        session.scalars(select(Delivery)).one().attempts = FEWEST_TRIES - 1
    smtp_worker.drain()
    assert states(newsroom) == {"busy@example.org": "failed"}


def test_outage_costs_no_attempt_and_is_over_within_its_rest(
    newsroom: Newsroom,
    environment: dict[str, str],
    engine: Engine,
    smtp_server: SmtpServer,
    clock: time_machine.Traveller,
) -> None:
    publish_to(newsroom, *(f"person{number}@example.org" for number in range(AT_ONCE + 5)))
    nobody_listens = load_settings(environment | {"OSAC_MAIL_URL": "smtp://127.0.0.1:9"})
    with Worker(nobody_listens, engine) as worker:
        for _ in range(4):
            worker.drain()
            clock.shift(MAIL_REST)
    assert set(states(newsroom).values()) == {"waiting"}
    assert newsroom.session.scalar(select(func.count(DeliveryAttempt.id))) == 0
    back = load_settings(environment | {"OSAC_MAIL_URL": smtp_server.url})
    with Worker(back, engine) as worker:
        worker.drain()
    assert set(states(newsroom).values()) == {"accepted"}
    assert len(smtp_server.received) == AT_ONCE + 5


def test_one_poisoned_message_does_not_keep_the_others_waiting(
    newsroom: Newsroom, worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    publish_to(newsroom, "good@example.org", "other@example.org")
    with transaction(newsroom.session) as session:
        session.execute(
            update(Person)
            .where(Person.email == "other@example.org")
            .values(email="not an address, bcc: x")
        )
        poisoned = newsroom.publish()
        # No author can choose this: it stands for any defect of one edition's mail.
        poisoned.alert_kind = "unheard-of"
        session.flush()
    with caplog.at_level(logging.CRITICAL, "osac_share"):
        worker.drain()
    newsroom.session.rollback()
    ledger = newsroom.session.execute(
        select(Delivery.edition_id, Person.email, Delivery.state, Delivery.reason)
        .join(Person, Delivery.person_id == Person.id)
        .order_by(Delivery.edition_id, Person.email)
    )
    unwritable = "the mail could not be written (NotFound)"
    assert [tuple(row) for row in ledger] == [
        (1, "good@example.org", "accepted", None),
        (
            1,
            "not an address, bcc: x",
            "failed",
            "Enter one e-mail address, such as name@example.org.",
        ),
        (2, "good@example.org", "waiting", unwritable),
        (2, "not an address, bcc: x", "waiting", unwritable),
    ]


def test_log_names_no_title_address_or_secret(
    newsroom: Newsroom, worker: Worker, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    publish_to(newsroom, "private@example.org")
    with caplog.at_level(logging.INFO):
        worker.drain()
    assert "reacted kind=EditionPublished events=1" in caplog.text
    assert "sent accepted=1" in caplog.text
    for secret in (TITLE, "private@", settings.require_secret(), "unsubscribe"):
        assert secret not in caplog.text


def test_emergency_does_not_wait_for_all_that_a_slow_server_was_to_take(
    newsroom: Newsroom,
    smtp_worker: Worker,
    smtp_server: SmtpServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("osac_share.worker.outgoing.FRESH_FOR_S", 0)
    monkeypatch.setattr("osac_share.worker.outgoing.AT_ONCE", 1)
    people = [f"person{number}@example.org" for number in range(3)]
    publish_to(newsroom, *people, alert=Alert(severity="routine"))
    smtp_worker.step()
    publish_to(newsroom, alert=Alert(severity="emergency"))
    smtp_worker.drain()
    said = [str(one.message["Subject"]).split()[1] for one in smtp_server.received]
    assert said == ["Demonstration", *["Emergency:"] * 3, *["Demonstration"] * 2]
    assert set(states(newsroom).values()) == {"accepted"}
