"""What did not arrive is asked for once more; what comes back early, or twice, is known for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts.models import Person
from osac_share.audit.models import AuditEntry
from osac_share.delivery import actions as delivery
from osac_share.delivery.actions.asking_again import ask_again
from osac_share.delivery.actions.bouncing import take_returned
from osac_share.delivery.messages.returned import Returned
from osac_share.delivery.models import (
    ACCEPTED,
    BOUNCED,
    DAILY,
    FAILED,
    HELD,
    WAITING,
    Delivery,
    Digest,
    Mailbox,
)
from osac_share.delivery.policy.bouncing import Refusal
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.mail import Answer
from osac_share.kernel.mail.returns import DELIVERED, DIGESTED, Sent
from osac_share.kernel.outcomes import Outcome
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.models import Subscription
from osac_share.subscriptions.policy import Wish
from tests.support.alerting import Alert, Newsroom, states
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.kernel.leases import Claim
    from osac_share.kernel.mail import Envelope
    from osac_share.reports.models import Edition
    from osac_share.settings import Settings

pytestmark = pytest.mark.one_database

ONE = "one@example.org"
SEVEN = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""Seven in the morning of the day after, in Nairobi."""
MINUTE = timedelta(minutes=1)
FULL = Refusal("soft", "4.2.2", "mailbox full")
DISABLED = Refusal("hard", "5.2.1", "mailbox disabled")


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Desk:
    return Desk(engine, settings)


@pytest.fixture
def mailed(newsroom: Newsroom, desk: Desk) -> Edition:
    """Return an edition that waits to be mailed to one reader."""
    with transaction(newsroom.session):
        newsroom.subscriber(ONE)
    return published(newsroom, desk)


@pytest.fixture
def digested(newsroom: Newsroom, desk: Desk) -> Edition:
    """Return an edition that waits in a digest of one reader."""
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    edition = published(newsroom, desk)
    desk.make(SEVEN)
    newsroom.session.rollback()
    return edition


def published(newsroom: Newsroom, desk: Desk) -> Edition:
    with transaction(newsroom.session):
        edition = newsroom.publish(Alert(lasts=timedelta(days=30)))
    desk.match(edition, newsroom.at)
    return edition


def comes_back(newsroom: Newsroom, kind: str, refusal: Refusal, at: datetime) -> None:
    model = Digest if kind == DIGESTED else Delivery
    with transaction(newsroom.session) as session:
        number = session.scalars(select(model.id)).one()
        assert take_returned(session, Returned(Sent(kind, number), refusal), at=at)


def claimed(newsroom: Newsroom, at: datetime) -> Claim:
    with transaction(newsroom.session) as session:
        (taken,) = delivery.claim(session, at=at, limit=5)
        return taken


def answered(newsroom: Newsroom, taken: Claim, code: int, text: str, at: datetime) -> None:
    answer = Answer(accepted=code < 300, permanent=code >= 500, code=code, text=text)
    with transaction(newsroom.session) as session:
        delivery.record(session, [Outcome(taken, answer=answer)], at=at)


def asked(newsroom: Newsroom, edition: Edition, at: datetime) -> int:
    with transaction(newsroom.session) as session:
        return ask_again(session, edition.report, edition, by=newsroom.chair, at=at)


def row(newsroom: Newsroom) -> Delivery:
    newsroom.session.rollback()
    newsroom.session.expire_all()
    return newsroom.session.scalars(select(Delivery)).one()


def test_digest_that_comes_back_while_it_waits_for_another_try_goes_out_all_the_same(
    newsroom: Newsroom, desk: Desk, digested: Edition
) -> None:
    comes_back(newsroom, DIGESTED, FULL, SEVEN)
    desk.send(SEVEN + MINUTE)
    assert ledger(newsroom.session, ONE) == [(ACCEPTED, None, "daily/2026-03-03")]
    assert len(desk.mails(ONE)) == 1


def test_mail_that_came_back_before_the_ledger_knew_of_it_is_marked(
    newsroom: Newsroom, mailed: Edition, at: datetime
) -> None:
    taken = claimed(newsroom, at)
    comes_back(newsroom, DELIVERED, DISABLED, at)
    answered(newsroom, taken, 250, "kept", at + MINUTE)
    assert states(newsroom) == {ONE: BOUNCED}
    assert row(newsroom).reason == "5.2.1 mailbox disabled"


def test_what_came_back_from_an_earlier_try_does_not_mark_the_next(
    newsroom: Newsroom, mailed: Edition, at: datetime
) -> None:
    comes_back(newsroom, DELIVERED, FULL, at)
    later = at + MINUTE
    answered(newsroom, claimed(newsroom, later), 250, "kept", later)
    assert states(newsroom) == {ONE: ACCEPTED}


def test_digest_that_came_back_before_the_ledger_knew_of_it_is_marked_with_its_rows(
    newsroom: Newsroom, desk: Desk, digested: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = desk.mailer.send

    def quick(envelopes: Sequence[Envelope]) -> Iterator[Answer]:
        yield from send(envelopes)
        comes_back(newsroom, DIGESTED, FULL, SEVEN)

    monkeypatch.setattr(desk.mailer, "send", quick)
    desk.send(SEVEN)
    reason = "4.2.2 mailbox full"
    assert ledger(newsroom.session, ONE) == [(BOUNCED, reason, "daily/2026-03-03")]


def test_row_of_a_digest_is_asked_for_by_itself_and_not_when_it_came_back_for_good(
    newsroom: Newsroom, desk: Desk, digested: Edition
) -> None:
    desk.send(SEVEN)
    comes_back(newsroom, DIGESTED, FULL, SEVEN)
    assert asked(newsroom, digested, SEVEN + MINUTE) == 1
    found = row(newsroom)
    assert (found.state, found.digest_id, found.held_for) == (WAITING, None, None)
    assert found.accepted_at is None
    with transaction(newsroom.session) as session:
        session.execute(update(Delivery).values(state=BOUNCED, digest_id=1))
    comes_back(newsroom, DIGESTED, DISABLED, SEVEN)
    assert asked(newsroom, digested, SEVEN + 10 * MINUTE) == 0


def test_what_is_asked_for_after_three_days_is_tried_more_than_once(
    newsroom: Newsroom, mailed: Edition, at: datetime
) -> None:
    with transaction(newsroom.session) as session:
        session.execute(update(Delivery).values(state=FAILED))
    later = at + timedelta(hours=73)
    assert asked(newsroom, mailed, later) == 1
    answered(newsroom, claimed(newsroom, later), 450, "4.7.1 greylisted", later)
    assert states(newsroom) == {ONE: WAITING}


def test_nobody_is_asked_twice_within_five_minutes(
    newsroom: Newsroom, mailed: Edition, at: datetime
) -> None:
    for minutes in (0, 6):
        moment = at + minutes * MINUTE
        answered(newsroom, claimed(newsroom, moment), 550, "5.2.1 disabled", moment)
        assert asked(newsroom, mailed, moment) == 1
        with pytest.raises(RuleBroken, match="just now"):
            asked(newsroom, mailed, moment + 4 * MINUTE)


@pytest.mark.parametrize(
    ("text", "failures"), [("5.7.1 rejected as spam", []), ("5.2.1 disabled", [1])]
)
def test_one_message_that_is_refused_again_and_again_closes_no_mailbox(
    newsroom: Newsroom, mailed: Edition, at: datetime, text: str, failures: list[int]
) -> None:
    for place in range(4):
        moment = at + place * 10 * MINUTE
        answered(newsroom, claimed(newsroom, moment), 554, text, moment)
        asked(newsroom, mailed, moment)
    boxes = newsroom.session.scalars(select(Mailbox)).all()
    assert [box.failures for box in boxes] == failures
    assert all(box.closed_at is None and box.reason == text for box in boxes)


def test_closing_a_mailbox_is_on_record_under_the_public_id(
    newsroom: Newsroom, mailed: Edition, at: datetime
) -> None:
    answered(newsroom, claimed(newsroom, at), 550, "5.1.1 no such user", at)
    closed = select(AuditEntry.object_id).where(AuditEntry.action == "mailbox.close")
    person = newsroom.session.scalars(select(Person).where(Person.email == ONE)).one()
    assert newsroom.session.scalars(closed).all() == [person.public_id]


def test_withdrawal_is_told_to_whoever_has_the_report_in_a_digest_that_is_under_way(
    newsroom: Newsroom, desk: Desk, digested: Edition
) -> None:
    with transaction(newsroom.session) as session:
        session.execute(update(Digest).values(state="sending"))
        newsroom.at = SEVEN
        gone = newsroom.update(digested.report, outcome="withdrawn")
    desk.match(gone, SEVEN)
    newsroom.session.rollback()
    told = select(Delivery.state).where(Delivery.edition_id == gone.id)
    assert newsroom.session.scalars(told).all() == [HELD]


def change_to(newsroom: Newsroom, wish: Wish) -> None:
    with transaction(newsroom.session) as session:
        old = session.scalars(select(Subscription)).one()
        person = session.get_one(Person, old.person_id)
        subscriptions.change(session, old, wish, by=newsroom.actor(person), at=newsroom.at)


def test_mail_of_whoever_wishes_for_digests_by_now_comes_in_the_next(
    newsroom: Newsroom, desk: Desk, mailed: Edition, at: datetime
) -> None:
    change_to(newsroom, Wish(places=("KE",), frequency=DAILY))
    desk.send_single_mails(at + MINUTE)
    found = row(newsroom)
    assert (found.state, found.held_for, desk.mails(ONE)) == (HELD, DAILY, [])
    desk.round(at + timedelta(days=1))
    assert states(newsroom) == {ONE: ACCEPTED}


def test_mail_is_not_sent_for_a_wish_that_asks_for_another_channel(
    newsroom: Newsroom, desk: Desk, mailed: Edition, at: datetime
) -> None:
    change_to(newsroom, Wish(places=("KE",), channels=("sms",)))
    desk.send_single_mails(at + MINUTE)
    assert states(newsroom) == {ONE: "skipped"}
