"""The main job, end to end: a council publishes; the right members hear of it, find and read it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import feedparser
import pytest
from lxml import html
from playwright.sync_api import expect

from osac_share.demo.actions import furnish
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.settings import load_settings
from osac_share.worker import Worker
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
TITLE = "Security Alert: Kampala (Uganda) and Nairobi (Kenya), quokka smugglers at the airports"
SECRET = "Security Alert: Nairobi (Kenya), wombat sightings"


@dataclass
class House:
    """A running installation: its pages, its worker, and the mail that leaves it."""

    address: str
    worker: Worker
    mail: SmtpServer


@pytest.fixture
def house(
    session: Session, environment: dict[str, str], live_server: str, smtp_server: SmtpServer
) -> Iterator[House]:
    """Yield an installation with the demonstration's people, whose mail goes out by SMTP."""
    with transaction(session):
        furnish(session, password=PASSPHRASE, at=clock.now())
    mine = {**environment, "OSAC_PUBLIC_URL": live_server, "OSAC_MAIL_URL": smtp_server.url}
    with Worker(load_settings(mine)) as worker:
        worker.drain()
        smtp_server.received.clear()
        yield House(live_server, worker, smtp_server)


@pytest.mark.both_databases
@pytest.mark.slow
def test_an_alert_goes_from_its_author_to_its_readers(
    house: House, browser: Browser, page: Page, axe: Axe
) -> None:
    subscribe(page)
    validators = poll(house, feed_of(house, "/countries/UG"), {})[2]
    chair = browser.new_context(base_url=house.address).new_page()
    address = publish(chair, TITLE, "Kampala, Uganda\nNairobi, Kenya", "TLP:CLEAR")
    house.worker.drain()
    (mail,) = house.mail.to(MEMBER)
    read_mail(mail, address)
    find(page, address, axe)
    read_feed(house, validators, address)
    publish(chair, SECRET, "Nairobi, Kenya", "TLP:AMBER")
    house.worker.drain()
    look_as_a_stranger(house, address)
    stop(house, mail)
    publish(chair, TITLE, "Kampala, Uganda", "TLP:CLEAR")
    house.worker.drain()
    assert len(house.mail.to(MEMBER)) == 1


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)


def subscribe(page: Page) -> None:
    sign_in(page, MEMBER)
    page.goto("/countries/UG")
    page.get_by_role("button", name="Mail me about Uganda").click()
    expect(page.get_by_role("status")).to_contain_text("Uganda")


def publish(page: Page, title: str, places: str, marking: str) -> str:
    """Write, look at and publish an alert as the chair; return its path."""
    if page.url == "about:blank":
        sign_in(page, CHAIR)
    page.goto("/reports/new")
    page.get_by_role("textbox", name="Title").fill(title)
    page.get_by_role("textbox", name="Where").fill(places)
    page.get_by_role("checkbox", name="Crime").check()
    page.get_by_role("checkbox", name="Aviation").check()
    page.get_by_role("textbox", name="Location").fill("The arrivals halls.")
    page.get_by_role("textbox", name="Event").fill(
        "People in uniforms offer **rare animals** to travelers."
    )
    page.get_by_role("textbox", name="Actions to take").fill(
        "Avoid the arrivals halls.\nKeep a low profile."
    )
    page.get_by_role("textbox", name="Assistance").fill("The embassy, day and night.")
    page.get_by_role("radio", name=marking).first.check()
    page.get_by_role("button", name="Save draft and preview").click()
    expect(page.get_by_role("main")).to_contain_text("rare animals")
    page.get_by_role("button", name=re.compile("Publish")).click()
    page.wait_for_url(re.compile(r"/reports/[a-z0-9]{20}$"))
    return urlsplit(page.url).path


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


def feed_of(house: House, path: str) -> str:
    """Return the path of the Atom feed that a page names for itself."""
    found = html.document_fromstring(poll(house, path, {})[1]).xpath(
        "//link[@rel='alternate'][@type='application/atom+xml']/@href"
    )
    assert isinstance(found, list)
    return urlsplit(str(found[0])).path


def poll(house: House, path: str, headers: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
    """Ask as a program without a cookie does; return status, body and validators."""
    connection = HTTPConnection(urlsplit(house.address).netloc, timeout=30)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body, {"If-None-Match": answer.headers.get("ETag", "")}


def read_feed(house: House, validators: dict[str, str], address: str) -> None:
    feed = feed_of(house, "/countries/UG")
    status, body, fresh = poll_until_changed(house, feed, validators)
    assert status == 200
    entries = [entry for entry in feedparser.parse(body).entries if entry.title == TITLE]
    assert [urlsplit(entry.link).path for entry in entries] == [address]
    assert poll(house, feed, fresh)[0] == 304


def poll_until_changed(
    house: House, feed: str, validators: dict[str, str]
) -> tuple[int, bytes, dict[str, str]]:
    """Poll as often as it takes; a feed may be a second behind, hence no more than that."""
    for _ in range(2000):
        answer = poll(house, feed, validators)
        if answer[0] != 304:
            return answer
    raise AssertionError("the feed never changed")


def look_as_a_stranger(house: House, address: str) -> None:
    assert poll(house, address, {})[0] == 200
    for path in ("/", "/countries/KE", "/reports", "/search?q=wombat", "/feeds/countries/KE.json"):
        status, body, _ = poll(house, path, {})
        assert status == 200
        assert b"wombat sightings" not in body, path
    items = json.loads(poll(house, "/feeds/countries/KE.json", {})[1])["items"]
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
