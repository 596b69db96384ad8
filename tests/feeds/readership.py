"""Two councils publish for everyone and for some, and members and a stranger read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.cap.actions import Issuer
from osac_share.kernel.db import transaction
from osac_share.kernel.files import Folder, receive
from osac_share.reports import actions as reports
from tests.support.factories import Words, make_draft
from tests.support.tokens import basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from osac_share.reports.models import Report
    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

    Header = tuple[str, str]

FEED = "/feeds/reports.atom"
OF_EVERYBODY = (
    *(FEED, "/feeds/reports.rss", "/feeds/reports.json", "/feeds/countries/KE.atom"),
    *("/feeds/search.atom?q=march", "/feeds/cap.atom", "/feeds/cap.rss"),
    *("/calendars/reports.ics", "/calendars/countries/KE.ics"),
    *("/api/v1/me", "/api/v1/reports", "/api/v1/changes", "/api/v1/openapi.json"),
    *("/", "/reports", "/search?q=march", "/account/tokens", "/verify/keys.json"),
)
"""Addresses at which everybody asks, each with what they have."""


@dataclass(frozen=True)
class Reader:
    """Somebody who asks, in one of the ways in which people are known here."""

    name: str
    browser: tuple[Header, ...] = ()
    feed: tuple[Header, ...] = ()
    api: tuple[Header, ...] = ()

    def brings(self, path: str) -> tuple[Header, ...]:
        """Return what they show at an address."""
        if path.startswith(("/api/", "/taxii2/")):
            return (*self.browser, *self.api)
        if path.startswith(("/feeds/", "/calendars/")):
            return (*self.browser, *self.feed)
        return self.browser


@dataclass(frozen=True)
class World:
    """What was published, the addresses of it, and who reads."""

    direct: str
    readers: tuple[Reader, ...]
    paths: tuple[str, ...]
    clear: Report
    file: str
    dora: str


@dataclass(frozen=True)
class Newsroom:
    """Two councils that publish reports with a file each, in CAP what is for everyone."""

    session: Session
    cast: Cast
    settings: Settings
    at: datetime

    def publish(self, word: str, marking: str, *, council: str = "kenya") -> tuple[Report, str]:
        """Publish a report of that word; return it and the path of its file."""
        by = self.cast.actors["amara" if council == "kenya" else "chidi"]
        house = self.cast.kenya if council == "kenya" else self.cast.nigeria
        words = Words(title=f"March of the {word}", summary=f"{word}.", marking=marking)
        with transaction(self.session) as session:
            report, draft = make_draft(session, house, by=by, words=words, at=self.at)
            sent = receive(
                io.BytesIO(f"The plan of the {word}.".encode()),
                "plan.txt",
                store=Folder(self.settings.files_dir),
                scratch=self.settings.files_dir / "incoming",
                largest=1000,
                at=self.at,
            )
            file = reports.attach(session, report, draft, sent, most=1, by=by, at=self.at)
            reports.publish(session, report, draft, by=by, at=self.at)
        with transaction(self.session) as session:
            Issuer(self.settings).issue(session, report.id, at=self.at)
        return report, f"/attachments/{file.public_id}/plan.txt"

    def withdraw(self, report: Report) -> None:
        """Take a report back."""
        amara = self.cast.actors["amara"]
        with transaction(self.session) as session:
            reports.withdraw(session, report, by=amara, at=self.at, because="It was wrong.")


def opened(newsroom: Newsroom, signed_in: SignIn, address: str) -> World:
    """Publish for everyone, for members and for each council; let in two members and a stranger."""
    clear, file = newsroom.publish("herons", "CLEAR")
    shown = [f"/cap/{clear.public_id}.xml", f"/cap/{clear.public_id}/1.xml", *_pages(clear), file]
    for word, marking, council in (
        ("kestrels", "GREEN", "kenya"),
        ("ospreys", "AMBER", "kenya"),
        ("avocets", "AMBER", "nigeria"),
    ):
        report, file_ = newsroom.publish(word, marking, council=council)
        shown += [*_pages(report), file_]
    (dora, doras), (chidi, chidis) = (
        _feed_of(newsroom, one) for one in (newsroom.cast.dora, newsroom.cast.chidi)
    )
    readers = [Reader("a stranger")]
    for person, secret in ((newsroom.cast.dora, doras), (newsroom.cast.chidi, chidis)):
        jar = signed_in(person).client.get_cookie("osac", domain="localhost")
        assert jar is not None
        cookie = ("Cookie", f"osac={jar.value}")
        program = ("Authorization", f"Bearer {_api_token(newsroom, person)}")
        password = ("Authorization", basic(secret))
        readers.append(Reader(person.name, (cookie,), (password,), (program,)))
    # A member whose browser comes to the addresses of programs.
    readers.append(Reader("a browser", readers[1].browser))
    private = [
        *(f"/feeds/private/{key}.atom" for key in (dora, doras, chidi, chidis)),
        *(f"/calendars/private/{key}.ics" for key in (dora, doras, chidi, chidis)),
    ]
    paths = (*OF_EVERYBODY, *shown, *private)
    return World(address, tuple(readers), paths, clear, file, doras)


def _pages(report: Report) -> tuple[str, ...]:
    page = f"/reports/{report.public_id}"
    return (page, f"{page}.ics", f"/api/v1{page}")


def _feed_of(newsroom: Newsroom, person: Person) -> tuple[str, str]:
    made = make_feed_token(newsroom.session, person, newsroom.settings, at=newsroom.at)
    return made[0].public_id, made[1]


def _api_token(newsroom: Newsroom, person: Person) -> str:
    return make_api_token(newsroom.session, person, newsroom.settings, at=newsroom.at)[1]
