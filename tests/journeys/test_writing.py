"""Writing in a browser: nothing typed is lost, and two who write meet on one page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from playwright.sync_api import expect
from sqlalchemy import select, update

from osac_share.accounts.models import UserSession
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import Report
from tests.support.browser import AXE, Axe
from tests.support.cast import settle
from tests.support.factories import PASSPHRASE, make_draft, make_report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from sqlalchemy.orm import Session

    from osac_share.accounts.models import Person
    from tests.support.cast import Cast

FITS = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
SAVED = re.compile("Saved at")


@pytest.fixture
def people(session: Session) -> Cast:
    """Return the cast, whose sessions begin now: a browser keeps its own time."""
    with transaction(session):
        return settle(session, at=clock.now())


def sign_in(page: Page, person: Person) -> None:
    page.goto("/login")
    fill_in(page, person)
    page.wait_for_url(lambda address: "/login" not in address)


def fill_in(page: Page, person: Person) -> None:
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


def reports(session: Session) -> list[Report]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Report)))


def hide(page: Page) -> None:
    """Let the page believe that another tab covers it, so that it saves at once."""
    page.evaluate(
        "Object.defineProperty(document, 'visibilityState', {value: 'hidden', configurable: true});"
        "document.dispatchEvent(new Event('visibilitychange'))"
    )


@pytest.mark.slow
def test_draft_begins_by_itself_while_a_chair_types(
    page: Page, axe: Axe, people: Cast, session: Session
) -> None:
    sign_in(page, people.amara)
    page.goto("/reports/new")
    page.get_by_role("link", name="Alert", exact=True).click()
    page.get_by_role("textbox", name="Subject").fill("march to the parliament")
    page.get_by_role("textbox", name="Where").fill("Nairobi, Kenya")
    page.get_by_text("Sentences that are often used").click()
    page.get_by_role("checkbox", name="Avoid the area.").check()
    expect(page.get_by_role("textbox", name="Actions to take")).to_have_value("- Avoid the area.")
    hide(page)
    expect(page.get_by_role("status")).to_have_text(SAVED)
    expect(page.get_by_role("textbox", name="Title")).to_have_value(
        "Security Alert: Nairobi (Kenya), march to the parliament"
    )
    expect(page.locator("[data-missing]")).not_to_contain_text("country")
    expect(page.locator("[data-missing]")).to_contain_text("Event")
    page.wait_for_url(re.compile(r"/reports/[a-z0-9]{20}/edit$"))
    page.get_by_role("checkbox", name="Avoid the area.").uncheck()
    page.get_by_role("textbox", name="Event").fill("A march is expected.")
    expect(page.get_by_role("status")).to_have_text(SAVED)
    assert not axe.violations()
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/preview$"))
    (report,) = reports(session)
    bodies = {one["heading"]: one["body"] for one in report.editions[0].sections}
    assert bodies["Event"] == "A march is expected."
    assert bodies["Actions to take"] == ""
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.slow
def test_words_outlive_the_session_in_which_they_were_typed(
    browser: Browser, live_server: str, people: Cast, session: Session
) -> None:
    page = browser.new_context(base_url=live_server).new_page()
    with transaction(session):
        report, _ = make_draft(session, people.kenya, by=people.actors["sade"])
    sign_in(page, people.amara)
    page.goto(f"/reports/{report.public_id}/edit")
    with transaction(session):
        session.execute(update(UserSession).values(ended_at=clock.now()))
    page.get_by_role("textbox", name="Event").fill("Typed while signed out.")
    with page.expect_response("**/autosave") as answer:
        page.get_by_role("button", name="Save draft and preview").click()
    assert answer.value.status == 401
    page.get_by_role("link", name="Sign in again").click()
    fill_in(page, people.amara)
    page.wait_for_url(re.compile("/edit$"))
    # A press that leaves the offer alone does not throw it away.
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/preview$"))
    page.goto(f"/reports/{report.public_id}/edit")
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("textbox", name="Event")).to_have_value("Typed while signed out.")
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/preview$"))
    expect(page.get_by_role("main")).to_contain_text("Typed while signed out.")


@pytest.mark.slow
def test_one_press_goes_on_when_all_is_saved_already(
    browser: Browser, live_server: str, people: Cast, session: Session
) -> None:
    page = browser.new_context(base_url=live_server).new_page()
    with transaction(session):
        report, _ = make_draft(session, people.kenya, by=people.actors["sade"])
    sign_in(page, people.amara)
    page.goto(f"/reports/{report.public_id}/edit")
    page.get_by_role("textbox", name="Event").fill("Saved while nobody pressed anything.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/preview$"))
    expect(page.get_by_role("main")).to_contain_text("Saved while nobody pressed anything.")


@pytest.mark.slow
def test_signing_out_leaves_no_words_in_the_browser(
    browser: Browser, live_server: str, people: Cast, session: Session
) -> None:
    page = browser.new_context(base_url=live_server).new_page()
    with transaction(session):
        report, _ = make_draft(session, people.kenya, by=people.actors["sade"])
    sign_in(page, people.amara)
    page.goto(f"/reports/{report.public_id}/edit")
    page.route("**/autosave", lambda route: route.abort())
    page.get_by_role("textbox", name="Event").fill("Never saved anywhere.")
    kept = "Object.keys(localStorage).filter((key) => key.startsWith('osac:draft:')).length"
    assert page.evaluate(kept) == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: address.endswith("/"))
    assert page.evaluate(kept) == 0


@pytest.mark.slow
def test_press_is_remembered_while_the_line_is_down(
    browser: Browser, live_server: str, people: Cast, session: Session
) -> None:
    page = browser.new_context(base_url=live_server).new_page()
    with transaction(session):
        report, _ = make_draft(session, people.kenya, by=people.actors["sade"])
    sign_in(page, people.amara)
    page.goto(f"/reports/{report.public_id}/edit")
    page.route("**/autosave", lambda route: route.abort(), times=1)
    page.get_by_role("textbox", name="Event").fill("Typed on a bad line.")
    page.get_by_role("button", name="Save draft and preview").click()
    page.wait_for_url(re.compile("/preview$"))
    expect(page.get_by_role("main")).to_contain_text("Typed on a bad line.")


@pytest.mark.slow
def test_two_editors_meet_on_one_page_and_put_their_words_together(
    browser: Browser, live_server: str, people: Cast, session: Session
) -> None:
    with transaction(session):
        report, _ = make_draft(session, people.kenya, by=people.actors["sade"])
    edit_at = f"/reports/{report.public_id}/edit"
    page = browser.new_context(base_url=live_server).new_page()
    page.context.add_init_script(path=AXE)
    sign_in(page, people.amara)
    page.goto(edit_at)
    other = browser.new_context(base_url=live_server).new_page()
    sign_in(other, people.ben)
    other.goto(edit_at)
    other.get_by_role("textbox", name="Event").fill("Two marches.")
    other.get_by_role("button", name="Save draft and preview").click()
    other.wait_for_url(re.compile("/preview$"))
    page.get_by_role("textbox", name="Event").fill("A march at dusk.")
    page.get_by_role("textbox", name="Assistance").fill("The duty officer.")
    page.get_by_role("button", name="Save draft and preview").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Two wordings of one draft")
    look(page, Axe(page))
    page.get_by_label("Both, as I put them together here").check()
    page.get_by_role("textbox", name="Event, put together").fill("Two marches, at dusk.")
    page.get_by_role("button", name="Save the two put together").click()
    page.wait_for_url(re.compile("/preview$"))
    (kept,) = reports(session)
    bodies = {one["heading"]: one["body"] for one in kept.editions[0].sections}
    assert bodies["Event"] == "Two marches, at dusk."
    assert bodies["Assistance"] == "The duty officer."


def look(page: Page, axe: Axe) -> None:
    looks: list[tuple[int, Literal["dark", "light"]]] = [(320, "dark"), (1280, "light")]
    for width, theme in looks:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        assert not axe.violations()
        assert page.evaluate(FITS)


@pytest.mark.slow
def test_every_form_is_accessible_on_a_telephone_and_in_the_dark(
    page: Page, axe: Axe, people: Cast, session: Session
) -> None:
    at, amara = clock.now(), people.actors["amara"]
    with transaction(session):
        report, _ = make_report(session, people.kenya, by=amara, at=at)
        actions.begin_update(session, report, by=amara, at=at)
    sign_in(page, people.amara)
    for address in (
        f"/reports/{report.public_id}/edit",
        "/reports/new?kind=alert&exercise=1",
        "/reports/new?kind=alert&relay=1",
        "/reports/new?kind=country_security_report",
        "/drafts",
    ):
        page.goto(address)
        for fold in page.locator("details").all():
            fold.locator("summary").first.click()
        look(page, axe)


@pytest.mark.slow
def test_reason_is_asked_for_only_where_fewer_than_all_members_may_know(
    page: Page, people: Cast
) -> None:
    sign_in(page, people.amara)
    page.goto("/reports/new?kind=alert")
    reason = page.get_by_role("textbox", name="Why fewer than all members")
    expect(reason).to_be_hidden()
    page.get_by_role("radio", name="TLP:AMBER").first.check()
    expect(reason).to_be_visible()
