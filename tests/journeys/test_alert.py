"""The main job, end to end: a council publishes; the right members hear of it, find and read it."""

from __future__ import annotations

import json
import re
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import feedparser
import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.queries import actor_of
from osac_share.demo.actions import furnish
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.subscriptions.actions import Hours, choose_hours
from tests.support.house import House, opened, sign_in
from tests.support.world import PASSPHRASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from playwright.sync_api import Browser, Page
    from sqlalchemy.orm import Session

    from tests.support.browser import Axe
    from tests.support.mailbox import SmtpServer

MEMBER = "member@example.org"
CHAIR = "chair@example.org"
CO_CHAIR = "cochair@example.org"
TITLE = "Security Alert: Kampala (Uganda) and Nairobi (Kenya), quokka smugglers at the airports"
SECRET = "Security Alert: Nairobi (Kenya), wombat sightings"
PUBLISHED = re.compile(r"/reports/[a-z0-9]{20}$")


@pytest.fixture
def house(
    session: Session, environment: dict[str, str], live_server: str, smtp_server: SmtpServer
) -> Iterator[House]:
    """Yield an installation with the demonstration's people, whose mail goes out by SMTP."""
    with transaction(session):
        furnish(session, password=PASSPHRASE, at=clock.now())
        never_quiet(session, MEMBER)
    with opened(environment, live_server, smtp_server) as house:
        yield house


@pytest.mark.both_databases
@pytest.mark.slow
def test_an_alert_goes_from_its_author_to_its_readers(
    house: House, browser: Browser, page: Page, axe: Axe
) -> None:
    subscribe(page)
    validators = house.poll(house.feed_of("/countries/UG"))[2]
    chair = house.seat(browser, CHAIR, PASSPHRASE)
    address = publish(chair, TITLE, "Kampala, Uganda\nNairobi, Kenya")
    house.worker.drain()
    (mail,) = house.mail.to(MEMBER)
    read_mail(mail, address)
    find(page, address, axe)
    read_feed(house, validators, address)
    co_chair = house.seat(browser, CO_CHAIR, PASSPHRASE)
    publish_to_few(chair, co_chair)
    house.worker.drain()
    look_as_a_stranger(house, address)
    stop(house, mail)
    publish(chair, TITLE, "Kampala, Uganda")
    house.worker.drain()
    assert len(house.mail.to(MEMBER)) == 1


def never_quiet(session: Session, email: str) -> None:
    """Let somebody read at any hour, so that what is sent does not depend on the time of day."""
    member = session.scalars(select(Person).where(Person.email == email)).one()
    hours = Hours(digest_hour=7, digest_weekday=0)
    by = actor_of(session, member.id, at=clock.now())
    choose_hours(session, hours, zone=member.time_zone, by=by, at=clock.now())


def subscribe(page: Page) -> None:
    sign_in(page, MEMBER, PASSPHRASE)
    page.goto("/countries/UG")
    page.get_by_role("button", name="Mail me about Uganda").click()
    expect(page.get_by_role("status")).to_contain_text("Uganda")


def publish(page: Page, title: str, places: str) -> str:
    """Write an alert for everyone, look at it and publish it at once; return its path."""
    write(page, title, places)
    page.get_by_role("checkbox", name="Aviation").check()
    page.get_by_role("radio", name="TLP:CLEAR").check()
    page.get_by_role("button", name="Save draft and preview").click()
    expect(page.get_by_role("main")).to_contain_text("rare animals")
    page.get_by_role("textbox", name="Why can it not wait?").fill("They are at the gates now.")
    page.get_by_role("button", name=re.compile("^Publish")).click()
    page.wait_for_url(PUBLISHED)
    return urlsplit(page.url).path


def publish_to_few(chair: Page, co_chair: Page) -> None:
    """Write an alert that some members may know, which takes two persons."""
    write(chair, SECRET, "Nairobi, Kenya")
    chair.get_by_role("radio", name=re.compile(r"^TLP:AMBER\b(?!\+)")).check()
    chair.get_by_role("textbox", name="Why fewer than all members").fill("One hotel is meant.")
    chair.get_by_role("button", name="Save draft and preview").click()
    expect(chair.get_by_role("main")).to_contain_text("takes a second person, always")
    assert not chair.get_by_role("button", name=re.compile("^Publish")).count()
    chair.get_by_role("button", name="Send for review").click()
    expect(chair.get_by_role("status")).to_contain_text("Sent for review")
    co_chair.goto(urlsplit(chair.url).path.replace("/preview", "/review"))
    co_chair.get_by_role("button", name=re.compile("^Approve and publish")).click()
    co_chair.wait_for_url(PUBLISHED)


def write(page: Page, title: str, places: str) -> None:
    page.goto("/reports/new?kind=alert")
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("textbox", name="Where").fill(places)
    page.get_by_role("checkbox", name="Crime").check()
    page.get_by_role("textbox", name="Location").fill("The arrivals halls.")
    page.get_by_role("textbox", name="Event").fill(
        "People in uniforms offer **rare animals** to travelers."
    )
    page.get_by_role("textbox", name="Actions to take").fill(
        "Avoid the arrivals halls.\nKeep a low profile."
    )
    page.get_by_role("textbox", name="Assistance").fill("The embassy, day and night.")


def read_mail(mail: EmailMessage, address: str) -> None:
    text, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert rich is not None
    assert "TLP:CLEAR" in mail["Subject"]
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in (text.get_content(), rich.get_content()):
        assert "TLP:CLEAR" in part
        assert "subscribed to" in part
        assert "Uganda" in part
        assert "Avoid the arrivals halls." in part
        assert address in part


def find(page: Page, address: str, axe: Axe) -> None:
    """Find the alert as the member does, and read it on a phone."""
    page.set_viewport_size({"width": 320, "height": 640})
    for path in ("/", "/countries/UG", "/search?q=quokka"):
        page.goto(path)
        assert page.get_by_role("main").locator(f"a[href='{address}']").count() >= 1, path
    page.locator(f"a[href='{address}']").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.get_by_role("listitem").filter(has_text="Keep a low profile.")).to_be_visible()
    assert not axe.violations()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def read_feed(house: House, validators: dict[str, str], address: str) -> None:
    feed = house.feed_of("/countries/UG")
    status, body, fresh = house.poll_until(feed, lambda answer: answer[0] != 304, validators)
    assert status == 200
    entries = [entry for entry in feedparser.parse(body).entries if entry.title == TITLE]
    assert [urlsplit(entry.link).path for entry in entries] == [address]
    assert house.poll(feed, fresh)[0] == 304


def look_as_a_stranger(house: House, address: str) -> None:
    assert house.poll(address)[0] == 200
    for path in ("/", "/countries/KE", "/reports", "/search?q=wombat", "/feeds/countries/KE.json"):
        status, body, _ = house.poll(path)
        assert status == 200
        assert b"wombat sightings" not in body, path
    items = json.loads(house.poll("/feeds/countries/KE.json")[1])["items"]
    assert items


def stop(house: House, mail: EmailMessage) -> None:
    """End the subscription with the one click of a mail program (RFC 8058)."""
    link = urlsplit(str(mail["List-Unsubscribe"]).strip("<>"))
    connection = HTTPConnection(link.netloc, timeout=30)
    connection.request(
        "POST",
        link.path,
        "List-Unsubscribe=One-Click",
        {"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert connection.getresponse().status == 200
    connection.close()
