"""Browsers that an account knows, and the letter about one that it does not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Device
from osac_share.accounts.policy import browser_name
from osac_share.app import create_app
from osac_share.letters.models import Letter
from osac_share.settings import load_settings
from tests.support.factories import PASSPHRASE
from tests.support.letters import letters_to
from tests.support.pages import Document, Visitor

if TYPE_CHECKING:
    import time_machine
    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def sign_in_anew(visitor: Visitor, email: str) -> None:
    visitor.submit("/", to="/logout")
    assert visitor.sign_in(email, PASSPHRASE).status == 303


def test_first_sign_in_ever_is_no_news_and_one_elsewhere_is(
    app: Flask, signed_in: SignIn, cast: Cast, session: Session
) -> None:
    signed_in(cast.dora)
    assert letters_to(session, cast.dora.email) == []
    client = app.test_client()
    client.environ_base["HTTP_USER_AGENT"] = FIREFOX
    assert Visitor(client).sign_in(cast.dora.email, PASSPHRASE).status == 303
    session.rollback()
    letter = session.scalars(select(Letter)).one()
    assert (letter.purpose, letter.address) == ("new_device", cast.dora.email)
    assert letter.words["browser"] == "Firefox on Linux"
    assert letter.words["network"] == "127.0.0.1"


def test_browser_that_was_used_before_is_no_news(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    visitor = signed_in(cast.dora)
    sign_in_anew(visitor, cast.dora.email)
    assert letters_to(session, cast.dora.email) == []


def test_wrong_passphrase_elsewhere_is_no_sign_in(
    visitor: Visitor, signed_in: SignIn, cast: Cast, session: Session
) -> None:
    signed_in(cast.dora)
    assert visitor.sign_in(cast.dora.email, "not the passphrase").status == 422
    assert letters_to(session, cast.dora.email) == []
    assert visitor.client.get_cookie("device") is None


def test_browser_that_two_people_share_is_known_to_both(
    signed_in: SignIn, cast: Cast, session: Session
) -> None:
    visitor = signed_in(cast.dora)
    for person in (cast.ben, cast.dora, cast.ben):
        sign_in_anew(visitor, person.email)
    assert letters_to(session, cast.dora.email) == letters_to(session, cast.ben.email) == []
    digests = [device.token_digest for device in session.scalars(select(Device))]
    assert len(digests) == 2
    assert len(set(digests)) == 1


def test_browser_is_forgotten_after_half_a_year(
    signed_in: SignIn, cast: Cast, session: Session, clock: time_machine.Traveller
) -> None:
    visitor = signed_in(cast.dora)
    cookie = visitor.client.get_cookie("device")
    assert cookie is not None
    clock.shift(timedelta(days=181))
    visitor.client.set_cookie("device", cookie.value)
    assert visitor.sign_in(cast.dora.email, PASSPHRASE).status == 303
    assert letters_to(session, cast.dora.email) == ["new_device"]


def test_cookie_that_we_did_not_make_is_replaced(
    visitor: Visitor, cast: Cast, session: Session
) -> None:
    visitor.client.set_cookie("device", "chosen by somebody else")
    visitor.sign_in(cast.dora.email, PASSPHRASE)
    cookie = visitor.client.get_cookie("device")
    assert cookie is not None
    assert len(cookie.value) > 40
    assert cookie.value not in str([vars(one) for one in session.scalars(select(Device))])


@pytest.mark.one_database
def test_cookie_is_out_of_reach_of_scripts_and_of_other_sites(
    environment: dict[str, str], engine: Engine, cast: Cast
) -> None:
    site = "https://share.example.org"
    settings = load_settings(environment | {"OSAC_PUBLIC_URL": site})
    client = create_app(settings, engine).test_client()
    page = Document(client.get("/login", base_url=site))
    typed = page.form_to("/login") | {"email": [cast.dora.email], "password": [PASSPHRASE]}
    answer = client.post("/login", data=typed, base_url=site)
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if "device" in one]
    assert cookie.startswith("__Host-device=")
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=15552000"):
        assert attribute in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Edg/120",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17 like Mac OS X) Version/17 Mobile Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile Safari/537.36", "Chrome on Android"),
        ("curl/8.0", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_browser_is_called_what_people_call_it(said: str, name: str) -> None:
    assert browser_name(said) == name
