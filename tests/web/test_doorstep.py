"""Kept pages on the doorstep: the application's own answers, and nobody else's rights."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from osac_share.accounts.models import Person, UserSession
from osac_share.app import create_app
from osac_share.councils.login import actor_in_passing
from osac_share.councils.policy import MEMBER
from osac_share.kernel.db import transaction
from osac_share.settings import load_settings
from osac_share.web.doorstep import PageDoorstep
from tests.support.counting import Counted
from tests.support.factories import PASSPHRASE, Words, make_person, make_report, make_update
from tests.support.pages import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.reports.models import Report
    from tests.support.cast import Cast, SignIn

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("clock")]

TITLE = "Nairobi: zebra crossing closed"
NEXT = "Nairobi: zebra crossing open"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def counted(app: Flask) -> Counted:
    return behind_the_doorstep(app)


@pytest.fixture
def report(session: Session, cast: Cast) -> Report:
    with transaction(session):
        words = Words(title=TITLE)
        return make_report(session, cast.kenya, by=cast.actors["amara"], words=words)[0]


@pytest.fixture
def address(report: Report) -> str:
    return f"/reports/{report.public_id}"


@pytest.fixture
def dora(signed_in: SignIn, cast: Cast, counted: Counted, address: str) -> Visitor:
    """Return a member who has opened the report, which is therefore kept."""
    dora = signed_in(cast.dora)
    assert dora.open(address).title == TITLE
    with nothing_asked_of(counted):
        assert dora.open(address).title == TITLE
    return dora


@pytest.fixture
def chidi(signed_in: SignIn, cast: Cast, counted: Counted) -> Visitor:
    """Return a chair of another council, who has opened the front page, but not the report."""
    chidi = signed_in(cast.chidi)
    assert chidi.open("/").status == 200
    return chidi


def behind_the_doorstep(app: Flask) -> Counted:
    counted = Counted(partial(Flask.wsgi_app, app))
    app.wsgi_app = PageDoorstep(counted, app, actor_in_passing)  # type: ignore[method-assign]
    return counted


@contextmanager
def nothing_asked_of(counted: Counted) -> Iterator[None]:
    before = len(counted.asked)
    yield
    assert counted.asked[before:] == []


@contextmanager
def asked_once(counted: Counted) -> Iterator[None]:
    before = len(counted.asked)
    yield
    assert len(counted.asked) == before + 1


def greeted(visitor: Visitor, path: str) -> list[str]:
    return visitor.open(path).texts("//*[@class='person']/a[@href='/account']")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_answer_is_the_applications_own(
    environment: dict[str, str], engine: Engine, cast: Cast, address: str, scheme: str
) -> None:
    site = f"{scheme}://share.example.org"
    app = create_app(load_settings(environment | {"OSAC_PUBLIC_URL": site}), engine)
    app.config["PREFERRED_URL_SCHEME"] = scheme
    counted, reader = behind_the_doorstep(app), Visitor(app.test_client())
    assert reader.sign_in(cast.dora.email, PASSPHRASE).status == 303
    for path in ("/", address, f"{address}/editions/1"):
        with asked_once(counted):
            reader.open(path)
        with nothing_asked_of(counted):
            kept = reader.open(path).response
        own = reader.client.open(path, headers={"Authorization": "none"})
        assert (kept.status, kept.data) == (own.status, own.data)
        assert sorted(kept.headers) == sorted(own.headers)


def test_comparison_is_handed_out_too_unless_it_names_editions(
    dora: Visitor, counted: Counted, session: Session, report: Report, cast: Cast, address: str
) -> None:
    with transaction(session):
        make_update(session, report, by=cast.actors["amara"], words=Words(title=NEXT))
    own = dora.open(f"{address}/changes")
    with nothing_asked_of(counted):
        assert dora.open(f"{address}/changes").text == own.text
    with asked_once(counted):
        assert dora.open(f"{address}/changes?from=7").status == 404


def test_each_reader_gets_their_own_name_and_form_token(
    dora: Visitor,
    signed_in: SignIn,
    cast: Cast,
    counted: Counted,
    session: Session,
    address: str,
) -> None:
    with transaction(session):
        person = make_person(session, "Femi Member", seats=[(cast.nigeria, MEMBER)])
    femi = signed_in(person)
    femi.open("/")
    with nothing_asked_of(counted):
        assert greeted(femi, address) == [person.name]
        assert greeted(dora, address) == [cast.dora.name]
    # The form holds the second reader's own token: it signs them out.
    assert femi.submit(address, to="/logout").status == 303
    assert femi.open("/subscriptions").status == 303
    assert dora.open("/subscriptions").status == 200


def test_frame_is_that_of_the_reader(
    dora: Visitor, chidi: Visitor, counted: Counted, address: str
) -> None:
    # A chair's frame has more in it than a member's: the page must be made once for each.
    assert "Compose" not in dora.open("/").links()
    assert "Compose" in chidi.open("/").links()
    with nothing_asked_of(counted):
        assert "Compose" not in dora.open("/").links()
        assert "Compose" in chidi.open("/").links()


def test_suspended_member_is_a_stranger_on_the_next_request(
    dora: Visitor, cast: Cast, counted: Counted, session: Session, address: str, at: datetime
) -> None:
    with transaction(session):
        session.execute(update(Person).where(Person.id == cast.dora.id).values(suspended_at=at))
    with asked_once(counted):
        assert dora.open(address).status == 404


def test_ended_session_opens_nothing_more(
    dora: Visitor, counted: Counted, session: Session, address: str, at: datetime
) -> None:
    with transaction(session):
        session.execute(update(UserSession).values(ended_at=at))
    with asked_once(counted):
        assert dora.open(address).status == 404


def test_session_idle_for_too_long_opens_nothing_more(
    dora: Visitor, counted: Counted, address: str, clock: Traveller
) -> None:
    clock.shift(30 * MINUTE)
    assert dora.open(address).status == 404


def test_what_is_marked_higher_is_gone_on_the_next_request(
    dora: Visitor,
    chidi: Visitor,
    cast: Cast,
    session: Session,
    report: Report,
    address: str,
    at: datetime,
) -> None:
    assert chidi.open(address).status == 200
    words = Words(title=NEXT, marking="AMBER")
    with transaction(session):
        make_update(session, report, by=cast.actors["amara"], words=words, at=at + SECOND)
    assert chidi.open(address).status == 404
    assert chidi.open(f"{address}/editions/1").status == 404
    assert dora.open(address).title == NEXT


def test_message_for_the_reader_is_shown_once(
    dora: Visitor, counted: Counted, address: str
) -> None:
    with dora.client.session_transaction() as cookie:
        cookie["_flashes"] = [("done", "Saved.")]
    with asked_once(counted):
        assert dora.open(address).texts("//*[@role='status']") == ["Saved."]
    with nothing_asked_of(counted):
        assert dora.open(address).texts("//*[@role='status']") == []


def test_last_use_of_the_session_is_noted_as_ever(
    dora: Visitor, counted: Counted, session: Session, address: str, clock: Traveller, at: datetime
) -> None:
    clock.shift(MINUTE + SECOND)
    with asked_once(counted):
        assert dora.open(address).status == 200
    assert session.scalar(select(UserSession.seen_at)) == at + MINUTE + SECOND
    with nothing_asked_of(counted):
        assert dora.open(address).status == 200


def test_page_is_made_anew_when_the_minute_is_over(
    dora: Visitor, counted: Counted, address: str, clock: Traveller
) -> None:
    clock.shift(MINUTE)
    with asked_once(counted):
        assert dora.open(address).status == 200


@pytest.mark.parametrize(
    ("method", "query", "headers", "status"),
    [
        ("HEAD", "", {}, 200),
        ("POST", "", {}, 405),
        ("OPTIONS", "", {}, 200),
        ("GET", "?page=2", {}, 200),
        ("GET", "", {"Authorization": "Bearer nothing"}, 200),
        ("GET", "", {"Host": "evil.example.com"}, 400),
        ("GET", "", {"Host": "127.0.0.1"}, 200),
    ],
)
def test_whatever_is_unusual_goes_through_to_the_application(
    app: Flask,
    dora: Visitor,
    counted: Counted,
    address: str,
    method: str,
    query: str,
    headers: dict[str, str],
    status: int,
) -> None:
    cookie = dora.client.get_cookie("osac")
    assert cookie is not None
    sent = headers | {"Cookie": f"osac={cookie.value}"}
    with asked_once(counted):
        client = app.test_client(use_cookies=False)
        answer = client.open(address + query, method=method, headers=sent)
    assert answer.status_code == status


@pytest.mark.parametrize("cookie", ["", "osac=", "osac=forged", "other=1"])
def test_strangers_go_through_to_the_application(
    dora: Visitor, app: Flask, counted: Counted, address: str, cookie: str
) -> None:
    with asked_once(counted):
        answer = app.test_client(use_cookies=False).get(address, headers={"Cookie": cookie})
    assert answer.status_code == 404


def test_cookie_signed_with_another_key_is_nobodys(
    dora: Visitor, app: Flask, counted: Counted, address: str
) -> None:
    app.secret_key = "another key that nobody knows of here either"
    forged = app.test_client()
    with forged.session_transaction() as said, dora.client.session_transaction() as own:
        said.update(own)
    app.secret_key = "a key that only the tests know and nobody else"
    with asked_once(counted):
        assert forged.get(address).status_code == 404


def test_database_that_is_away_is_said_by_the_application(
    dora: Visitor, counted: Counted, engine: Engine, address: str
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE user_session RENAME TO user_session_away"))
    with asked_once(counted):
        assert dora.open(address).status == 503
