"""Who must hear of an edition."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.channels.models import SMS, Endpoint
from osac_share.delivery.actions import match
from osac_share.delivery.models import BURST, MAIL, Delivery
from osac_share.kernel.db import transaction
from osac_share.subscriptions import actions as subscriptions
from osac_share.subscriptions.policy import Wish
from tests.support.alerting import Alert, Newsroom

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Iterator[Newsroom]:
    with transaction(session):
        yield Newsroom(session, at)


def matched(newsroom: Newsroom, alert: Alert | None = None) -> list[str]:
    edition = newsroom.publish(alert)
    match(newsroom.session, edition.id, at=newsroom.at)
    return addresses(newsroom.session, edition.id)


def addresses(session: Session, edition_id: int) -> list[str]:
    question = select(Person.email).join(Delivery).where(Delivery.edition_id == edition_id)
    return sorted(session.scalars(question))


def test_member_is_matched_by_country_or_by_any(newsroom: Newsroom) -> None:
    newsroom.subscriber("kenya@example.org", countries=["KE"])
    newsroom.subscriber("second-place@example.org", countries=["UG", "TZ"])
    newsroom.subscriber("anywhere@example.org", countries=[])
    newsroom.subscriber("elsewhere@example.org", countries=["BR"])
    assert matched(newsroom) == [
        "anywhere@example.org",
        "kenya@example.org",
        "second-place@example.org",
    ]


def test_topic_and_severity_narrow_a_wish(newsroom: Newsroom) -> None:
    newsroom.subscriber("unrest@example.org", topics=["civil-unrest"])
    newsroom.subscriber("crime@example.org", topics=["crime"])
    newsroom.subscriber("grave@example.org", min_severity="emergency")
    assert matched(newsroom) == ["unrest@example.org"]


def test_two_matching_subscriptions_make_one_delivery_for_the_older_reason(
    newsroom: Newsroom,
) -> None:
    older = newsroom.subscriber("twice@example.org", countries=["KE"])
    person = newsroom.session.get_one(Person, older.person_id)
    subscriptions.subscribe(
        newsroom.session, Wish(places=["UG"]), by=newsroom.actor(person), at=newsroom.at
    )
    assert matched(newsroom) == ["twice@example.org"]
    assert newsroom.session.scalars(select(Delivery.subscription_id)).all() == [older.id]


def test_matching_again_adds_nobody_twice(newsroom: Newsroom) -> None:
    newsroom.subscriber("kenya@example.org")
    edition = newsroom.publish()
    assert match(newsroom.session, edition.id, at=newsroom.at) == 1
    assert match(newsroom.session, edition.id, at=newsroom.at) == 0


def test_nobody_outside_the_audience_is_matched(newsroom: Newsroom) -> None:
    named = newsroom.subscriber("named@example.org")
    newsroom.subscriber("not-named@example.org")
    red = Alert(marking="RED", addressees=[f"person:{named.person_id}"])
    assert matched(newsroom, red) == ["named@example.org"]


def test_ended_subscription_matches_nothing(newsroom: Newsroom) -> None:
    ended = newsroom.subscriber("gone@example.org")
    subscriptions.end(
        newsroom.session, ended, reason="unsubscribed", by=(None, "a test"), at=newsroom.at
    )
    assert matched(newsroom) == []


def test_minor_edition_is_mailed_to_nobody(newsroom: Newsroom) -> None:
    newsroom.subscriber("kenya@example.org")
    edition = newsroom.publish()
    edition.is_major = False
    assert match(newsroom.session, edition.id, at=newsroom.at) == 0


def test_emergency_goes_before_routine(newsroom: Newsroom) -> None:
    newsroom.subscriber("kenya@example.org")
    for severity in ("routine", "security", "emergency"):
        match(newsroom.session, newsroom.publish(Alert(severity=severity)).id, at=newsroom.at)
    ordered = select(Delivery.edition_id).order_by(Delivery.urgency)
    assert list(newsroom.session.scalars(ordered)) == [3, 2, 1]


@pytest.mark.one_database
def test_burst_is_judged_by_when_things_were_published_not_by_when_they_are_matched(
    newsroom: Newsroom, at: datetime
) -> None:
    with transaction(newsroom.session) as session:
        newsroom.subscriber("reader@example.org")
        # They came one by one, and are matched all at once, long after.
        slow = [
            _published(newsroom, at + timedelta(hours=1, minutes=7 * place)) for place in range(9)
        ]
        fast = [_published(newsroom, at + timedelta(hours=9)) for _ in range(12)]
        for edition in [*slow, *fast]:
            match(session, edition.id, at=at + timedelta(hours=12))
    assert [_held_for(newsroom, edition) for edition in slow] == [None] * 9
    assert [_held_for(newsroom, edition) for edition in fast] == [None] * 10 + [BURST] * 2


@pytest.mark.one_database
def test_what_a_burst_holds_back_comes_by_mail_alone_even_to_whoever_wanted_none(
    newsroom: Newsroom, at: datetime
) -> None:
    with transaction(newsroom.session) as session:
        person = newsroom.member("sms@example.org")
        words = {"label": "Phone", "sealed": "", "min_rank": 1, "after_minutes": 0}
        session.add(Endpoint(person_id=person.id, kind=SMS, created_at=at, verified_at=at, **words))
        wish = Wish(places=("KE",), channels=(SMS,))
        subscriptions.subscribe(session, wish, by=newsroom.actor(person), at=at)
        flood = [_published(newsroom, at) for _ in range(11)]
        for edition in flood:
            match(session, edition.id, at=at)
    question = select(Delivery.channel, Delivery.held_for).order_by(Delivery.edition_id)
    rows = [tuple(row) for row in newsroom.session.execute(question)]
    assert rows == [(SMS, None)] * 10 + [(MAIL, BURST)]


def _published(newsroom: Newsroom, moment: datetime) -> Edition:
    newsroom.at = moment
    return newsroom.publish()


def _held_for(newsroom: Newsroom, edition: Edition) -> str | None:
    return newsroom.session.scalar(
        select(Delivery.held_for).where(Delivery.edition_id == edition.id)
    )
