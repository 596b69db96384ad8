"""Single sign-on in a real browser, whose policy lets no form's answer lead off the site."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.browser import Axe
    from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("provider")


def press(page: Page, button: str, path: str) -> None:
    """Press a button, and wait for where that leads in the end."""
    page.get_by_role("main").get_by_role("button", name=button).click()
    page.wait_for_url(lambda url: urlsplit(url).path == path)


def test_linking_and_signing_in_take_one_press_each(axe: Axe, page: Page, cast: Cast) -> None:
    page.goto("/login")
    assert not axe.violations()
    page.get_by_label("Email address").fill(cast.dora.email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/account")
    page.get_by_role("link", name="Single sign-on").click()
    press(page, "Link", "/account/sso")
    page.get_by_text("Linked. It signs you in from now on.").wait_for()
    assert not axe.violations()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("link", name="Sign in", exact=True).click()
    press(page, "Sign in with the Department's sign-in", "/")
    page.get_by_role("button", name="Sign out").wait_for()
