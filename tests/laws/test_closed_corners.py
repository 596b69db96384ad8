"""What an attacker asks for first is not there: other methods, inner pages, folders, debuggers."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from osac_share.app import create_app
from osac_share.settings import load_settings
from tests.support.routes import routes_of
from tests.support.sources import ROOT, place, tracked_files

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine

pytestmark = pytest.mark.one_database

PRIVATE_KEY = "-----BEGIN " + "PRIVATE KEY-----"
METHODS = ("TRACE", "TRACK", "CONNECT", "PUT", "PATCH", "DELETE", "PROPFIND", "DEBUG", "X")
NOT_THERE = (
    *("/.git/config", "/.git/HEAD", "/.svn/entries", "/.hg/store", "/.env", "/.htaccess"),
    *("/osac_share/app.py", "/pyproject.toml", "/config/default.toml", "/var/secret.key"),
    *("/secret.key", "/osac.db", "/templates/base.html", "/static/../secret.key"),
    *("/static/%2e%2e/pyproject.toml", "/static/..%2f..%2fetc/passwd", "/static//etc/passwd"),
    *("/metrics", "/server-status", "/debug", "/console", "/actuator/env", "/phpinfo.php"),
    *("/api/docs", "/openapi.json", "/swagger.json", "/graphql", "/__debugger__"),
)
FOLDERS = ("/static", "/static/", "/static/css/", "/static/vendor/", "/static/js", "/attachments/")


@pytest.mark.parametrize("method", METHODS)
def test_method_that_no_view_takes_is_refused_everywhere(
    app: Flask, client: FlaskClient, method: str
) -> None:
    routes = routes_of(app)
    taken = {route.path for route in routes if route.method == method}
    for route in routes:
        if route.path in taken:
            continue
        answer = client.open(route.path, method=method, headers={"X-Probe": "told back"})
        assert (str(route), answer.status_code) == (str(route), 405)
        assert "told back" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("path", NOT_THERE)
def test_nothing_inner_is_served(client: FlaskClient, path: str) -> None:
    assert client.get(path, follow_redirects=True).status_code in {401, 404}


@pytest.mark.parametrize("path", FOLDERS)
def test_no_folder_is_listed(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "forms.css" not in answer.get_data(as_text=True)


def test_no_environment_brings_a_debugger(
    environment: dict[str, str], engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FLASK_DEBUG", "FLASK_TESTING", "FLASK_PROPAGATE_EXCEPTIONS", "DEBUG"):
        monkeypatch.setenv(name, "1")
    app = create_app(load_settings(environment), engine)
    app.before_request_funcs[None] = [fail]
    answer = app.test_client().get("/?__debugger__=yes&cmd=resource&f=debugger.js")
    assert answer.status_code == 500
    for inner in ("s3cr3t", "Traceback", "ZeroDivisionError", "debugger", "osac_share/"):
        assert inner not in answer.get_data(as_text=True)
    assert not app.debug
    assert not app.testing


def fail() -> None:
    raise ZeroDivisionError("s3cr3t")


def test_no_answer_names_a_part_and_its_version(app: Flask, client: FlaskClient) -> None:
    telling = {"server", "x-powered-by", "x-aspnet-version", "x-generator", "via", "x-runtime"}
    for path in ("/", "/nowhere", "/login", "/feeds/reports.atom", "/api/v1/me"):
        answer = client.get(path)
        assert not telling & {name.lower() for name in answer.headers.keys()}  # noqa: SIM118
        assert b"Werkzeug" not in answer.get_data()


def test_default_settings_hold_no_credential() -> None:
    values = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))
    assert values["secret"]["key"] == ""
    written = [str(value) for section in values.values() for value in section.values()]
    assert len(written) > 20
    assert not [value for value in written if urlsplit(value).username or urlsplit(value).password]
    files = [file for file in tracked_files() if file.suffix in {".toml", ".md", ".py", ".cfg"}]
    assert not [place(file) for file in files if PRIVATE_KEY in file.read_text(encoding="utf-8")]
