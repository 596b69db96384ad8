"""Notifications in a real browser: asked for when the button is pressed, shown by the worker."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.channels.conftest import Desk

ASKED = "window.asked = 0; Notification.requestPermission = async () => (window.asked++, 'denied');"
SHOWN = """async () => {
  const worker = await navigator.serviceWorker.getRegistration("/push.js");
  for (let tries = 0; tries < 50; tries++) {
    const shown = await worker.getNotifications();
    if (shown.length) return shown.map((one) => [one.title, one.body, one.data.url]);
    await new Promise((done) => setTimeout(done, 50));
  }
  return [];
}"""


@pytest.fixture
def dora(desk: Desk, page: Page) -> Page:
    """Return Dora's browser, signed in."""
    page.goto("/login")
    page.fill("[name=email]", desk.cast.dora.email)
    page.fill("[name=password]", PASSPHRASE)
    page.click("main button")
    page.wait_for_load_state()
    return page


def test_permission_is_asked_for_when_the_button_is_pressed_and_not_before(dora: Page) -> None:
    dora.add_init_script(ASKED)
    dora.goto("/channels")
    assert dora.evaluate("window.asked") == 0
    dora.click("text=Notify me in this browser")
    dora.wait_for_function("window.asked === 1")
    said = dora.locator("form[data-push] [role=status]")
    assert "does not allow it" in (said.text_content() or "")


def test_worker_shows_what_the_push_service_hands_on(dora: Page) -> None:
    dora.context.grant_permissions(["notifications"])
    dora.goto("/channels")
    dora.evaluate(
        "async () => { await navigator.serviceWorker.register('/push.js');"
        " await navigator.serviceWorker.ready; }"
    )
    line = dora.context.new_cdp_session(dora)
    registrations: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    line.send("ServiceWorker.enable")
    dora.wait_for_timeout(200)
    origin = str(dora.evaluate("location.origin"))
    told = {
        "title": "TLP:GREEN Emergency",
        "body": "Demonstration Alert: Nairobi",
        "tag": "x",
        "url": f"{origin}/reports/x",
    }
    line.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registrations[-1], "data": json.dumps(told)},
    )
    assert dora.evaluate(SHOWN) == [[told["title"], told["body"], told["url"]]]
