"""Fixtures: a real browser that forgives nothing, and the accessibility engine inside it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
CHROMIUM_HINT = (
    "Browser tests need Chromium. `make test` installs it where it may; otherwise install it "
    "by hand (Debian, Ubuntu: apt-get install chromium)."
)
AXE = Path(__file__).parents[2] / "build" / "axe.min.js"
AXE_HINT = f"{AXE} is missing. `make test` fetches it together with the style sheets."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BY_LOOKS = ["color-contrast", "target-size"]
"""The rules whose answer depends on theme and width; the others are asked once for a page."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that it can be chosen or left out."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Yield a headless Chromium, shared by the tests of one process."""
    programs = [path for name in CANDIDATES if (path := shutil.which(name))]
    if not programs:
        raise RuntimeError(CHROMIUM_HINT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=programs[0], args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server: str) -> Iterator[Page]:
    """Yield a fresh page whose relative addresses lead to the live server.

    The test fails when anything the page did was refused by its policy or broke: script errors,
    Content-Security-Policy violations, and assets that are not there.
    """
    context = browser.new_context(base_url=live_server, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.extend(_complaints(page, message)))
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    context.close()
    assert not problems, "\n".join(problems)


@dataclass(frozen=True)
class Axe:
    """The accessibility engine, present in every document that the page loads."""

    page: Page

    def violations(self, rules: Sequence[str] = RULES) -> list[str]:
        """Return what is wrong with the page as it stands, one line for each element.

        Args:
            rules: tags or names of the engine's rules.

        """
        result: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules})", list(rules)
        )
        return [
            f"{violation['id']} ({violation['impact']}): {node['html']}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]


@pytest.fixture
def axe(page: Page) -> Axe:
    """Return the accessibility engine for `page`; ask for it before the page goes anywhere."""
    if not AXE.is_file():
        raise RuntimeError(AXE_HINT)
    # Scripts added this way belong to the browser, not to the page: the page's policy, under
    # which it could not be loaded, stays in force.
    page.context.add_init_script(path=AXE)
    return Axe(page)


def _complaints(page: Page, message: ConsoleMessage) -> list[str]:
    # A page that answers 404 by design is reported as a failed load of itself.
    is_the_page = message.location["url"] == page.url and message.text.startswith("Failed to load")
    return [] if message.type != "error" or is_the_page else [f"{message.text} {message.location}"]
