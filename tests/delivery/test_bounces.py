"""What comes back ends the right thing, says why, and can be read whatever strangers write."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.cli import cli
from osac_share.delivery.actions.bouncing import take_returned
from osac_share.delivery.actions.receiving import collect
from osac_share.delivery.messages.returned import read_returned
from osac_share.delivery.models import ACCEPTED, BOUNCED, FAILED, Bounce, Delivery, Mailbox
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.mail.returns import DELIVERED, Sent, named_in
from osac_share.subscriptions.models import Subscription
from osac_share.worker import Worker
from tests.support.alerting import Newsroom, publish_to, reasons, states
from tests.support.returned import complaint, report

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.mailbox import SmtpServer

pytestmark = pytest.mark.usefixtures("clock")

READER, OTHER = "reader@example.org", "other@example.org"
DAY = timedelta(days=1)


@pytest.fixture
def environment(environment: dict[str, str], smtp_server: SmtpServer) -> dict[str, str]:
    """Return the variables of an installation that sends to a real server and takes bounces."""
    return environment | {
        "OSAC_MAIL_URL": smtp_server.url,
        "OSAC_MAIL_BOUNCES": "bounces@example.org",
    }


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def work(settings: Settings, engine: Engine) -> Callable[[], None]:
    def work() -> None:
        with Worker(settings, engine) as worker:
            worker.drain()

    return work


def take(newsroom: Newsroom, settings: Settings, content: bytes, at: datetime) -> bool:
    returned = read_returned(settings.require_secret(), content)
    if returned is None:
        return False
    with transaction(newsroom.session):
        return take_returned(newsroom.session, returned, at=at)


def mailbox_of(newsroom: Newsroom, address: str) -> Mailbox | None:
    newsroom.session.rollback()
    newsroom.session.expire_all()
    question = select(Mailbox).join(Person, Person.id == Mailbox.person_id)
    return newsroom.session.scalar(question.where(Person.email == address))


def test_each_mail_has_a_sender_of_its_own_that_tells_others_nothing(
    newsroom: Newsroom, settings: Settings, smtp_server: SmtpServer, work: Callable[[], None]
) -> None:
    publish_to(newsroom, READER, OTHER)
    work()
    senders = [one.sender for one in smtp_server.received]
    assert len(set(senders)) == 2
    rows = newsroom.session.scalars(select(Delivery.id)).all()
    named = [list(named_in(settings.require_secret(), sender)) for sender in senders]
    assert sorted(named) == [[Sent(DELIVERED, row)] for row in sorted(rows)]
    assert not list(named_in("another key of another house", senders[0]))
    assert all(len(sender.partition("@")[0]) <= 64 for sender in senders)


@pytest.mark.parametrize("known_by", ["to", "sender", "message_id", "headers"])
def test_mail_that_comes_back_is_known_by_its_sender_or_its_id(
    newsroom: Newsroom,
    settings: Settings,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    at: datetime,
    known_by: str,
) -> None:
    publish_to(newsroom, READER)
    work()
    (sent,) = smtp_server.received
    said = {
        "to": {"to": sent.sender.upper()},
        "sender": {"sender": sent.sender},
        "message_id": {"message_id": str(sent.message["Message-ID"])},
        "headers": {"sender": sent.sender, "quotes": "text/rfc822-headers"},
    }[known_by]
    assert take(newsroom, settings, report("5.2.1", "smtp; 550 disabled", **said), at)
    assert states(newsroom) == {READER: BOUNCED}
    assert reasons(newsroom) == {"5.2.1 550 disabled"}
    box = mailbox_of(newsroom, READER)
    assert box is not None
    assert (box.failures, box.closed_at) == (1, None)


@pytest.mark.one_database
def test_address_that_nobody_has_gets_no_more_mail(
    newsroom: Newsroom,
    settings: Settings,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    at: datetime,
) -> None:
    publish_to(newsroom, READER)
    work()
    take(newsroom, settings, report("5.1.1", to=smtp_server.received[0].sender), at)
    box = mailbox_of(newsroom, READER)
    assert box is not None
    assert box.closed_at == at
    assert box.reason == "5.1.1 no such user"
    with transaction(newsroom.session):
        newsroom.publish()
    work()
    assert len(smtp_server.received) == 1
    assert "mail to this address came back" in reasons(newsroom)


@pytest.mark.one_database
def test_third_failure_in_a_row_closes_and_a_mail_that_arrived_ends_the_row(
    newsroom: Newsroom,
    settings: Settings,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    at: datetime,
) -> None:
    publish_to(newsroom, READER)
    for place in range(4):
        if place:
            with transaction(newsroom.session):
                newsroom.publish()
        work()
        if place != 1:
            content = report("5.2.1", to=smtp_server.received[-1].sender)
            assert take(newsroom, settings, content, at + place * 2 * DAY)
        else:
            # The second one arrives, the day after the first came back.
            with transaction(newsroom.session):
                rows = newsroom.session.scalars(
                    select(Delivery).where(Delivery.state == ACCEPTED)
                ).all()
                rows[-1].accepted_at = at + DAY
    box = mailbox_of(newsroom, READER)
    assert box is not None
    assert (box.failures, box.closed_at) == (2, None)
    with transaction(newsroom.session):
        newsroom.publish()
    work()
    take(newsroom, settings, report("5.2.1", to=smtp_server.received[-1].sender), at + 7 * DAY)
    box = mailbox_of(newsroom, READER)
    assert box is not None
    assert box.closed_at == at + 7 * DAY


@pytest.mark.one_database
def test_failure_for_a_time_is_noted_and_counts_against_nobody(
    newsroom: Newsroom,
    settings: Settings,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    at: datetime,
) -> None:
    publish_to(newsroom, READER)
    work()
    sender = smtp_server.received[0].sender
    assert not take(newsroom, settings, report("4.4.7", action="delayed", to=sender), at)
    assert states(newsroom) == {READER: ACCEPTED}
    assert take(newsroom, settings, report("4.4.7", "smtp; too long", to=sender), at)
    assert not take(newsroom, settings, report("4.4.7", "smtp; too long", to=sender), at)
    assert states(newsroom) == {READER: BOUNCED}
    assert mailbox_of(newsroom, READER) is None
    assert [one.kind for one in newsroom.session.scalars(select(Bounce))] == ["soft"]


@pytest.mark.one_database
def test_complaint_ends_the_subscription_and_says_why(
    newsroom: Newsroom,
    settings: Settings,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    at: datetime,
) -> None:
    publish_to(newsroom, READER, OTHER)
    work()
    sender = next(one.sender for one in smtp_server.received if READER in one.recipients)
    assert take(newsroom, settings, complaint(sender), at)
    newsroom.session.expire_all()
    wishes = newsroom.session.scalars(select(Subscription).order_by(Subscription.id)).all()
    assert [wish.ended_reason for wish in wishes] == ["complaint", None]
    assert states(newsroom) == {READER: ACCEPTED, OTHER: ACCEPTED}
    assert mailbox_of(newsroom, READER) is None


@pytest.mark.one_database
def test_what_a_server_refuses_for_good_counts_the_same(
    newsroom: Newsroom, smtp_server: SmtpServer, work: Callable[[], None]
) -> None:
    smtp_server.refusals[READER] = "550 5.1.1 no such user"
    publish_to(newsroom, READER, OTHER)
    work()
    assert states(newsroom) == {READER: FAILED, OTHER: ACCEPTED}
    box = mailbox_of(newsroom, READER)
    assert box is not None
    assert box.closed_at is not None
    assert mailbox_of(newsroom, OTHER) is None


@pytest.mark.one_database
def test_server_that_takes_none_of_our_mail_closes_nobodys_mailbox(
    newsroom: Newsroom, smtp_server: SmtpServer, work: Callable[[], None]
) -> None:
    readers = [f"reader{place}@example.org" for place in range(6)]
    smtp_server.refusals |= dict.fromkeys(readers, "550 5.1.1 relaying denied")
    publish_to(newsroom, *readers)
    work()
    assert set(states(newsroom).values()) == {FAILED}
    assert all(mailbox_of(newsroom, reader) is None for reader in readers)


@pytest.mark.one_database
def test_another_address_is_another_mailbox(
    newsroom: Newsroom,
    settings: Settings,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    at: datetime,
) -> None:
    publish_to(newsroom, READER)
    work()
    take(newsroom, settings, report("5.1.1", to=smtp_server.received[0].sender), at)
    with transaction(newsroom.session):
        person = newsroom.session.scalars(select(Person).where(Person.email == READER)).one()
        person.email = OTHER
        newsroom.publish()
    work()
    assert [one.recipients for one in smtp_server.received] == [(READER,), (OTHER,)]


@pytest.mark.one_database
def test_what_comes_back_is_taken_in_from_a_pipe_and_from_a_folder(
    newsroom: Newsroom,
    settings: Settings,
    engine: Engine,
    smtp_server: SmtpServer,
    work: Callable[[], None],
    environment: dict[str, str],
    tmp_path: Path,
    at: datetime,
) -> None:
    publish_to(newsroom, READER, OTHER)
    work()
    first, second = (report("5.1.1", to=one.sender) for one in smtp_server.received)
    run = CliRunner(env=environment).invoke
    assert run(cli, ["receive"], input=first).output == "Noted.\n"
    assert run(cli, ["receive"], input=b"hello").output == "This reports on no mail of ours.\n"
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    for name, content in (("1.x", second), ("2.x", b"hello")):
        (tmp_path / "Maildir" / "new" / name).write_bytes(content)
    secret = settings.require_secret()
    maker = session_factory(engine)
    assert collect(maker, tmp_path / "Maildir", secret=secret, at=at) == 2
    assert collect(maker, tmp_path / "Maildir", secret=secret, at=at) == 0
    left = [file.name for file in tmp_path.glob("Maildir/*/*")]
    assert left == ["2.x:2,"]
    assert states(newsroom) == {READER: BOUNCED, OTHER: BOUNCED}
