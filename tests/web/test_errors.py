"""Failures become pages in plain words, whatever is away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.exceptions import TooManyRequests

from osac_share.app import create_app
from osac_share.kernel.db import open_engine
from osac_share.kernel.errors import RuleBroken
from osac_share.web.access import public
from osac_share.web.headers import STRICT
from tests.support.pages import Document

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from osac_share.settings import Settings
    from tests.support.cast import Cast, SignIn

pytestmark = pytest.mark.one_database


def broken(app: Flask, problem: Exception) -> Document:
    @public
    def fail() -> str:
        raise problem

    app.add_url_rule("/broken", "broken", fail)
    return Document(app.test_client().get("/broken"))


def test_absent_page_has_a_reference_and_all_headers(client: FlaskClient) -> None:
    page = Document(client.get("/nowhere"))
    assert page.status == 404
    assert page.texts("//code")[0] in page.text
    assert set(STRICT) <= set(page.response.headers.keys())
    assert page.response.headers["Cache-Control"] == "private, no-store"


def test_two_failures_have_different_references(client: FlaskClient) -> None:
    assert len({Document(client.get("/nowhere")).texts("//code")[0] for _ in range(20)}) == 20


def test_unexpected_failure_says_nothing_of_its_inside(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    page = broken(app, ZeroDivisionError("s3cr3t"))
    assert page.status == 500
    assert "s3cr3t" not in page.response.get_data(as_text=True)
    assert page.texts("//code")[0] in caplog.text


def test_broken_rule_says_how_to_mend_it(app: Flask) -> None:
    page = broken(app, RuleBroken("Add at least one country."))
    assert (page.status, "Add at least one country." in page.text) == (409, True)


def test_too_many_requests_says_when_to_come_back(app: Flask) -> None:
    page = broken(app, TooManyRequests(retry_after=30))
    assert (page.status, page.response.headers["Retry-After"]) == (429, "30")


def test_wrong_method_names_the_right_ones(client: FlaskClient) -> None:
    answer = client.get("/logout")
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)


@pytest.mark.parametrize("signed", [False, True])
def test_database_that_is_away_is_a_503_to_come_back_to(
    settings: Settings, tmp_path: Path, signed_in: SignIn, cast: Cast, *, signed: bool
) -> None:
    away = open_engine(f"postgresql://osac:s3cr3t@/osac?host={tmp_path}")
    client = create_app(settings, away).test_client()
    if signed:
        cookie = signed_in(cast.dora).client.get_cookie("osac")
        assert cookie is not None
        client.set_cookie("osac", cookie.value)
    for path in ("/", "/reports", "/subscriptions", "/readyz"):
        if path == "/subscriptions" and not signed:
            continue
        page = Document(client.get(path))
        assert (path, page.status) == (path, 503)
        assert page.response.headers["Retry-After"] == "5"
        assert "s3cr3t" not in page.response.get_data(as_text=True)
    assert client.get("/healthz").status_code == 200
    assert client.get("/nowhere").status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "share.example.org.evil.example", ""])
def test_host_that_is_not_ours_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.get_data(as_text=True)


def test_file_that_is_not_there_is_absent_with_all_headers(client: FlaskClient) -> None:
    answer = client.get("/static/nothing.css")
    assert answer.status_code == 404
    assert set(STRICT) <= set(answer.headers.keys())
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_file_may_be_kept_for_a_year_by_everybody(client: FlaskClient) -> None:
    with client.get("/static/img/mark.svg") as answer:
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]
        assert "Set-Cookie" not in answer.headers


def test_form_that_expired_keeps_nobody_guessing(client: FlaskClient) -> None:
    page = Document(client.post("/login", data={"email": "x", "csrf_token": "stale"}))
    assert (page.status, "expired" in page.text) == (400, True)


def test_form_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/login", data={"email": "x" * 2_000_000})
    assert answer.status_code == 413
