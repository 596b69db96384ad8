"""A running installation as its people meet it: pages, mail and feeds."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from lxml import html

from osac_share.settings import load_settings
from osac_share.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Browser, Page

    from tests.support.mailbox import SmtpServer

PATIENCE = 2000
"""How often a feed, which may be a second behind, is polled until it changes."""

Answer = tuple[int, bytes, dict[str, str]]
"""Status, body, and the validators to ask with the next time."""


@dataclass
class House:
    """A running installation: its pages, its worker, and the mail that leaves it."""

    address: str
    worker: Worker
    mail: SmtpServer

    def seat(self, browser: Browser, email: str, passphrase: str) -> Page:
        """Return a page of somebody's own browser, in which they are signed in."""
        page = browser.new_context(base_url=self.address).new_page()
        sign_in(page, email, passphrase)
        return page

    def poll(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Ask as a program without a cookie does; return status, body and validators."""
        connection = HTTPConnection(urlsplit(self.address).netloc, timeout=30)
        connection.request("GET", path, headers=dict(headers or {}))
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body, {"If-None-Match": answer.headers.get("ETag", "")}

    def poll_until(
        self, path: str, fits: Callable[[Answer], bool], headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Poll as often as it takes, and return the first answer that fits."""
        for _ in range(PATIENCE):
            answer = self.poll(path, headers)
            if fits(answer):
                return answer
        raise AssertionError(f"{path} never answered as it should")

    def feed_of(self, path: str) -> str:
        """Return the path of the Atom feed that a page names for itself."""
        found = html.document_fromstring(self.poll(path)[1]).xpath(
            "//link[@rel='alternate'][@type='application/atom+xml']/@href"
        )
        assert isinstance(found, list)
        return urlsplit(str(found[0])).path


@contextmanager
def opened(environment: Mapping[str, str], address: str, mail: SmtpServer) -> Iterator[House]:
    """Yield the installation that serves `address`, with a worker whose mail goes out by SMTP."""
    mine = {**environment, "OSAC_PUBLIC_URL": address, "OSAC_MAIL_URL": mail.url}
    with Worker(load_settings(mine)) as worker:
        worker.drain()
        mail.received.clear()
        yield House(address, worker, mail)


def sign_in(page: Page, email: str, passphrase: str) -> None:
    """Sign in as a person does, and wait until that is done."""
    page.goto("/login")
    page.get_by_label("Email address").fill(email)
    page.get_by_label("Passphrase").fill(passphrase)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/login" not in url)
