"""A person tries the API on its page, with a token pasted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from tests.support.factories import make_report
from tests.support.tokens import make_api_token

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from sqlalchemy.orm import Session

    from osac_share.settings import Settings
    from tests.support.cast import Cast


@pytest.mark.parametrize("width", [1280, 320])
def test_a_request_is_tried_in_the_browser(
    page: Page, session: Session, cast: Cast, settings: Settings, width: int
) -> None:
    at = clock.now()
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
    _token, shown = make_api_token(session, cast.dora, settings, at=at)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/api")
    page.get_by_label("Your token").fill(shown)
    tried = page.locator("form.try[data-path='/api/v1/reports/{public_id}'][data-method=GET]")
    tried.locator("summary").click()
    tried.get_by_label("public_id").fill(report.public_id)
    tried.get_by_role("button").click()
    expect(tried.locator(".said")).to_contain_text("200")
    expect(tried.locator(".said")).to_contain_text("Nairobi: march to the parliament")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    page.reload()
    assert page.get_by_label("Your token").input_value() == ""
