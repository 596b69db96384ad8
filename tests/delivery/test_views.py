"""Stopping mail from within a mail, and the mail box of the demonstration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import html
from sqlalchemy import select

from osac_share.app import create_app
from osac_share.audit.models import AuditEntry
from osac_share.delivery.policy import unsubscribe_token
from osac_share.kernel.db import transaction
from osac_share.settings import load_settings
from osac_share.worker import Worker
from tests.support.alerting import TITLE, Newsroom
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from osac_share.subscriptions.models import Subscription

PASSPHRASE = "amber fjord kestrel lagoon"


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    with transaction(session):
        return Newsroom(session, at)


@pytest.fixture
def wish(newsroom: Newsroom) -> Subscription:
    with transaction(newsroom.session):
        return newsroom.subscriber("reader@example.org")


@pytest.fixture
def link(settings: Settings, wish: Subscription) -> str:
    return f"/unsubscribe/{unsubscribe_token(settings.require_secret(), wish.public_id)}"


def has_ended(newsroom: Newsroom, wish: Subscription) -> bool:
    newsroom.session.rollback()
    newsroom.session.refresh(wish)
    return wish.ended_at is not None


def test_opening_the_link_changes_nothing(
    visitor: Visitor, newsroom: Newsroom, wish: Subscription, link: str
) -> None:
    page = visitor.open(link)
    assert page.status == 200
    assert "Mail from the subscription that brought this mail will stop at once." in page.text
    assert not has_ended(newsroom, wish)


def test_button_on_the_page_ends_the_subscription(
    visitor: Visitor, newsroom: Newsroom, wish: Subscription, link: str
) -> None:
    page = visitor.submit(link)
    assert page.status == 200
    assert page.title == "Mail stopped"
    assert has_ended(newsroom, wish)


def test_only_its_owner_who_is_signed_in_reads_what_a_subscription_asks_for(
    app: Flask, newsroom: Newsroom, wish: Subscription, link: str, clock: object
) -> None:
    """A mail whose words are withheld tells them by its link to nobody either."""
    other = signed_in(app, newsroom, "other@example.org")
    with transaction(newsroom.session):
        newsroom.let_in("reader@example.org", PASSPHRASE)
    owner = Visitor(app.test_client())
    owner.sign_in("reader@example.org", PASSPHRASE)
    assert "Kenya" not in other.open(link).text
    assert "Mail about Kenya, any topic, any severity will stop at once." in owner.open(link).text
    ended = other.submit(link)
    assert "The subscription that brought this mail has ended." in ended.text
    assert "Kenya" not in ended.text
    assert "No more mail about Kenya, any topic, any severity." in owner.open(link).text


def test_mail_program_unsubscribes_with_one_post(
    visitor: Visitor, newsroom: Newsroom, wish: Subscription, link: str
) -> None:
    """RFC 8058: no cookie, no form token, no redirect."""
    answer = visitor.client.post(link, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert has_ended(newsroom, wish)
    entry = newsroom.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "subscription.end")
    ).one()
    assert (entry.actor_id, entry.object_id) == (wish.person_id, wish.public_id)


def test_unsubscribing_twice_is_friendly(
    visitor: Visitor, newsroom: Newsroom, wish: Subscription, link: str
) -> None:
    visitor.client.post(link)
    first = has_ended(newsroom, wish), wish.ended_at
    assert visitor.client.post(link).status_code == 200
    assert visitor.open(link).title == "Mail stopped"
    assert (has_ended(newsroom, wish), wish.ended_at) == first


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-9] + ("A" if token[-9] != "A" else "B") + token[-8:],
        lambda token: token.partition(".")[0],
        lambda _token: "x",
        lambda _token: unsubscribe_token("another secret key, just as long", "a" * 20),
    ],
)
@pytest.mark.one_database
def test_forged_link_leads_nowhere(
    forge: Callable[[str], str], visitor: Visitor, newsroom: Newsroom, wish: Subscription, link: str
) -> None:
    forged = f"/unsubscribe/{forge(link.removeprefix('/unsubscribe/'))}"
    assert visitor.open(forged).status == 404
    assert visitor.client.post(forged).status_code == 404
    assert not has_ended(newsroom, wish)


@pytest.fixture
def demo_settings(environment: dict[str, str]) -> Settings:
    return load_settings(environment | {"OSAC_SITE_DEMO": "true"})


@pytest.fixture
def demo(demo_settings: Settings, engine: Engine) -> Flask:
    return create_app(demo_settings, engine)


def signed_in(app: Flask, newsroom: Newsroom, email: str) -> Visitor:
    with transaction(newsroom.session):
        newsroom.subscriber(email)
        newsroom.let_in(email, PASSPHRASE)
    visitor = Visitor(app.test_client())
    visitor.sign_in(email, PASSPHRASE)
    return visitor


@pytest.mark.one_database
@pytest.mark.usefixtures("clock")
def test_demonstration_shows_people_their_own_mail_alone(
    demo: Flask, demo_settings: Settings, engine: Engine, newsroom: Newsroom
) -> None:
    reader = signed_in(demo, newsroom, "reader@example.org")
    other = signed_in(demo, newsroom, "other@example.org")
    with transaction(newsroom.session):
        newsroom.publish()
    with Worker(demo_settings, engine) as worker:
        worker.drain()
    [(subject, address)] = [
        (text, link) for text, link in reader.open("/outbox").links().items() if TITLE in text
    ]
    assert subject == f"[TLP:GREEN] Demonstration Alert: {TITLE}"
    assert reader.open(address).status == 200
    assert other.open(address).status == 404
    assert other.open(f"{address}/html").status == 404


@pytest.mark.one_database
@pytest.mark.usefixtures("clock")
def test_mail_is_shown_in_a_frame_that_may_do_nothing(
    demo: Flask, demo_settings: Settings, engine: Engine, newsroom: Newsroom
) -> None:
    reader = signed_in(demo, newsroom, "reader@example.org")
    with transaction(newsroom.session):
        newsroom.publish()
    with Worker(demo_settings, engine) as worker:
        worker.drain()
    [address] = [link for link in reader.open("/outbox").links().values() if "/outbox/" in link]
    [frame] = reader.open(address).root.xpath("//iframe")
    answer = reader.client.get(frame.get("src"))
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy + frame.get("sandbox")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert TITLE in html.document_fromstring(answer.get_data(as_text=True)).text_content()


@pytest.mark.one_database
def test_outbox_exists_only_in_a_demonstration(app: Flask, newsroom: Newsroom) -> None:
    reader = signed_in(app, newsroom, "reader@example.org")
    assert reader.open("/outbox").status == 404
    assert reader.open("/outbox/0123456789abcdef0123456789abcdef").status == 404
