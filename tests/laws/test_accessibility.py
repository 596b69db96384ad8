"""Every kind of page passes the accessibility engine and fits a narrow screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from osac_share.demo.documents import cast
from tests.support.browser import BY_LOOKS, RULES
from tests.support.crawl import every_page, view_of
from tests.support.world import PASSPHRASE

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Page

    from tests.support.browser import Axe
    from tests.support.pages import Visitor

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
CHAIR = next(person.email for person in cast().people if person.role == "chair")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "theme", "rules"), [(320, "light", RULES), (1280, "dark", BY_LOOKS)]
)
def test_every_kind_of_page_is_accessible(
    app: Flask,
    residents: dict[str, Visitor],
    page: Page,
    axe: Axe,
    width: int,
    theme: Literal["light", "dark"],
    rules: list[str],
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    problems = look(page, axe, rules, one_of_each_kind(app, app.test_client()))
    sign_in(page, CHAIR)
    problems += look(page, axe, rules, one_of_each_kind(app, residents[CHAIR].client))
    assert not problems, "\n".join(problems)


def look(page: Page, axe: Axe, rules: list[str], paths: list[str]) -> list[str]:
    problems = []
    for path in paths:
        page.goto(path)
        problems += [f"{path}: {violation}" for violation in axe.violations(rules)]
        if not page.evaluate(FITS):
            problems.append(f"{path}: wider than the screen")
    return problems


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSPHRASE)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def one_of_each_kind(app: Flask, client: FlaskClient) -> list[str]:
    """Return the path of one page for each view, and of an error."""
    paths = {"error": "/nothing-here"}
    for path, document in every_page(client):
        if document.is_html and document.status == 200:
            paths.setdefault(view_of(app, path), path)
    return list(paths.values())
