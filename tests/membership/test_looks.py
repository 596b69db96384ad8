"""The pages of membership pass the accessibility engine and fit a narrow screen."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Literal

import pytest

from osac_share.demo.documents import cast
from tests.support.browser import BY_LOOKS, RULES
from tests.support.crawl import links_of, view_of
from tests.support.world import PASSPHRASE

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Page

    from tests.support.browser import Axe
    from tests.support.pages import Visitor

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
STARTS = {
    "point of contact": ("/organization",),
    "program admin": ("/admin/applications", "/admin/organizations"),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("width", "theme", "rules"), [(320, "light", RULES), (1280, "dark", BY_LOOKS)]
)
def test_pages_of_contacts_and_administrators_are_accessible(
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
    problems = look(page, axe, rules, ["/apply", "/apply/sent"])
    for role, starts in STARTS.items():
        person = next(one for one in cast().people if one.role == role)
        paths = pages_of_membership(app, residents[person.email], starts)
        assert len(paths) >= 4
        page.context.clear_cookies()
        page.goto("/login")
        page.locator("[name=email]").fill(person.email)
        page.locator("[name=password]").fill(PASSPHRASE)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url(lambda address: "/login" not in address)
        problems += look(page, axe, rules, paths)
    assert not problems, "\n".join(problems)


def look(page: Page, axe: Axe, rules: list[str], paths: list[str]) -> list[str]:
    problems = []
    for path in paths:
        page.goto(path)
        problems += [f"{path}: {violation}" for violation in axe.violations(rules)]
        if not page.evaluate(FITS):
            problems.append(f"{path}: wider than the screen")
    return problems


def pages_of_membership(app: Flask, visitor: Visitor, starts: tuple[str, ...]) -> list[str]:
    """Return the path of one page for each view of membership that its own links lead to."""
    found: dict[str, str] = {}
    waiting = deque(starts)
    while waiting:
        path = waiting.popleft()
        view = view_of(app, path)
        if view.startswith("membership.") and view not in found:
            document = visitor.open(path)
            assert document.status == 200
            found[view] = path
            waiting.extend(links_of(path, document.root))
    return list(found.values())
