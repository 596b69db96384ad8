"""Sessions: begun, used, ended, outlived, and never anybody else's."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from osac_share.accounts.login import TOUCH_AFTER
from osac_share.accounts.models import Person, UserSession
from osac_share.app import create_app
from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.ids import digest
from tests.support.factories import PASSPHRASE
from tests.support.pages import Document, Visitor

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from time_machine import Traveller

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.usefixtures("clock")

FOR_MEMBERS = "/subscriptions"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)


def is_in(visitor: Visitor) -> bool:
    answer = visitor.open(FOR_MEMBERS)
    assert answer.status in {200, 303}
    return answer.status == 200


def sessions(session: Session) -> list[UserSession]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(UserSession).order_by(UserSession.id)))


def acts(session: Session) -> list[str]:
    return list(
        session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "person"))
    )


def cookie_of(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie("osac")
    assert cookie is not None
    return cookie.value


def test_member_signs_in_and_out(signed_in: SignIn, cast: Cast, session: Session) -> None:
    dora = signed_in(cast.dora)
    assert is_in(dora)
    front = dora.open("/")
    assert "Dora Member" in " ".join(front.texts("//header"))
    assert dora.submit("/", to="/logout").response.location == "/"
    assert not is_in(dora)
    assert acts(session) == ["session.begin", "session.end"]


def test_stranger_is_led_to_the_login_and_back(visitor: Visitor, cast: Cast) -> None:
    turned_away = visitor.open("/subscriptions?more=1")
    assert turned_away.status == 303
    address = turned_away.response.location
    answer = visitor.submit(address, to="/login", email=cast.dora.email, password=PASSPHRASE)
    assert (answer.status, answer.response.location) == (303, "/subscriptions?more=1")


def test_address_is_found_in_any_spelling(visitor: Visitor, cast: Cast) -> None:
    assert visitor.sign_in("  DORA@Example.ORG ", PASSPHRASE).status == 303


def test_cookie_holds_a_secret_of_which_only_the_digest_is_kept(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    with (visitor := signed_in(cast.dora)).client.session_transaction() as cookie:
        secret = cookie["_user_id"]
    (row,) = sessions(session)
    assert row.token_digest == digest(secret)
    assert secret not in row.token_digest
    assert is_in(visitor)


def test_cookie_is_out_of_reach_of_scripts_and_of_other_sites(visitor: Visitor, cast: Cast) -> None:
    cookies = visitor.sign_in(cast.dora.email, PASSPHRASE).response.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in one and "SameSite=Lax" in one for one in cookies)
    (of_session,) = (one for one in cookies if one.startswith("osac="))
    assert "Expires" not in of_session


@pytest.mark.one_database
def test_cookie_of_a_secure_site_stays_on_it(
    environment: dict[str, str], engine: Engine, cast: Cast
) -> None:
    from osac_share.settings import load_settings  # noqa: PLC0415

    app = create_app(load_settings(environment | {"OSAC_PUBLIC_URL": "https://share.example.org"}))
    client = app.test_client()
    header = client.get("/login", base_url="https://share.example.org").headers["Set-Cookie"]
    assert header.startswith("__Host-osac=")
    assert "Secure" in header
    assert "Path=/" in header
    assert "Domain" not in header


def test_sign_in_changes_the_cookie_and_forgets_what_was_in_it(
    visitor: Visitor, cast: Cast
) -> None:
    visitor.open("/login")
    with visitor.client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
    before = cookie_of(visitor)
    visitor.sign_in(cast.dora.email, PASSPHRASE)
    assert cookie_of(visitor) != before
    with visitor.client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_cookie_from_before_signing_in_does_not_become_a_session(
    visitor: Visitor, app: Flask, cast: Cast
) -> None:
    visitor.open("/login")
    planted = cookie_of(visitor)
    visitor.sign_in(cast.dora.email, PASSPHRASE)
    thief = Visitor(app.test_client())
    thief.client.set_cookie("osac", planted)
    assert not is_in(thief)


def test_signing_in_again_ends_the_session_before(
    signed_in: SignIn, cast: Cast, session: Session, app: Flask
) -> None:
    visitor = signed_in(cast.dora)
    kept = Visitor(app.test_client())
    kept.client.set_cookie("osac", cookie_of(visitor))
    assert is_in(kept)
    visitor.sign_in(cast.dora.email, PASSPHRASE)
    assert [row.ended_at is None for row in sessions(session)] == [False, True]
    assert not is_in(kept)
    assert is_in(visitor)


def test_cookie_kept_from_before_signing_out_opens_nothing(
    signed_in: SignIn, cast: Cast, app: Flask
) -> None:
    dora = signed_in(cast.dora)
    kept = cookie_of(dora)
    dora.submit("/", to="/logout")
    thief = Visitor(app.test_client())
    thief.client.set_cookie("osac", kept)
    assert not is_in(thief)


def test_revoked_session_is_dead_on_the_next_request_on_every_node(
    signed_in: SignIn, cast: Cast, session: Session, settings: Settings, engine: Engine
) -> None:
    here = signed_in(cast.dora)
    elsewhere = Visitor(create_app(settings, engine).test_client())
    elsewhere.client.set_cookie("osac", cookie_of(here))
    assert is_in(here)
    assert is_in(elsewhere)
    with transaction(session):
        session.execute(update(UserSession).values(ended_at=cast.dora.created_at))
    assert not is_in(elsewhere)
    assert not is_in(here)


def test_suspended_person_is_out_on_the_next_request(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    dora = signed_in(cast.dora)
    assert is_in(dora)
    with transaction(session):
        session.execute(update(Person).values(suspended_at=cast.dora.created_at))
    assert not is_in(dora)


def test_suspended_person_is_told_what_everybody_is_told(visitor: Visitor, cast: Cast) -> None:
    right = visitor.sign_in(cast.sven.email, PASSPHRASE)
    assert right.status == 422
    assert not is_in(visitor)


def test_session_ends_when_it_is_idle_for_too_long(
    signed_in: SignIn, cast: Cast, clock: Traveller
) -> None:
    dora = signed_in(cast.dora)
    clock.shift(IDLE - timedelta(seconds=1))
    assert is_in(dora)
    clock.shift(IDLE - timedelta(seconds=1))
    assert is_in(dora)
    clock.shift(IDLE)
    assert not is_in(dora)


def test_session_ends_at_its_longest_age_however_busy(
    signed_in: SignIn, cast: Cast, clock: Traveller
) -> None:
    dora = signed_in(cast.dora)
    for _ in range(int(LONGEST / timedelta(minutes=20)) - 1):
        clock.shift(timedelta(minutes=20))
        assert is_in(dora)
    clock.shift(timedelta(minutes=20))
    assert not is_in(dora)


def test_use_of_a_session_is_noted_once_a_minute(
    signed_in: SignIn, cast: Cast, clock: Traveller, session: Session
) -> None:
    dora = signed_in(cast.dora)
    (begun,) = [row.seen_at for row in sessions(session)]
    clock.shift(TOUCH_AFTER)
    assert is_in(dora)
    assert [row.seen_at for row in sessions(session)] == [begun]
    clock.shift(timedelta(seconds=1))
    assert is_in(dora)
    assert [row.seen_at - begun for row in sessions(session)] == [
        TOUCH_AFTER + timedelta(seconds=1)
    ]


@pytest.mark.parametrize("value", ["", "x", "eyJfdXNlcl9pZCI6IjEifQ.x.y", "." * 4000])
def test_cookie_that_is_not_ours_is_a_stranger(app: Flask, cast: Cast, value: str) -> None:
    visitor = Visitor(app.test_client())
    visitor.client.set_cookie("osac", value)
    assert not is_in(visitor)
    assert Document(visitor.client.get("/")).status == 200
