"""The description says what is served, no more and no less; people can read and try it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from osac_share.api.documents.problems import KINDS
from osac_share.tokens.policy import SCOPES
from osac_share.web.access import scope_of
from tests.support.routes import routes_of

if TYPE_CHECKING:
    from typing import Any

    from flask import Flask
    from flask.testing import FlaskClient

    from tests.support.pages import Visitor

    Json = dict[str, Any]

pytestmark = pytest.mark.one_database

UNDESCRIBED = {"api.docs", "api.nothing", "api.openapi"}


@pytest.fixture
def description(client: FlaskClient) -> Json:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    told: Json = answer.json or {}
    return told


def test_the_description_is_valid_openapi(description: Json) -> None:
    assert description["openapi"] == "3.1.0"
    validate(description, cls=OpenAPIV31SpecValidator)


def test_every_route_is_described_with_its_scope_and_nothing_else_is(
    app: Flask, description: Json
) -> None:
    served = {
        (route.method, route.rule.replace("<int:", "<").replace("<", "{").replace(">", "}")): (
            scope_of(app.view_functions[route.endpoint])
        )
        for route in routes_of(app)
        if route.endpoint.startswith("api.") and route.endpoint not in UNDESCRIBED
    }
    described = {
        (method.upper(), path): next(iter([*one["security"][0]["token"], ""]))
        for path, methods in description["paths"].items()
        for method, one in methods.items()
    }
    assert described == served
    assert set(described.values()) == {*SCOPES, ""}


def test_the_description_is_kept_until_it_changes(client: FlaskClient) -> None:
    first = client.get("/api/v1/openapi.json")
    again = client.get("/api/v1/openapi.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_people_read_every_operation_shape_and_problem_without_a_script(
    visitor: Visitor, description: Json
) -> None:
    page = visitor.open("/api")
    assert page.status == 200
    headings = set(page.texts("//h3"))
    for path, methods in description["paths"].items():
        assert {f"{method.upper()} {path}" for method in methods} <= headings
    assert set(description["components"]["schemas"]) <= headings
    anchors = [str(one) for one in page.root.xpath("//@id")]
    assert len(set(anchors)) == len(anchors)
    assert set(KINDS) <= set(anchors)
    inner = [str(link)[1:] for link in page.root.xpath("//main//a/@href") if str(link)[0] == "#"]
    assert set(inner) <= set(anchors)
    # What only works with a script is not there without one.
    assert all("hidden" in form.attrib for form in page.root.xpath("//main//form"))


def test_the_description_gives_away_nothing_inner(description: Json) -> None:
    text = json.dumps(description)
    for inner in ("osac_share", "lock", "edition_id", "report_id", "sqlalchemy"):
        assert inner not in text
