"""A crisis of two days, told in a series: first alert, seven updates, a correction, all-clear."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import feedparser
import pytest
from playwright.sync_api import expect

from osac_share.councils.policy import CHAIR, COCHAIR, MEMBER
from osac_share.kernel import clock
from osac_share.kernel.db import transaction
from tests.support.factories import PASSPHRASE, make_council, make_organization, make_person
from tests.support.house import House, opened, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page
    from sqlalchemy.orm import Session

    from tests.support.browser import Axe
    from tests.support.mailbox import SmtpServer

CITIES = ("Monterrey", "Tijuana", "Guadalajara", "Puerto Vallarta")
LIFTED, KEPT = CITIES[:2], CITIES[2:]
READER = "rosa@example.org"
PUBLISHED = re.compile(r"/reports/[a-z0-9]{20}$")
SUBJECT = "burning road blocks"
FIRST = f"Security Alert: Monterrey, Tijuana, Guadalajara and Puerto Vallarta (Mexico), {SUBJECT}"


class Step(NamedTuple):
    """What an update says that is new, and whether it waits for a second person."""

    note: str
    event: str
    advice: str = ""
    severity: str = ""
    lifted: tuple[str, ...] = ()
    is_urgent: bool = False


UPDATES = (
    Step("Buses burn in all four cities.", "Buses block the ring roads of four cities."),
    Step("Two airports have closed.", "Buses block the ring roads; two airports are closed."),
    Step(
        "Shelter in place.",
        "Shots are heard at the road blocks of all four cities.",
        advice="Shelter in place.\nAnswer no door.",
        severity="Emergency",
        is_urgent=True,
    ),
    Step("A curfew begins at dusk.", "A curfew holds from dusk to dawn in all four cities."),
    Step(
        "The curfew now begins at noon.",
        "A curfew holds from noon to dawn in all four cities.",
        is_urgent=True,
    ),
    Step("Two airports open again.", "The curfew holds. The airports are open again."),
    Step(
        "Monterrey and Tijuana are open; the curfew holds in the other two cities.",
        "The road blocks of Monterrey and Tijuana are gone. Elsewhere the curfew holds.",
        lifted=LIFTED,
    ),
)


@pytest.fixture
def house(
    session: Session, environment: dict[str, str], live_server: str, smtp_server: SmtpServer
) -> Iterator[House]:
    """Yield an installation with one council: a chair, a co-chair, and a member who reads."""
    at = clock.now()
    with transaction(session):
        council = make_council(
            session, "mexico", countries=["MX"], time_zone="America/Mexico_City", at=at
        )
        home = make_organization(session)
        for name, kind in (("Gil", CHAIR), ("Irene", COCHAIR), ("Rosa", MEMBER)):
            make_person(session, name, organization=home, seats=[(council, kind)], at=at)
    with opened(environment, live_server, smtp_server) as house:
        yield house


@dataclass
class Desk:
    """A chair and a co-chair at work on one report."""

    house: House
    chair: Page
    co_chair: Page
    address: str = ""

    @property
    def subjects(self) -> list[str]:
        """Return the subjects of the mails that the member got, the oldest first."""
        self.house.worker.drain()
        return [mail["Subject"] for mail in self.house.mail.to(READER)]

    def warn(self) -> None:
        """Write and publish the first alert, which cannot wait."""
        chair = self.chair
        chair.goto("/")
        chair.get_by_role("link", name="Compose").click()
        chair.get_by_role("link", name="Alert", exact=True).click()
        box(chair, "Subject").fill(SUBJECT)
        chair.get_by_role("checkbox", name="Civil unrest").check()
        box(chair, "Where").fill("\n".join(f"{city}, Mexico" for city in CITIES))
        box(chair, "Location").fill("The ring roads of four cities.")
        box(chair, "Event").fill("Trucks block the ring roads and burn.")
        box(chair, "Actions to take").fill("Avoid the ring roads.")
        box(chair, "Assistance").fill("The embassy, +1 202 555 0114, day and night.")
        chair.get_by_role("radio", name="TLP:CLEAR").check()
        self._preview()
        self._publish_alone()
        self.address = urlsplit(chair.url).path

    def update(self, number: int) -> None:
        """Write an update from the report's page, and see it published."""
        step = UPDATES[number - 1]
        self._begin("Write an update", step.note)
        box(self.chair, "Event").fill(step.event)
        if step.advice:
            box(self.chair, "Actions to take").fill(step.advice)
        if step.severity:
            self.chair.get_by_role("radio", name=re.compile(f"^{step.severity}")).check()
        for city in step.lifted:
            self.chair.get_by_role("checkbox", name=f"{city}, Mexico").check()
        self._preview()
        expect(main(self.chair)).to_contain_text(step.note)
        expect(self.chair.locator(".status")).to_contain_text(f"Update {number}")
        (self._publish_alone if step.is_urgent else self._publish_together)()

    def correct(self) -> None:
        """Correct a telephone number; nobody need hear of that."""
        self._begin("Write an update", "The number of the embassy was wrong.")
        self.chair.get_by_role("radio", name="A correction: nobody is mailed").check()
        box(self.chair, "Assistance").fill("The embassy, +1 202 555 0115, day and night.")
        self._preview()
        expect(main(self.chair)).to_contain_text("Nobody is mailed: this is a correction.")
        self._publish_together()

    def give_the_all_clear(self) -> None:
        """End the report: it holds nowhere any more."""
        self._begin("Give the all-clear", "The curfew has ended. Life is as usual.")
        box(self.chair, "Event").fill("The road blocks are gone and the curfew has ended.")
        box(self.chair, "Actions to take").fill("Go about your business.")
        self._preview()
        expect(self.chair.locator(".status")).to_contain_text("All clear")
        self._publish_together()

    def look_again(self) -> list[str]:
        """Take every second look that is owed; return the titles, as the queue named them."""
        looks = []
        self.co_chair.goto("/review")
        while (owed := self.co_chair.get_by_role("rowheader").get_by_role("link")).count():
            looks.append(owed.first.inner_text().strip())
            owed.first.click()
            expect(self.co_chair.get_by_role("heading", level=1)).to_have_text(looks[-1])
            self.co_chair.get_by_role("button", name="I have looked at it").click()
            self.co_chair.wait_for_url("**/review")
        return looks

    def _begin(self, button: str, note: str) -> None:
        self.chair.goto(self.address)
        self.chair.get_by_role("button", name=button).click()
        box(self.chair, "What changed").fill(note)

    def _preview(self) -> None:
        self.chair.get_by_role("button", name="Save draft and preview").click()
        self.chair.wait_for_url("**/preview")

    def _publish_alone(self) -> None:
        box(self.chair, "Why can it not wait?").fill("People are on these roads now.")
        self.chair.get_by_role("button", name="Publish to 1 person").click()
        self.chair.wait_for_url(PUBLISHED)

    def _publish_together(self) -> None:
        self.chair.get_by_role("button", name="Send for review").click()
        expect(self.chair.get_by_role("status")).to_contain_text("Sent for review")
        self.co_chair.goto("/review")
        table = self.co_chair.get_by_role("table", name="Drafts in review")
        table.get_by_role("link").click()
        self.co_chair.get_by_role("button", name=re.compile("^Approve and publish")).click()
        self.co_chair.wait_for_url(PUBLISHED)


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def box(page: Page, name: str) -> Locator:
    return page.get_by_role("textbox", name=name)


def places(page: Page, word: str) -> Locator:
    """Return the places on a report's page that have this status."""
    return page.locator(".standings li").filter(has_text=re.compile(f"^{word}"))


@pytest.mark.slow
def test_chair_tells_a_crisis_from_first_alert_to_all_clear(
    house: House, browser: Browser, page: Page, axe: Axe
) -> None:
    desk = Desk(
        house,
        chair=house.seat(browser, "gil@example.org", PASSPHRASE),
        co_chair=house.seat(browser, "irene@example.org", PASSPHRASE),
    )
    sign_in(page, READER, PASSPHRASE)
    page.goto("/countries/MX")
    page.get_by_role("button", name="Mail me about Mexico").click()
    expect(page.get_by_role("status")).to_contain_text("Mexico")
    desk.warn()
    read_first(desk, page)
    for number in (1, 2):
        desk.update(number)
    mails = len(desk.subjects)
    desk.correct()
    assert len(desk.subjects) == mails == 3
    for number in range(3, 8):
        desk.update(number)
    read_last_update(desk, page, axe)
    desk.give_the_all_clear()
    read_end(desk, page, axe)
    titles = [title.partition(":")[0] for title in desk.look_again()]
    assert titles == [f"Security Alert{update}" for update in ("", " Update 3", " Update 5")]
    expect(main(desk.co_chair)).to_contain_text("Nothing waits for you.")


def read_first(desk: Desk, page: Page) -> None:
    page.goto("/")
    main(page).get_by_role("link", name=SUBJECT).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    expect(places(page, "Active")).to_have_count(4)
    assert len(desk.subjects) == 1


def read_last_update(desk: Desk, page: Page, axe: Axe) -> None:
    """Read, as a member, what holds where after Update 7, and how it came to that."""
    page.goto(desk.address)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        f"Security Alert Update 7: Guadalajara and Puerto Vallarta (Mexico), {SUBJECT}"
    )
    for word, cities in (("Lifted", LIFTED), ("Active", KEPT)):
        expect(places(page, word)).to_have_count(2)
        for city in cities:
            expect(places(page, word).filter(has_text=city)).to_have_count(1)
    names = [f"Update {number}" for number in range(7, 2, -1)]
    names += ["Correction of Update 2", "Update 2", "Update 1", "First report"]
    line = page.locator(".series li")
    expect(line).to_have_count(len(names))
    for place, name in enumerate(names):
        expect(line.nth(place)).to_contain_text(name)
    expect(line.nth(5)).to_contain_text("The number of the embassy was wrong.")
    expect(main(page).get_by_role("button", name="Write an update")).to_have_count(0)
    assert not axe.violations()
    page.get_by_role("link", name="see what changed").click()
    for words in ("Monterrey, Mexico: lifted.", "Tijuana, Mexico: lifted.", "Event"):
        expect(main(page)).to_contain_text(words)
    expect(page.locator("ins").first).to_be_visible()
    subjects = desk.subjects
    assert [number for number in range(1, 8) if f"Update {number}:" in subjects[number]] == [
        *range(1, 8)
    ]
    assert "Emergency" in subjects[3]
    assert "Security Alert Update 7: " in entry_of(desk).title


def read_end(desk: Desk, page: Page, axe: Axe) -> None:
    page.goto(desk.address)
    expect(page.get_by_role("heading", level=1)).to_have_text(FIRST)
    expect(places(page, "Active")).to_have_count(0)
    expect(places(page, "Lifted")).to_have_count(4)
    expect(page.locator(".series li").first).to_contain_text("All clear")
    expect(page.locator(".status")).to_contain_text("All clear")
    assert not axe.violations()
    assert desk.subjects[-1] == f"[TLP:CLEAR] ALL CLEAR: {FIRST}"
    assert len(desk.subjects) == 9
    assert "ALL CLEAR" in entry_of(desk, "ALL CLEAR").title


def entry_of(desk: Desk, words: str = "Update 7") -> feedparser.FeedParserDict:
    """Return the one entry of the report in its country's feed, once the feed says `words`."""
    feed = desk.house.feed_of("/countries/MX")
    answer = desk.house.poll_until(feed, lambda answer: words.encode() in answer[1])
    (entry,) = feedparser.parse(answer[1]).entries
    assert urlsplit(entry.link).path == desk.address
    return entry
