"""An author's way with files in a real browser, and a reader's way to paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import FilePayload, expect

from osac_share.kernel.db import transaction
from tests.support.factories import PASSPHRASE, make_draft, make_report
from tests.support.files import pdf, picture

if TYPE_CHECKING:
    from datetime import datetime

    from playwright.sync_api import Page
    from sqlalchemy.orm import Session

    from tests.support.browser import Axe
    from tests.support.cast import Cast

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def sign_in(page: Page, email: str) -> None:
    page.goto("/login")
    page.locator("[name=email]").fill(email)
    page.locator("[name=password]").fill(PASSPHRASE)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)


def attach(page: Page, content: bytes, name: str, kind: str) -> None:
    page.get_by_label("Add a file").set_input_files(
        FilePayload(name=name, mimeType=kind, buffer=content)
    )
    page.get_by_role("button", name="Attach this file").click()


def test_author_attaches_files_and_is_told_what_is_refused(
    page: Page, axe: Axe, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"], at=at)
    sign_in(page, cast.amara.email)
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(f"/reports/{report.public_id}/attachments")
    attach(page, picture("JPEG", (3000, 2000), is_from_camera=True), "Route.jpg", "image/jpeg")
    expect(page.get_by_role("link", name="Route.jpg")).to_be_visible()
    attach(page, b"MZ", "Route.pdf", "application/pdf")
    expect(page.get_by_role("alert")).to_contain_text("Route.pdf: The content is not what")
    expect(page.get_by_role("link", name="Route.jpg")).to_be_visible()
    assert axe.violations() == []
    assert page.evaluate(FITS)
    page.get_by_role("button", name="Remove Route.jpg").click()
    expect(page.get_by_text("None yet.")).to_be_visible()


def test_file_and_print_are_downloads(
    page: Page, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report, _ = make_draft(session, cast.kenya, by=cast.actors["amara"], at=at)
        public, _ = make_report(session, cast.kenya, by=cast.actors["amara"], at=at)
    sign_in(page, cast.amara.email)
    page.goto(f"/reports/{report.public_id}/attachments")
    attach(page, pdf(), "Plan B (été).pdf", "application/pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name="Plan B").click()
    assert download.value.suggested_filename == "Plan B (été).pdf"
    assert download.value.path().read_bytes() == pdf()
    page.goto("/")
    with page.expect_download() as printed:
        page.evaluate(f"location.assign('/reports/{public.public_id}.pdf')")
    assert printed.value.suggested_filename == "Nairobi march to the parliament.pdf"
