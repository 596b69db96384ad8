"""Letters: written with the act, sent once, and not sent when they have lost their point."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.accounts.queries import suspended_among
from osac_share.kernel import clock
from osac_share.kernel.db import rehearsal, session_factory, transaction
from osac_share.kernel.leases import take_back
from osac_share.kernel.mail import open_mailer, opened, read_outbox
from osac_share.kernel.outcomes import FEWEST_TRIES, GIVE_UP_AFTER, Outcome, record
from osac_share.letters import actions
from osac_share.letters.messages import Writer
from osac_share.letters.models import Letter
from osac_share.letters.policy import link_token
from osac_share.worker import Worker
from tests.support.letters import write_reset

if TYPE_CHECKING:
    from datetime import datetime

    import time_machine
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.mail import SavedMail
    from osac_share.settings import Settings
    from tests.support.cast import Cast
    from tests.support.mailbox import SmtpServer


class Post:
    """What the worker does about letters, and nothing else."""

    def __init__(self, engine: Engine, settings: Settings, mail_url: str) -> None:
        self.maker = session_factory(engine)
        self.mailer = open_mailer(mail_url, settings.data.dir)
        self.writer = Writer(settings)

    def drain(self) -> None:
        """Send letters until none is due."""
        how = self.maker, self.mailer, self.writer, suspended_among
        while actions.send_due(*how, at=clock.now()):
            pass


@pytest.fixture
def post(settings: Settings, engine: Engine, clock: object) -> Post:
    return Post(engine, settings, settings.mail.url)


@pytest.fixture
def smtp_post(settings: Settings, engine: Engine, smtp_server: SmtpServer, clock: object) -> Post:
    return Post(engine, settings, smtp_server.url)


def mails_to(settings: Settings, address: str) -> list[SavedMail]:
    return read_outbox(settings.data.dir / "outbox", address)


def state_of(session: Session, letter: Letter) -> tuple[str, str | None]:
    session.rollback()
    session.refresh(letter)
    return letter.state, letter.reason


def test_letter_says_what_to_do_and_until_when_in_text_and_html_alike(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    _, link = write_reset(session, cast, at)
    post.drain()
    (mail,) = mails_to(settings, cast.dora.email)
    address = f"http://share.example.org/reset/{link_token(settings.require_secret(), link)}"
    assert mail.subject == "Choose a new passphrase for OSAC Share"
    assert f"\n{address}\n" in mail.text
    assert "It works once, until 2 Mar 2026, 10:30 UTC." in mail.text
    assert mail.html is not None
    assert f'<a href="{address}"' in mail.html
    assert "<h1 style=" in mail.html


def test_letter_is_sent_once(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    letter, _ = write_reset(session, cast, at)
    post.drain()
    post.drain()
    assert len(mails_to(settings, cast.dora.email)) == 1
    assert state_of(session, letter) == ("accepted", None)


def test_letter_of_an_act_that_was_undone_is_never_sent(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    with rehearsal(session):
        actions.write(session, "reset", to=cast.dora.email, at=at, email=cast.dora.email)
    post.drain()
    assert not mails_to(settings, cast.dora.email)


def test_letter_whose_link_was_used_is_not_sent(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    letter, link = write_reset(session, cast, at)
    with transaction(session):
        assert actions.use(session, link, at=at)
    post.drain()
    assert not mails_to(settings, cast.dora.email)
    assert state_of(session, letter)[0] == "skipped"


def test_letter_whose_link_was_ended_is_not_sent(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    letter, _ = write_reset(session, cast, at)
    with transaction(session):
        assert actions.end_links(session, cast.dora.id, at=at) == 1
    post.drain()
    assert not mails_to(settings, cast.dora.email)
    assert state_of(session, letter)[0] == "skipped"


def test_letter_to_somebody_who_was_suspended_meanwhile_is_not_sent(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    letter, _ = write_reset(session, cast, at)
    with transaction(session):
        cast.dora.suspended_at = at
    post.drain()
    assert not mails_to(settings, cast.dora.email)
    assert state_of(session, letter) == ("skipped", "the account is suspended")


def test_letter_that_the_server_puts_off_is_tried_again_with_the_same_message_id(
    session: Session,
    cast: Cast,
    at: datetime,
    clock: time_machine.Traveller,
    smtp_post: Post,
    smtp_server: SmtpServer,
) -> None:
    letter, _ = write_reset(session, cast, at)
    smtp_server.data_answer = "451 try later"
    smtp_post.drain()
    assert state_of(session, letter) == ("waiting", "451 try later")
    smtp_server.data_answer = "250 kept"
    smtp_post.drain()
    assert not smtp_server.received
    clock.shift(timedelta(minutes=1))
    smtp_post.drain()
    (mail,) = smtp_server.to(cast.dora.email)
    assert mail["Message-ID"].startswith("<")
    assert state_of(session, letter) == ("accepted", None)
    assert letter.attempts == 2


def test_letter_that_the_server_refuses_for_good_is_not_tried_again(
    session: Session,
    cast: Cast,
    at: datetime,
    clock: time_machine.Traveller,
    smtp_post: Post,
    smtp_server: SmtpServer,
) -> None:
    smtp_server.refusals[cast.dora.email] = "550 no such person"
    letter, _ = write_reset(session, cast, at)
    smtp_post.drain()
    clock.shift(GIVE_UP_AFTER)
    smtp_post.drain()
    assert state_of(session, letter) == ("failed", "550 no such person")


def test_letter_is_given_up_after_three_days(
    session: Session,
    cast: Cast,
    at: datetime,
    clock: time_machine.Traveller,
    smtp_post: Post,
    smtp_server: SmtpServer,
) -> None:
    smtp_server.data_answer = "451 try later"
    with transaction(session):
        letter = actions.write(
            session,
            "address_changed",
            to="dora@example.org",
            at=at,
            email="new@example.org",
            changed=at,
        )
    smtp_post.drain()
    with transaction(session):
        letter.attempts = FEWEST_TRIES - 1
    clock.shift(GIVE_UP_AFTER + timedelta(seconds=1))
    smtp_post.drain()
    assert state_of(session, letter)[0] == "failed"


def test_sender_that_stalled_past_its_lease_cannot_write_its_late_result(
    session: Session, cast: Cast, at: datetime, settings: Settings
) -> None:
    letter, _ = write_reset(session, cast, at)
    later = at + timedelta(minutes=3)
    with transaction(session):
        (stalled,) = actions.claim(session, at=at)
        assert not actions.claim(session, at=at)
        assert take_back(session, Letter, at=later) == 1
        (taken,) = actions.claim(session, at=later)
    with transaction(session):
        record(session, Letter, [Outcome(stalled, skipped="too late")], at=later)
    assert state_of(session, letter)[0] == "sending"
    with transaction(session):
        record(session, Letter, [Outcome(taken, skipped="in time")], at=later)
    assert state_of(session, letter) == ("skipped", "in time")


def test_repeat_of_a_letter_carries_the_same_message_id(
    session: Session, cast: Cast, at: datetime, settings: Settings
) -> None:
    letter, _ = write_reset(session, cast, at)
    first, second = Writer(settings).envelope(letter), Writer(settings).envelope(letter)
    assert first.message_id == second.message_id
    assert first.content == second.content


def test_letter_that_cannot_be_written_does_not_keep_the_others_waiting(
    session: Session, cast: Cast, at: datetime, post: Post, settings: Settings
) -> None:
    with transaction(session):
        broken = actions.write(session, "reset", to="lost@example.org", at=at)
    write_reset(session, cast, at)
    post.drain()
    assert len(mails_to(settings, cast.dora.email)) == 1
    state, reason = state_of(session, broken)
    assert (state, reason) == ("waiting", "the mail could not be written (UndefinedError)")


@pytest.mark.one_database
def test_hostile_words_stay_one_line_and_are_text(
    session: Session, cast: Cast, at: datetime, settings: Settings
) -> None:
    words = "Eve\n\nhttp://evil.example/\u202e<script>alert(1)</script>"
    with transaction(session):
        letter = actions.write(
            session, "sessions_ended", to=cast.dora.email, at=at, ended=at, reason=words
        )
    mail = opened(Writer(settings).envelope(letter))
    assert mail.html is not None
    assert "<script" not in mail.html
    assert "Eve http://evil.example/<script>alert(1)</script>" in mail.text


@pytest.mark.one_database
def test_worker_sends_letters(
    session: Session, cast: Cast, at: datetime, settings: Settings, engine: Engine, clock: object
) -> None:
    write_reset(session, cast, at)
    with Worker(settings, engine) as worker:
        worker.drain()
    assert len(mails_to(settings, cast.dora.email)) == 1


@pytest.mark.one_database
def test_nobody_is_asked_for_when_there_is_nobody_to_ask_about(session: Session) -> None:
    assert suspended_among(session, []) == frozenset()
