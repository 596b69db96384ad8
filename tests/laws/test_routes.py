"""Every route is closed unless it stands here, says who may come, and is safe from forgery."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.api.views import OPERATIONS
from osac_share.tokens.policy import READ_REPORTS
from osac_share.web.access import is_public, rule_of, scope_of
from tests.support.routes import Route, routes_of
from tests.support.tokens import basic, make_api_token, make_feed_token

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.one_database

OPEN_TO_STRANGERS = {
    "accounts.choose",
    "accounts.confirm_address",
    "accounts.enroll",
    "accounts.enroll_passkey",
    "accounts.invitation",
    "accounts.login",
    "accounts.new_address",
    "accounts.passkey",
    "accounts.proposed_picture",
    "accounts.reset",
    "accounts.second_factor",
    "accounts.second_factor_passkey",
    "accounts.sso",
    "accounts.sso_back",
    "api.docs",
    "api.openapi",
    "calendars.about",
    "calendars.report",
    "calendars.reports",
    "cap.certificates",
    "cap.check",
    "cap.edition",
    "cap.index",
    "cap.keys",
    "cap.newest",
    "cap.verify",
    "channels.push_script",
    "delivery.acknowledge_mail",
    "delivery.one_click",
    "delivery.receipt",
    "delivery.unsubscribe",
    "feeds.about",
    "feeds.archive",
    "feeds.archive_of_reports",
    "feeds.index",
    "feeds.register",
    "feeds.reports",
    "feeds.search",
    "home.council",
    "home.councils",
    "home.countries",
    "home.country",
    "home.front",
    "home.topic",
    "home.topics",
    "membership.answer",
    "membership.application_status",
    "membership.apply",
    "membership.hand_in",
    "membership.sent",
    "membership.verify_address",
    "membership.withdraw",
    "reports.changes",
    "reports.attachment",
    "reports.edition",
    "reports.edition_pdf",
    "reports.index",
    "reports.pdf",
    "reports.show",
    "search.search",
    "tokens.found",
    "web.healthz",
    "web.readyz",
    "web.security_txt",
}
"""Strangers get what is marked public; the rule of sight decides what that is."""

WITHOUT_FORGERY_TOKEN = {"delivery.one_click"}
"""RFC 8058: a mail program presses this button, so the signed token in its address must do."""


OPEN_TO_TOKENS = {
    **{f"api.{one.name}": one.scope or "reports:read" for one in OPERATIONS},
    "api.nothing": "reports:read",
    "calendars.private": "feed",
    "feeds.private": "feed",
    "feeds.private_archive": "feed",
    "taxii.add": "reports:read",
    "taxii.api_root": "reports:read",
    "taxii.collection": "reports:read",
    "taxii.collections": "reports:read",
    "taxii.discovery": "reports:read",
    "taxii.manifest": "reports:read",
    "taxii.nothing": "reports:read",
    "taxii.objects": "reports:read",
    "taxii.one_object": "reports:read",
    "taxii.remove": "reports:read",
    "taxii.status": "reports:read",
    "taxii.versions": "reports:read",
}
"""What programs come to, by a token alone; and what the one must be for that opens it."""

BY_STANDARD = {"taxii.add", "taxii.remove"}
"""TAXII has addresses to write to; here they say that nothing is taken."""


@pytest.fixture
def routes(app: Flask) -> list[Route]:
    return routes_of(app)


def test_only_the_listed_views_are_open_to_strangers(app: Flask) -> None:
    views = {name: view for name, view in app.view_functions.items() if name != "static"}
    assert {name for name, view in views.items() if is_public(view)} == OPEN_TO_STRANGERS


def test_every_view_says_who_may_come(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if not rule_of(view)]
    assert silent == ["static"]


def test_stranger_is_sent_from_every_closed_page_to_the_login(
    client: FlaskClient, routes: list[Route]
) -> None:
    closed = [route for route in routes if route.is_safe and not is_open(route)]
    assert closed
    for route in closed:
        answer = client.open(route.path, method=route.method)
        assert (str(route), answer.status_code) == (str(route), 303)
        assert answer.location.startswith("/login?next=")


def test_stranger_with_a_valid_form_token_changes_nothing(
    visitor: Visitor, routes: list[Route]
) -> None:
    token = visitor.open("/login").form_to("/login")["csrf_token"]
    closed = [route for route in routes if not route.is_safe and not is_open(route)]
    assert closed
    for route in closed:
        answer = visitor.client.open(route.path, method=route.method, data={"csrf_token": token})
        assert (str(route), answer.status_code) == (str(route), 401)


def test_only_the_listed_views_take_tokens_and_a_token_to_read_only_reads(
    app: Flask, routes: list[Route]
) -> None:
    taking = {name for name, view in app.view_functions.items() if scope_of(view) is not None}
    assert taking == set(OPEN_TO_TOKENS)
    writing = {route.endpoint for route in routes if not route.is_safe}
    to_read = {name for name in taking if scope_of(app.view_functions[name]) == READ_REPORTS}
    assert not writing & to_read - BY_STANDARD


@pytest.mark.usefixtures("clock")
def test_what_takes_tokens_is_closed_to_everybody_without_one(
    app: Flask,
    signed_in: SignIn,
    session: Session,
    cast: Cast,
    settings: Settings,
    at: datetime,
    routes: list[Route],
) -> None:
    _feed, feed = make_feed_token(session, cast.dora, settings, at=at)
    _program, program = make_api_token(session, cast.dora, settings, at=at)
    open_to_programs = [route for route in routes if route.endpoint in OPEN_TO_TOKENS]
    assert {route.endpoint for route in open_to_programs} == set(OPEN_TO_TOKENS)
    member = signed_in(cast.amara).client
    for route in open_to_programs:
        other = program if OPEN_TO_TOKENS[route.endpoint] == "feed" else feed
        for headers in (
            {},
            {"Authorization": basic(other)},
            {"Authorization": f"Bearer {other}"},
            {"Authorization": "Bearer osaca_" + "0" * 36},
        ):
            for client in (app.test_client(), member):
                answer = client.open(route.path, method=route.method, headers=headers)
                assert (str(route), answer.status_code) == (str(route), 401)
                assert "WWW-Authenticate" in answer.headers


def test_nothing_is_changed_without_a_form_token(client: FlaskClient, routes: list[Route]) -> None:
    unsafe = [route for route in routes if not route.is_safe]
    assert {route.endpoint for route in unsafe} >= WITHOUT_FORGERY_TOKEN
    for route in unsafe:
        if route.endpoint in WITHOUT_FORGERY_TOKEN or route.endpoint in OPEN_TO_TOKENS:
            # No foreign page can make a browser show a token in a header.
            continue
        answer = client.open(route.path, method=route.method)
        assert (str(route), answer.status_code) == (str(route), 400)
        assert "expired" in answer.get_data(as_text=True)


def test_browsers_are_spoken_to_by_get_and_post_alone(routes: list[Route]) -> None:
    to_browsers = {route.method for route in routes if route.endpoint not in OPEN_TO_TOKENS}
    assert to_browsers == {"GET", "POST"}
    assert {route.method for route in routes} == {"GET", "POST", "PUT", "DELETE"}


def is_open(route: Route) -> bool:
    """Tell whether the gate for people is not asked about a route."""
    return route.endpoint in OPEN_TO_STRANGERS or route.endpoint in OPEN_TO_TOKENS
