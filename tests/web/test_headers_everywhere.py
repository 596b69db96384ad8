"""What every answer says to browsers and caches, whatever it is and whoever asked for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from osac_share.app import create_app
from osac_share.kernel.db import transaction
from osac_share.settings import load_settings
from osac_share.web.headers import HSTS, STRICT
from tests.support.crawl import every_page
from tests.support.factories import PASSPHRASE, Words, make_report
from tests.support.pages import Visitor
from tests.support.routes import routes_of
from tests.support.tokens import make_api_token, make_feed_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

SECURE = "https://share.example.org"
SELF_DESCRIBING = {
    *("application/problem+json", "application/json", "application/pdf", "image/png"),
    *("application/jwk-set+json", "application/taxii+json", "application/stix+json"),
}
"""Types without a parameter for the encoding: JSON is UTF-8 (RFC 8259), the others are no text."""

TAKEN_ALONG = {"application/pdf", "text/csv"}
"""Types of files for people to keep; whatever opens one does so in a sandbox."""

STRANGE_ADDRESSES = (
    *("/nowhere", "/%00", "/reports/x/y/z", "//x", "/static/", "/static/nothing.css"),
    *("/static/vendor/site.css", "/static/js/site.js"),
)


@pytest.fixture
def answers(
    app: Flask, session: Session, cast: Cast, settings: Settings, signed_in: SignIn, at: datetime
) -> list[TestResponse]:
    """Return an answer of every route and every kind: pages, refusals, files, feeds, API."""
    with transaction(session):
        report, _ = make_report(
            session, cast.kenya, by=cast.actors["amara"], words=Words(marking="CLEAR")
        )
    _feed, feed = make_feed_token(session, cast.dora, settings, at=at)
    _program, program = make_api_token(session, cast.dora, settings, at=at)
    stranger, member = app.test_client(), signed_in(cast.amara).client
    found = [stranger.open(one.path, method=one.method) for one in routes_of(app)]
    found += [member.get(one.path) for one in routes_of(app) if one.is_safe]
    found += [stranger.get(path) for path in STRANGE_ADDRESSES]
    found += [member.get(f"/reports/{report.public_id}{rest}") for rest in ("", ".pdf", "/changes")]
    found += [stranger.get("/login", headers={"Host": "evil.example"}), stranger.put("/login")]
    found += [
        stranger.get("/feeds/reports.atom"),
        *(stranger.get(f"/feeds/private/{feed}.{form}") for form in ("atom", "rss", "json")),
    ]
    bearer = {"Authorization": f"Bearer {program}"}
    found += [stranger.get(f"/api/v1/{path}", headers=bearer) for path in ("me", "reports", "x")]
    for answer in found:
        # What is a file is read and closed here; its bytes stay with the answer.
        answer.get_data()
        answer.close()
    assert len(found) > 200
    return found


def test_every_answer_carries_the_strict_headers(answers: list[TestResponse]) -> None:
    weak = [
        (named(answer), name, answer.headers.get(name))
        for answer in answers
        for name, value in STRICT.items()
        if answer.headers.get(name, "") != value
        and not (answer.mimetype in TAKEN_ALONG and name == "Content-Security-Policy")
    ]
    assert weak == []
    papers = [answer for answer in answers if answer.mimetype in TAKEN_ALONG and answer.data]
    policies = [answer.headers["Content-Security-Policy"] for answer in papers]
    assert policies
    assert all(one.startswith("sandbox; default-src 'none'") for one in policies)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_no_answer_may_be_read_by_another_origin(app: Flask, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for route in routes_of(app):
        for method in (route.method, "OPTIONS"):
            answer = app.test_client().open(route.path, method=method, headers=asked)
            granted = [name for name, _ in answer.headers if name.startswith("Access-Control-")]
            assert (str(route), granted) == (str(route), [])


def test_every_body_says_its_type_and_encoding(answers: list[TestResponse]) -> None:
    silent = [
        (named(answer), answer.headers.get("Content-Type"))
        for answer in answers
        if answer.get_data()
        and answer.mimetype not in SELF_DESCRIBING
        and not re.search(r"; charset=utf-8$", answer.headers.get("Content-Type", ""))
    ]
    assert silent == []


def test_what_comes_as_a_page_is_one_and_nothing_else_is(answers: list[TestResponse]) -> None:
    kinds = {answer.mimetype for answer in answers if answer.get_data()}
    assert {"text/html", "application/json", "text/css", "application/atom+xml"} <= kinds
    for answer in answers:
        if body := answer.get_data():
            is_page = body.lstrip().lower().startswith((b"<!doctype html", b"<html"))
            assert (named(answer), is_page) == (named(answer), answer.mimetype == "text/html")


@pytest.mark.slow
def test_nothing_for_one_reader_is_kept_by_browsers(
    session: Session, cast: Cast, signed_in: SignIn
) -> None:
    with transaction(session):
        for marking in ("CLEAR", "GREEN", "AMBER"):
            words = Words(marking=marking)
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
    member = signed_in(cast.dora).client
    pages = dict(every_page(member))
    assert len(pages) > 30
    careless = {
        path: stored
        for path, page in pages.items()
        if page.is_html
        and (stored := page.response.headers["Cache-Control"]) != "private, no-store"
    }
    assert careless == {}


def test_callback_in_an_address_makes_no_script(
    app: Flask, session: Session, cast: Cast, settings: Settings, at: datetime
) -> None:
    _program, program = make_api_token(session, cast.dora, settings, at=at)
    bearer = {"Authorization": f"Bearer {program}"}
    for path, headers in (("/feeds/reports.json", {}), ("/api/v1/me", bearer), ("/api/x", {})):
        answer = app.test_client().get(f"{path}?callback=probe&jsonp=probe", headers=headers)
        assert "json" in (answer.mimetype or "")
        assert answer.get_data().startswith(b"{")


@pytest.fixture
def secure(environment: dict[str, str], engine: Engine) -> Flask:
    """Return the application of a site that is reached by HTTPS."""
    return create_app(load_settings(environment | {"OSAC_PUBLIC_URL": SECURE}), engine)


def test_secure_site_is_never_asked_for_in_the_clear_again(secure: Flask, app: Flask) -> None:
    browser = secure.test_client()
    for route in routes_of(secure):
        answer = browser.open(route.path, method=route.method, base_url=SECURE)
        assert (str(route), answer.headers["Strict-Transport-Security"]) == (str(route), HSTS)
    seconds = int(re.findall(r"max-age=(\d+)", HSTS)[0])
    assert seconds >= 365 * 24 * 3600
    assert "includeSubDomains" in HSTS
    assert "Strict-Transport-Security" not in app.test_client().get("/").headers


def test_every_cookie_of_a_secure_site_is_guarded_and_small(secure: Flask, cast: Cast) -> None:
    made = list(cookies(secure, cast.dora.email))
    assert {one.partition("=")[0] for one in made} == {"__Host-osac", "__Host-device"}
    for cookie in made:
        attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"secure", "httponly", "samesite=lax", "path=/"} <= attributes, cookie
        assert not any(one.startswith("domain") for one in attributes), cookie
        assert len(cookie.split(";")[0]) < 4096


def cookies(secure: Flask, email: str) -> Iterator[str]:
    """Yield every cookie that is set to somebody who signs in and goes everywhere."""
    client = secure.test_client()
    typed = Visitor(client)
    page = typed.client.get("/login", base_url=SECURE)
    yield from page.headers.getlist("Set-Cookie")
    form = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page.get_data(as_text=True))
    fields = {"csrf_token": form[0], "email": email, "password": PASSPHRASE}
    answer = client.post("/login", data=fields, base_url=SECURE, headers={"Referer": SECURE})
    assert answer.status_code == 303
    yield from answer.headers.getlist("Set-Cookie")
    for route in routes_of(secure):
        found = client.open(route.path, method=route.method, base_url=SECURE)
        yield from (one for one in found.headers.getlist("Set-Cookie") if "Max-Age=0" not in one)


def named(answer: TestResponse) -> str:
    return f"{answer.request.method} {answer.request.path} {answer.status_code}"
