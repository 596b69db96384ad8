"""The link in a digest that stops it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.delivery.models import DAILY, Delivery, Digest
from osac_share.delivery.policy.digests import digest_named_by, digest_token
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.models import AT_ONCE, WEEKLY, Subscription
from osac_share.subscriptions.policy import Wish
from tests.support.alerting import Newsroom
from tests.support.digesting import Desk, reader
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings

pytestmark = pytest.mark.one_database

ONE = "one@example.org"
PASSPHRASE = "amber fjord kestrel lagoon"
SEVEN = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def desk(engine: Engine, settings: Settings) -> Desk:
    return Desk(engine, settings)


def test_one_click_stops_all_digests_of_that_pace_and_nothing_else(
    newsroom: Newsroom, desk: Desk, client: FlaskClient, clock: object
) -> None:
    with transaction(newsroom.session) as session:
        wish = reader(newsroom, ONE)
        who = newsroom.actor(session.get_one(Person, wish.person_id))
        for frequency in (DAILY, WEEKLY, AT_ONCE):
            one = Wish(places=["TZ"], frequency=frequency)
            subscribe(session, one, by=who, at=newsroom.at)
        edition = newsroom.publish()
    desk.match(edition, newsroom.at)
    desk.round(SEVEN)
    headers = dict(desk.mails(ONE)[0].headers)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"].strip("<>").removeprefix("http://share.example.org")
    page = client.get(address)
    assert "Your daily digest will stop at once." in page.text
    assert _frequencies(newsroom.session) == [DAILY, DAILY, WEEKLY, AT_ONCE]
    stopped = client.post(address, data={"List-Unsubscribe": "One-Click"})
    assert (stopped.status_code, "will not come again" in stopped.text) == (200, True)
    assert _frequencies(newsroom.session) == [WEEKLY, AT_ONCE]
    assert "will not come again" in client.get(address).text


def test_link_of_an_old_digest_tells_strangers_no_wish_of_today(
    newsroom: Newsroom, app: Flask, settings: Settings, clock: object
) -> None:
    with transaction(newsroom.session) as session:
        wish = reader(newsroom, ONE)
        newsroom.let_in(ONE, PASSPHRASE)
        old = Digest(
            person_id=wish.person_id,
            period="daily/2025-01-01",
            state="accepted",
            available_at=newsroom.at,
            created_at=newsroom.at,
        )
        session.add(old)
        session.flush()
    link = f"/unsubscribe/{digest_token(settings.require_secret(), old.public_id)}"
    stranger, owner = Visitor(app.test_client()), Visitor(app.test_client())
    owner.sign_in(ONE, PASSPHRASE)
    page = stranger.open(link)
    assert "Your daily digest will stop at once." in page.text
    assert "It comes of 1 subscription." in page.text
    assert "Kenya" not in page.text
    assert "Kenya, any topic, any severity, daily" in owner.open(link).text
    assert "Kenya" not in stranger.submit(link).text


def _frequencies(session: Session) -> list[str]:
    session.rollback()
    living = select(Subscription.frequency).where(Subscription.ended_at.is_(None))
    return list(session.scalars(living.order_by(Subscription.id)))


def test_link_of_a_rolled_up_burst_ends_the_wishes_that_it_goes_back_to(
    newsroom: Newsroom, client: FlaskClient, settings: Settings, clock: object
) -> None:
    with transaction(newsroom.session) as session:
        one = reader(newsroom, ONE, frequency=AT_ONCE)
        who = newsroom.actor(session.get_one(Person, one.person_id))
        other = subscribe(session, Wish(places=["TZ"]), by=who, at=newsroom.at)
        rolled_up = Digest(
            person_id=one.person_id,
            period="burst/1/2026-03-02T09:30:00Z",
            state="accepted",
            available_at=newsroom.at,
            created_at=newsroom.at,
        )
        session.add(rolled_up)
        session.flush()
        session.add(
            Delivery(
                edition_id=newsroom.publish().id,
                person_id=one.person_id,
                channel="mail",
                subscription_id=one.id,
                state="accepted",
                urgency=1,
                matched_at=newsroom.at,
                available_at=newsroom.at,
                digest_id=rolled_up.id,
            )
        )
    token = digest_token(settings.require_secret(), rolled_up.public_id)
    assert client.post(f"/unsubscribe/{token}").status_code == 200
    newsroom.session.rollback()
    living = select(Subscription.id).where(Subscription.ended_at.is_(None))
    assert list(newsroom.session.scalars(living)) == [other.id]


def test_token_names_its_digest_only_to_its_signer_and_opens_no_subscription(
    client: FlaskClient, settings: Settings
) -> None:
    token = digest_token("a secret", "abcdefghjkmnpqrstuvw")
    assert digest_named_by("a secret", token) == "abcdefghjkmnpqrstuvw"
    assert digest_named_by("another", token) is None
    own = digest_token(settings.require_secret(), "abcdefghjkmnpqrstuvw")
    assert client.get(f"/unsubscribe/{own}").status_code == 404
