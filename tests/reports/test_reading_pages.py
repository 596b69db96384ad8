"""What the page of each kind of report tells, in which state, and what it keeps to itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import RELAY, Place, Window
from tests.reports.readings import CITIES, chapters, cities, go_on, publish

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from osac_share.reports.models import Report
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document, Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

HOUR = timedelta(hours=1)
FACTS = "//div[contains(@class, 'status')]//dl/div"


@dataclass
class Desk:
    """The chair's desk at one moment; each act is committed."""

    session: Session
    cast: Cast
    at: datetime

    @property
    def chair(self) -> Actor:
        return self.cast.actors["amara"]

    def publish(self, *, ago: int = 5, **said: Any) -> Report:  # noqa: ANN401 -- as there.
        with transaction(self.session):
            return publish(
                self.session, self.cast.kenya, by=self.chair, at=self.at - ago * HOUR, **said
            )

    def go_on(self, report: Report, *, ago: int = 0, **said: Any) -> None:  # noqa: ANN401 -- as there.
        with transaction(self.session):
            go_on(self.session, report, by=self.chair, at=self.at - ago * HOUR, **said)

    def withdraw(self, report: Report, because: str) -> None:
        with transaction(self.session):
            self.session.refresh(report)
            actions.withdraw(self.session, report, by=self.chair, at=self.at, because=because)

    def expire(self, report: Report) -> None:
        with transaction(self.session):
            actions.expire(self.session, report, at=self.at)


@pytest.fixture
def desk(session: Session, cast: Cast, at: datetime) -> Desk:
    return Desk(session, cast, at)


def facts(page: Document) -> dict[str, str]:
    return dict(zip(page.texts(f"{FACTS}/dt"), page.texts(f"{FACTS}/dd"), strict=True))


def page_of(visitor: Visitor, report: Report, rest: str = "") -> Document:
    return visitor.open(f"/reports/{report.public_id}{rest}")


def test_alert_says_what_holds_where_when_and_until_when(visitor: Visitor, desk: Desk) -> None:
    at = desk.at
    report = desk.publish(
        ago=2,
        places=cities("Tijuana"),
        event=Window(at + HOUR, at + 2 * HOUR),
        advised=Window(at, at + 3 * HOUR),
        expires_at=at + 24 * HOUR,
    )
    said = facts(page_of(visitor, report))
    assert said["Where"].startswith("Lifted Tijuana, Mexico since 2 h ago")
    assert "Active Monterrey, Mexico since" in said["Where"]
    assert said["When"] == "2 Mar 2026, 13:30 to 14:30 Nairobi time (10:30 to 11:30 UTC)"
    assert said["Keep away"] == "2 Mar 2026, 12:30 to 15:30 Nairobi time (09:30 to 12:30 UTC)"
    assert said["Until"] == "3 Mar, 12:30 in Nairobi (3 Mar 2026, 09:30 UTC)"
    assert said["Since"].startswith("2 h ago, 10:30 in Nairobi")


def test_series_tells_since_when_each_place_has_its_status(visitor: Visitor, desk: Desk) -> None:
    report = desk.publish(ago=48, places=cities(among=CITIES[:3]), severity="emergency")
    desk.go_on(report, ago=24, places=cities(), change_note="Puerto Vallarta is added.")
    desk.go_on(report, ago=23, is_major=False, change_note="A number was wrong.")
    desk.go_on(report, ago=4, places=cities("Tijuana"), change_note="Tijuana is quiet.")
    page = page_of(visitor, report)
    where = page.texts("//ul[@class='standings']/li")
    assert [line.partition(" ")[0] for line in where] == ["Lifted", "Active", "Active", "Active"]
    assert "since 4 h ago" in where[0]
    assert "since 2 days ago" in where[1]
    assert "since 1 day ago" in where[3]
    assert facts(page)["Since"].startswith("2 days ago")
    assert facts(page)["As of"].startswith("4 h ago")
    names = page.texts("//ol[@class='series']/li/*[self::a or self::b]")
    assert names == ["Update 2", "Correction of Update 1", "Update 1", "First report"]
    assert "Partly lifted" in page.text
    assert "Security Alert Update 2" in page.text


def test_earlier_edition_is_superseded_and_leads_to_what_holds(
    visitor: Visitor, desk: Desk
) -> None:
    report = desk.publish(ago=9, places=cities())
    desk.go_on(report, places=cities("Tijuana"))
    page = page_of(visitor, report, "/editions/1")
    assert "Superseded" in page.text
    assert "Partly lifted" not in page.text
    assert page.links()["Read what holds now"] == f"/reports/{report.public_id}"
    assert "Lifted" not in " ".join(page.texts("//ul[@class='standings']"))


@pytest.mark.parametrize(
    ("outcome", "words", "sentence"),
    [
        ("all_clear", "All clear", "What this warned of is over."),
        ("cancelled", "Canceled", "What this said does not hold."),
    ],
)
def test_declared_end_is_said_before_the_words(
    visitor: Visitor, desk: Desk, outcome: str, words: str, sentence: str
) -> None:
    report = desk.publish()
    desk.go_on(report, outcome=outcome)
    page = page_of(visitor, report)
    assert f"{words}. {sentence}" in page.texts("//div[@class='notice']")
    assert facts(page)[words].startswith("just now")
    assert page.texts("//ol[@class='series']//b") == [words]
    assert page.texts("//div[contains(@class, 'status--ended')]//*[contains(@class,'state--')]")
    assert "Active" not in page.texts("//span[contains(@class, 'state')]")


def test_expired_report_says_since_when_and_where_it_held(visitor: Visitor, desk: Desk) -> None:
    report = desk.publish(expires_at=desk.at)
    desk.go_on(report, ago=1)
    desk.expire(report)
    page = page_of(visitor, report)
    assert facts(page)["Where"] == "Tijuana, Mexico"
    assert facts(page)["Expired"].startswith("just now")
    assert page.texts("//ol[@class='series']/li")[0] == "Expired just now 2 Mar 2026, 09:30 UTC"


def test_withdrawn_report_leaves_a_tombstone(visitor: Visitor, desk: Desk) -> None:
    report = desk.publish(title="Airport closed", sections=chapters("alert", "runway under water"))
    desk.withdraw(report, "It was another airport.")
    page = page_of(visitor, report)
    assert (page.status, page.title) == (200, "Airport closed")
    for expected in ("Withdrawn just now", "It was another airport.", "Do not rely on"):
        assert expected in page.text
    assert "runway" not in page.response.get_data(as_text=True)
    assert not page.texts("//ol[@class='series']")
    assert page_of(visitor, report, "/editions/1").status == 404
    assert page_of(visitor, report, "/changes").status == 404


def test_country_security_report_begins_with_its_ratings(visitor: Visitor, desk: Desk) -> None:
    rated = chapters("country_security_report", crime="HIGH", terrorism="LOW")
    kind = "country_security_report"
    report = desk.publish(kind=kind, sections=rated, severity="routine", places=[Place("MX")])
    page = page_of(visitor, report)
    assert page.texts("//table//tbody/tr") == ["CrimeHIGH", "TerrorismLOW"]
    assert "Ratings concern official U.S. interests." in page.text
    assert "Rated on 2 Mar 2026. Review due 2 Mar 2027." in page.text
    with transaction(desk.session):
        report.review_due_at = desk.at - HOUR
        report.changed_at = desk.at
    assert "Review overdue since 2 Mar 2026." in page_of(visitor, report).text


def test_relayed_alert_says_whose_words_these_are(visitor: Visitor, desk: Desk) -> None:
    report = desk.publish(origin=RELAY, source_url="https://example.org/alerts/7")
    with transaction(desk.session):
        report.issuer = "U.S. Embassy in Oslo"
    page = page_of(visitor, report)
    assert "Word for word from U.S. Embassy in Oslo, passed on by Kenya" in page.text
    assert "OSAC does not issue alerts" in page.text
    assert page.links()["Read it where it was issued"] == "https://example.org/alerts/7"
    own = page_of(visitor, desk.publish())
    assert "OSAC does not issue alerts" not in own.text


@pytest.mark.parametrize(
    ("kind", "dated"),
    [
        ("alert", True),
        ("analysis", True),
        ("evacuation_notice", True),
        ("announcement", False),
        ("reward_notice", False),
        ("grant_notice", False),
        ("training_notice", False),
    ],
)
def test_every_kind_has_its_page(visitor: Visitor, desk: Desk, kind: str, dated: bool) -> None:  # noqa: FBT001
    report = desk.publish(kind=kind, sections=chapters(kind), expires_at=desk.at + HOUR)
    page = page_of(visitor, report)
    assert page.texts("//div[@class='body']/h2") == [one["heading"] for one in chapters(kind)]
    assert ("This tells what was known when it was published" in page.text) == dated


def test_drill_is_never_taken_for_real(visitor: Visitor, desk: Desk) -> None:
    report = desk.publish(title="Earthquake", is_exercise=True)
    page = page_of(visitor, report)
    assert page.title == "EXERCISE: Earthquake"
    assert page.texts("//title")[0].startswith("EXERCISE: Earthquake - ")
    assert len(page.texts("//p[@class='drill']")) == 2
    assert page.root.xpath("//body[contains(@class, 'drill-CLEAR')]")
    states = page.texts("//span[contains(@class, 'state')]")
    assert (states, "Active" in page.text) == (["Exercise"], False)
    desk.go_on(report, outcome="all_clear")
    assert page_of(visitor, report).title == "EXERCISE: Earthquake"
    changes = page_of(visitor, report, "/changes")
    assert changes.title == "What changed: EXERCISE: Earthquake"
    assert len(changes.texts("//p[@class='drill']")) == 2


def test_drill_says_so_in_lists(visitor: Visitor, desk: Desk) -> None:
    desk.publish(title="Earthquake", is_exercise=True)
    page = visitor.open("/reports")
    assert page.texts("//main//tbody//th//a") == ["EXERCISE: Earthquake"]
    assert page.texts("//span[contains(@class, 'state')]") == ["Exercise"]


def test_readers_are_told_who_may_see_it(signed_in: SignIn, desk: Desk) -> None:
    cast = desk.cast
    report = desk.publish(
        marking="AMBER", addressees=[f"council:{cast.kenya.id}", f"council:{cast.nigeria.id}"]
    )
    page = page_of(signed_in(cast.dora), report)
    assert "Members of the Kenya and Nigeria councils may see this" in page.text
    assert "Do not pass it on outside your organization and its clients." in page.text
    assert page.texts("//p[@class='marking']") == ["TLP:AMBER", "TLP:AMBER"]
    report = desk.publish(marking="RED", addressees=[f"person:{cast.dora.id}"])
    assert "1 named person may see this" in page_of(signed_in(cast.dora), report).text
