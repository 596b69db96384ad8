"""When digests are made and what becomes of the rows in them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.delivery.models import Delivery, Digest, Mailbox
from osac_share.kernel.db import transaction
from osac_share.reports import actions as reports
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.models import WEEKLY, ReadingHours
from osac_share.subscriptions.policy import Wish
from tests.support.alerting import Alert, Newsroom
from tests.support.digesting import Desk, ledger, reader

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition
    from osac_share.settings import Settings

ONE = "one@example.org"
SEVEN = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""Seven in the morning of the day after, in Nairobi."""


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Desk:
    return Desk(engine, settings)


def news(newsroom: Newsroom, desk: Desk, at: datetime | None = None, **words: object) -> Edition:
    newsroom.at = at or newsroom.at
    with transaction(newsroom.session):
        edition = newsroom.publish(Alert(**words))  # type: ignore[arg-type]
    desk.match(edition, newsroom.at)
    return edition


def digests(session: Session) -> list[str]:
    session.rollback()
    return list(session.scalars(select(Digest.period).order_by(Digest.id)))


def test_reader_gets_one_digest_at_their_hour_with_all_that_was_held(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    for title in ("First", "Second"):
        news(newsroom, desk, title=title)
    desk.round(SEVEN - timedelta(seconds=1))
    assert digests(newsroom.session) == []
    desk.round(SEVEN)
    desk.round(SEVEN + timedelta(minutes=1))
    assert ledger(newsroom.session, ONE) == [("accepted", None, "daily/2026-03-03")] * 2
    [mail] = desk.mails(ONE)
    assert mail.subject == "[TLP:GREEN] Daily digest, 3 Mar 2026: 2 reports, Kenya"


def test_emergency_does_not_wait_for_the_digest(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    news(newsroom, desk, severity="emergency")
    assert ledger(newsroom.session, ONE) == [("waiting", None, None)]


def test_nothing_held_makes_no_digest_and_the_next_hour_is_the_day_after(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        wish = reader(newsroom, ONE)
    desk.round(SEVEN)
    assert digests(newsroom.session) == []
    hours = newsroom.session.get_one(ReadingHours, wish.person_id, populate_existing=True)
    assert hours.next_daily_at == SEVEN + timedelta(days=1)


def test_weekly_digest_comes_on_the_weekday(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE, frequency=WEEKLY)
    news(newsroom, desk)
    monday = SEVEN + timedelta(days=6)
    desk.round(monday - timedelta(hours=1))
    assert digests(newsroom.session) == []
    desk.round(monday)
    assert digests(newsroom.session) == ["weekly/2026-W11"]
    assert "Weekly digest, week 11 of 2026: 1 report, Kenya" in desk.mails(ONE)[0].subject


def test_outage_of_days_is_made_up_for_by_one_digest(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    for days in range(3):
        news(newsroom, desk, newsroom.at + timedelta(days=min(days, 1)), title=f"Day {days}")
    back = SEVEN + timedelta(days=4, hours=9)
    desk.round(back)
    desk.round(back + timedelta(minutes=1))
    assert digests(newsroom.session) == ["daily/2026-03-07"]
    assert {row[0] for row in ledger(newsroom.session, ONE)} == {"accepted"}


def test_same_date_never_has_two_digests_though_hour_and_zone_change(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        wish = reader(newsroom, ONE, zone="Pacific/Auckland")
    news(newsroom, desk)
    auckland = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
    desk.round(auckland)
    assert digests(newsroom.session) == ["daily/2026-03-03"]
    news(newsroom, desk, auckland + timedelta(minutes=5), title="Later")
    with transaction(newsroom.session) as session:
        who = newsroom.actor(session.get_one(Person, wish.person_id))
        subscriptions.choose_hours(
            session, subscriptions.Hours(20, 0), zone="Pacific/Honolulu", by=who, at=newsroom.at
        )
    # In Honolulu it is still the second of March; the third has had its digest by then.
    for days in range(3):
        desk.round(datetime(2026, 3, 3 + days, 6, 0, tzinfo=UTC))
    assert digests(newsroom.session) == ["daily/2026-03-03", "daily/2026-03-02"]
    third = news(newsroom, desk, datetime(2026, 3, 5, 7, 0, tzinfo=UTC), title="Third")
    desk.round(datetime(2026, 3, 6, 6, 0, tzinfo=UTC))
    assert digests(newsroom.session)[2:] == ["daily/2026-03-05"]
    assert newsroom.session.scalars(
        select(Delivery.state).where(Delivery.edition_id == third.id)
    ).all() == ["accepted"]


def test_date_that_has_had_its_digest_keeps_what_is_held_for_the_next(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        wish = reader(newsroom, ONE)
    news(newsroom, desk)
    desk.round(SEVEN)
    news(newsroom, desk, SEVEN + timedelta(hours=1), title="Later")
    with transaction(newsroom.session) as session:
        who = newsroom.actor(session.get_one(Person, wish.person_id))
        subscriptions.choose_hours(
            session, subscriptions.Hours(18, 0), zone="Africa/Nairobi", by=who, at=newsroom.at
        )
    desk.round(SEVEN + timedelta(hours=11))
    assert [row[0] for row in ledger(newsroom.session, ONE)] == ["accepted", "held"]
    desk.round(SEVEN + timedelta(hours=35))
    assert digests(newsroom.session) == ["daily/2026-03-03", "daily/2026-03-04"]
    assert {row[0] for row in ledger(newsroom.session, ONE)} == {"accepted"}


def test_rights_are_asked_anew_for_every_row_when_the_digest_is_sent(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session):
        reader(newsroom, ONE)
    kept = news(newsroom, desk, title="Kept")
    gone, narrowed = news(newsroom, desk, title="Gone"), news(newsroom, desk, title="Narrowed")
    with transaction(newsroom.session) as session:
        reports.withdraw(session, gone.report, by=newsroom.chair, at=newsroom.at, because="Wrong.")
        newsroom.release(newsroom.next_edition(narrowed.report, marking="AMBER"))
    desk.round(SEVEN)
    period = "daily/2026-03-03"
    assert ledger(newsroom.session, ONE) == [
        ("accepted", None, period),
        ("skipped", "the report is withdrawn", period),
        ("skipped", "not among those who may see its newest edition", period),
    ]
    [mail] = desk.mails(ONE)
    assert kept.report.public_id in mail.text
    assert "Gone" not in mail.text
    assert "Narrowed" not in mail.text


def test_digest_with_nothing_left_in_it_is_not_sent(newsroom: Newsroom, desk: Desk) -> None:
    with transaction(newsroom.session):
        wish = reader(newsroom, ONE)
        closed = reader(newsroom, "closed@example.org")
    news(newsroom, desk)
    with transaction(newsroom.session) as session:
        mine = session.get_one(type(wish), wish.id)
        subscriptions.end(session, mine, reason="unsubscribed", by=(None, "a test"), at=newsroom.at)
        address = "closed@example.org"
        session.add(Mailbox(person_id=closed.person_id, address=address, closed_at=newsroom.at))
    desk.round(SEVEN)
    period = "daily/2026-03-03"
    assert ledger(newsroom.session, ONE) == [("skipped", "the subscription has ended", period)]
    assert ledger(newsroom.session, "closed@example.org") == [
        ("skipped", "mail to this address came back", period)
    ]
    assert set(newsroom.session.scalars(select(Digest.state))) == {"skipped"}
    assert desk.mails(ONE) == []


def test_another_living_wish_keeps_what_was_held_for_one_that_ended(
    newsroom: Newsroom, desk: Desk
) -> None:
    with transaction(newsroom.session) as session:
        wish = reader(newsroom, ONE)
    news(newsroom, desk)
    with transaction(newsroom.session) as session:
        who = newsroom.actor(session.get_one(Person, wish.person_id))
        other = subscriptions.change(
            session,
            session.get_one(type(wish), wish.id),
            Wish(places=["KE", "TZ"], frequency=WEEKLY),
            by=who,
            at=newsroom.at,
        )
    desk.round(SEVEN)
    assert ledger(newsroom.session, ONE) == [("accepted", None, "daily/2026-03-03")]
    assert newsroom.session.scalars(select(Delivery.subscription_id)).all() == [other.id]
