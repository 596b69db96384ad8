"""The guard of attempts: no method, spelling, format, clock or race gets around it (ASVS 6.3.1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from osac_share.accounts.actions import attempts
from osac_share.accounts.policy import FACTOR, LINK, RESET, SIGN_IN
from osac_share.accounts.policy.attempts import LIMITS
from osac_share.kernel.db import session_factory, transaction
from osac_share.kernel.errors import TooMany
from tests.support.factories import PASSPHRASE
from tests.support.pages import Document, Visitor

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import time_machine
    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast

WRONG = "not the passphrase at all"
HERE, ELSEWHERE = "203.0.113.9", "198.51.100.7"
FIVE_MINUTES = timedelta(minutes=5)


def visitor_at(app: Flask, network: str) -> Visitor:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = network
    return Visitor(client)


def fail_often(visitor: Visitor, email: str, times: int = 10) -> None:
    """Type a wrong passphrase so often that there is no room for another."""
    token = visitor.open("/login").form_to("/login")["csrf_token"]
    for _ in range(times):
        answer = visitor.client.post(
            "/login", data={"csrf_token": token, "email": email, "password": WRONG}
        )
        assert answer.status_code == 422


@pytest.mark.usefixtures("clock")
def test_eleventh_wrong_try_waits_and_the_owner_gets_in_from_elsewhere(
    app: Flask, cast: Cast
) -> None:
    attacker = visitor_at(app, HERE)
    fail_often(attacker, cast.dora.email)
    refused = attacker.sign_in(cast.dora.email, PASSPHRASE)
    assert refused.status == 429
    assert refused.response.headers["Retry-After"] == "300"
    assert "Try again in 5 minutes" in refused.text
    assert visitor_at(app, ELSEWHERE).sign_in(cast.dora.email, PASSPHRASE).status == 303


def test_waiting_is_over_when_the_time_is(
    app: Flask, cast: Cast, clock: time_machine.Traveller
) -> None:
    visitor = visitor_at(app, HERE)
    fail_often(visitor, cast.dora.email)
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 429
    clock.shift(FIVE_MINUTES)
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 303


@pytest.mark.usefixtures("clock")
@pytest.mark.one_database
def test_misp_cve_2018_12649_and_2020_8892_no_other_method_gets_around_it(
    app: Flask, cast: Cast
) -> None:
    visitor = visitor_at(app, HERE)
    token = visitor.open("/login").form_to("/login")["csrf_token"]
    pair = {"csrf_token": token, "email": cast.dora.email, "password": PASSPHRASE}
    for method in ("PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        answer = visitor.client.open("/login", method=method, data=pair)
        assert visitor.open("/account").status == 303, method
        assert answer.status_code in {200, 405}
    fail_often(visitor, cast.dora.email)
    for method in ("POST", "PUT", "PATCH"):
        answer = visitor.client.open(
            "/login", method=method, data=pair, headers={"X-HTTP-Method-Override": "PUT"}
        )
        assert answer.status_code in {429, 405}
        assert visitor.open("/account").status == 303, method


@pytest.mark.usefixtures("clock")
@pytest.mark.one_database
@pytest.mark.parametrize("accept", ["text/html", "application/json", "*/*", "text/csv"])
@pytest.mark.parametrize("as_json", [False, True])
def test_no_format_gets_around_it(app: Flask, cast: Cast, *, accept: str, as_json: bool) -> None:
    visitor = visitor_at(app, HERE)
    fail_often(visitor, cast.dora.email)
    token = visitor.open("/login").form_to("/login")["csrf_token"][0]
    pair = {"csrf_token": token, "email": cast.dora.email, "password": PASSPHRASE}
    sent = {"json": pair} if as_json else {"data": pair}
    headers = {"Accept": accept, "X-CSRFToken": token}
    answer = visitor.client.post("/login", headers=headers, **sent)
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_misp_cve_2020_8891_spellings_of_an_address_are_counted_together(
    tries: Callable[..., bool],
) -> None:
    spellings = [
        "dora@example.org",
        "Dora@Example.ORG",
        " dora@example.org",
        "dora@example.org\t",
        "\uff44\uff4f\uff52\uff41@example.org",
    ]
    for number in range(10):
        assert tries(account=spellings[number % 5], network=f"198.51.{number}.1")
    for number in range(90):
        assert tries(account=spellings[number % 5], network=f"203.0.{number}.1")
    assert not any(tries(account=spelling, network="192.0.2.1") for spelling in spellings)
    assert tries(account="ben@example.org", network="192.0.2.1")


def test_misp_cve_2020_8890_a_node_whose_clock_is_wrong_opens_nothing(
    tries: Callable[..., bool],
) -> None:
    for _ in range(10):
        assert tries(after=timedelta(hours=1))
    assert not tries(after=timedelta(hours=1))
    assert not tries()
    behind = [tries(after=timedelta(hours=-1), network=ELSEWHERE) for _ in range(12)]
    assert behind == [True] * 10 + [False] * 2


def test_nodes_that_are_tried_at_the_same_moment_cannot_both_have_the_last_try(
    engine: Engine, at: datetime
) -> None:
    maker, together = session_factory(engine), Barrier(8)

    def try_some(_number: int) -> int:
        together.wait()
        room = 0
        for _ in range(3):
            try:
                with maker() as session, transaction(session):
                    attempts.require_room(
                        session, SIGN_IN, account="dora@example.org", network=HERE, at=at
                    )
                room += 1
            except TooMany:
                pass
        return room

    with ThreadPoolExecutor(8) as nodes:
        assert sum(nodes.map(try_some, range(8))) == LIMITS[SIGN_IN].pair.number


def test_right_tries_are_not_counted(app: Flask, cast: Cast) -> None:
    visitor = visitor_at(app, HERE)
    for _ in range(12):
        assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 303


@pytest.mark.usefixtures("clock")
def test_known_browser_gets_in_however_often_others_try_next_to_it(
    app: Flask, cast: Cast, session: Session, at: datetime
) -> None:
    owner = visitor_at(app, HERE)
    assert owner.sign_in(cast.dora.email, PASSPHRASE).status == 303
    owner.submit("/", to="/logout")
    with transaction(session):
        for number in range(110):
            network = HERE if number < 10 else f"10.0.{number}.1"
            try:
                attempts.require_room(
                    session, SIGN_IN, account=cast.dora.email, network=network, at=at
                )
            except TooMany:
                break
    assert visitor_at(app, "192.0.2.99").sign_in(cast.dora.email, PASSPHRASE).status == 429
    assert owner.sign_in(cast.dora.email, PASSPHRASE).status == 303


@pytest.mark.usefixtures("clock")
def test_known_browser_has_ten_tries_itself(app: Flask, cast: Cast) -> None:
    owner = visitor_at(app, HERE)
    owner.sign_in(cast.dora.email, PASSPHRASE)
    owner.submit("/", to="/logout")
    fail_often(owner, cast.dora.email)
    assert owner.sign_in(cast.dora.email, PASSPHRASE).status == 429


def test_browser_that_one_person_is_known_in_is_not_known_for_another(
    app: Flask, cast: Cast
) -> None:
    visitor = visitor_at(app, HERE)
    visitor.sign_in(cast.ben.email, PASSPHRASE)
    visitor.submit("/", to="/logout")
    fail_often(visitor, cast.dora.email)
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 429


def test_network_is_counted_whatever_the_account(tries: Callable[..., bool]) -> None:
    assert all(tries(account=f"person{number}@example.org") for number in range(10))
    assert not tries(account="another@example.org")
    assert tries(account="another@example.org", network=ELSEWHERE)


def test_all_of_an_ipv6_household_is_one_network(tries: Callable[..., bool]) -> None:
    for number in range(10):
        assert tries(account=f"p{number}@example.org", network=f"2001:db8:1:2:{number + 1:x}::1")
    assert not tries(account="another@example.org", network="2001:db8:1:2:ffff:ffff::9")
    assert tries(account="another@example.org", network="2001:db8:1:3::1")


@pytest.mark.one_database
def test_all_tries_together_are_limited(
    tries: Callable[..., bool], session: Session, at: datetime
) -> None:
    with transaction(session):
        for number in range(1000):
            attempts.require_room(
                session,
                SIGN_IN,
                account=f"p{number}@example.org",
                network=f"10.{number // 250}.{number % 250}.1",
                at=at,
            )
    assert not tries(account="another@example.org", network=ELSEWHERE)
    assert tries(account="a@example.org", network=ELSEWHERE, after=FIVE_MINUTES)


def test_codes_are_limited_more_and_links_by_network_alone(tries: Callable[..., bool]) -> None:
    assert [tries(FACTOR) for _ in range(6)] == [True] * 5 + [False]
    assert [tries(LINK, account="") for _ in range(31)] == [True] * 30 + [False]


@pytest.mark.usefixtures("clock")
def test_address_is_written_to_five_times_a_day_whoever_asks(
    app: Flask, cast: Cast, clock: time_machine.Traveller
) -> None:
    def ask(number: int, email: str) -> Document:
        return visitor_at(app, f"198.51.100.{number}").submit("/reset", email=email)

    for email in (cast.dora.email, "nobody@example.org"):
        answers = [ask(number, email).status for number in range(6)]
        assert answers == [303] * 5 + [429]
    clock.shift(timedelta(days=1))
    assert ask(1, cast.dora.email).status == 303


def test_scopes_are_counted_apart(tries: Callable[..., bool]) -> None:
    assert [tries(RESET) for _ in range(6)] == [True] * 5 + [False]
    assert tries(SIGN_IN)


def test_nobody_gets_in_while_tries_cannot_be_counted(
    app: Flask, cast: Cast, session: Session
) -> None:
    visitor = visitor_at(app, HERE)
    with transaction(session):
        session.execute(text("ALTER TABLE attempt RENAME TO attempt_gone"))
    answer = visitor.sign_in(cast.dora.email, PASSPHRASE)
    assert answer.status in {500, 503}
    assert visitor.open("/account").status == 303
