from __future__ import annotations

import gzip
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from werkzeug.test import Client
from werkzeug.wrappers import Response

from osac_share.feeds.views import FeedDoorstep
from osac_share.feeds.views.doorstep import LIFE
from tests.feeds.newsroom import Newsroom
from tests.feeds.reading import Ticks, without_doorstep
from tests.support.counting import Counted

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker
    from werkzeug.test import TestResponse

PATH = "/feeds/reports.atom"

pytestmark = pytest.mark.one_database


class House:
    """The application behind its doorstep, with a clock that the test winds."""

    def __init__(self, app: Flask, room: int) -> None:
        self.sessions: sessionmaker[Session] = app.extensions["osac_sessions"]
        self.ticks = Ticks()
        self.application = Counted(without_doorstep(app))
        self.doorstep = FeedDoorstep(self.application, self.sessions, elapsed=self.ticks, room=room)
        self.direct = Client(without_doorstep(app))
        self._client = Client(self.doorstep)

    def poll(self, path: str = PATH, method: str = "GET", **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._client.open(path, method=method, headers=named)

    @property
    def asked(self) -> int:
        """Return how often the application was asked."""
        return len(self.application.asked)


@pytest.fixture
def house(app: Flask) -> House:
    return House(app, room=10_000_000)


@pytest.fixture
def newsroom(session: Session, at: datetime) -> Newsroom:
    newsroom = Newsroom(session)
    newsroom.publish("Closures at the port", at=at - timedelta(hours=1))
    return newsroom


def test_the_application_is_asked_once_for_many_polls(house: House, newsroom: Newsroom) -> None:
    first = house.poll()
    for _ in range(5):
        assert house.poll().data == first.data
        assert house.poll(method="HEAD").status_code == 200
        assert house.poll(if_none_match=first.headers["ETag"]).status_code == 304
    assert house.asked == 1


def test_the_answer_is_the_applications_own(house: House, newsroom: Newsroom) -> None:
    own = house.direct.get(PATH)
    house.poll()
    kept = house.poll()
    assert (kept.status_code, kept.data) == (own.status_code, own.data)
    expected = dict(own.headers) | {"Vary": "Accept-Encoding, Authorization"}
    del expected["Date"]
    assert dict(kept.headers) == expected


def test_a_first_poll_may_be_conditional_or_a_head(house: House, newsroom: Newsroom) -> None:
    tag = house.direct.get(PATH).headers["ETag"]
    assert house.poll(if_none_match=tag).status_code == 304
    assert house.poll("/feeds/reports.rss", method="HEAD").data == b""
    assert house.poll("/feeds/reports.rss").data.startswith(b"<?xml")


def test_a_publication_is_seen_after_a_second_at_most(
    house: House, newsroom: Newsroom, at: datetime
) -> None:
    house.poll()
    newsroom.publish("Something new", at=at)
    assert b"Something new" not in house.poll().data
    house.ticks.now += 1
    assert b"Something new" in house.poll().data


def test_what_nobody_may_see_does_not_even_wake_the_application(
    house: House, newsroom: Newsroom, at: datetime
) -> None:
    house.poll()
    newsroom.publish("For members", at=at, marking="GREEN")
    house.ticks.now += 1
    house.poll()
    assert house.asked == 1


def test_an_answer_is_made_anew_after_its_life(house: House, newsroom: Newsroom) -> None:
    house.poll()
    house.ticks.now += LIFE
    house.poll()
    assert house.asked == 1
    house.ticks.now += 1
    house.poll()
    assert house.asked == 2


def test_gzip_is_given_to_those_who_take_it_and_has_a_tag_of_its_own(
    house: House, newsroom: Newsroom
) -> None:
    plain = house.poll()
    packed = house.poll(accept_encoding="br, gzip;q=0.8")
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert packed.headers["Vary"] == "Accept-Encoding, Authorization"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    again = house.poll(accept_encoding="gzip", if_none_match=packed.headers["ETag"])
    assert again.status_code == 304
    for refusing in ("identity", "gzip;q=0", "br"):
        assert "Content-Encoding" not in house.poll(accept_encoding=refusing).headers


@pytest.mark.parametrize(
    ("path", "method", "headers"),
    [
        (f"{PATH}?page=2", "GET", {}),
        (PATH, "POST", {}),
        (PATH, "OPTIONS", {}),
        (PATH, "GET", {"range": "bytes=0-9"}),
        (PATH, "GET", {"if_match": '"x"'}),
        (PATH, "GET", {"authorization": "Basic eDp4"}),
        ("/feeds/private/x.atom", "GET", {}),
        ("/feeds/countries/QQ.atom", "GET", {}),
        ("/feeds/reports.txt", "GET", {}),
    ],
)
def test_whatever_is_unusual_goes_through_every_time(
    house: House, newsroom: Newsroom, path: str, method: str, headers: dict[str, str]
) -> None:
    house.poll()
    before = house.asked
    answers = [house.poll(path, method, **headers) for _ in range(2)]
    assert house.asked == before + 2
    assert answers[0].status_code == answers[1].status_code


def test_a_host_that_is_not_ours_gets_nothing_kept(house: House, newsroom: Newsroom) -> None:
    house.poll()
    assert house.poll(host="evil.example.com").status_code == 400


def test_a_cookie_neither_matters_nor_is_kept(house: House, newsroom: Newsroom) -> None:
    answer = house.poll(cookie="osac=whatever")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.data == house.poll().data


@pytest.mark.parametrize(
    "headers",
    [
        {"Cache-Control": "private, no-store", "ETag": '"a"'},
        {"Cache-Control": "public, max-age=60", "ETag": '"a"', "Set-Cookie": "a=b"},
        {"Cache-Control": "public, max-age=60"},
    ],
)
def test_only_an_answer_for_everybody_is_kept(house: House, headers: dict[str, str]) -> None:
    counted = Counted(Response("for one person", headers=headers))
    client = Client(FeedDoorstep(counted, house.sessions, elapsed=house.ticks))
    for _ in range(2):
        assert client.get(PATH).text == "for one person"
    assert len(counted.asked) == 2


def test_kept_answers_take_no_more_room_than_they_may(app: Flask, newsroom: Newsroom) -> None:
    small = House(app, room=6_000)
    paths = [f"/feeds/countries/{iso2}.rss" for iso2 in ("MX", "KE", "TZ", "GT", "PL", "JP")]
    for _ in range(3):
        for path in paths:
            assert small.poll(path).status_code == 200
    kept = small.doorstep._kept.values()
    assert 0 < sum(one.size for one in kept) <= 6_000
    assert small.asked > len(paths)


def test_while_the_database_is_away_what_is_kept_is_given(
    house: House, newsroom: Newsroom, engine: Engine
) -> None:
    first = house.poll()
    rename(engine, "report", "report_away")
    house.ticks.now += 30
    assert house.poll().data == first.data
    rename(engine, "report_away", "report")
    house.ticks.now += LIFE
    assert house.poll().data == first.data
    assert house.asked == 2


def rename(engine: Engine, table: str, name: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO {name}"))
