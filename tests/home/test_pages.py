"""The pages where people begin: what they show, to whom, and at what cost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.councils.models import Post
from osac_share.home import queries
from osac_share.kernel.db import transaction
from osac_share.reports import actions
from osac_share.reports.models import Edition, Report
from osac_share.subscriptions.actions import subscribe
from osac_share.subscriptions.policy import Wish
from tests.support.counting import counted_statements
from tests.support.factories import Words, make_person, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("clock")

MOST_STATEMENTS = 20
"""How many questions one page may ask of the database; measured on the fullest of them."""


def advise(session: Session, country: str, level: int, *, at: datetime) -> None:
    report = Report(
        kind="advisory",
        origin="import",
        issuer="Department of Examples",
        chapter="a-chapter-that-is-gone",
        created_at=at,
        changed_at=at,
    )
    edition = Edition(
        report=report,
        title=f"{country}: level {level}",
        sections=[{"heading": "Advice", "body": "Exercise caution."}],
        marking="CLEAR",
        level=level,
        updated_at=at,
    )
    session.add_all([report, edition])
    edition.locate([(country, "")])
    session.flush()
    actions.issue(session, report, edition, published_by=None, at=at)


@pytest.fixture
def alerts(session: Session, cast: Cast, at: datetime) -> dict[str, str]:
    """Publish one alert of each marking about Kenya; return its address by marking."""
    with transaction(session):
        made = {
            marking: make_report(
                session,
                cast.kenya,
                by=cast.actors["amara"],
                words=Words(title=f"Alert of {marking}", marking=marking),
                at=at,
            )[0]
            for marking in ("CLEAR", "GREEN", "AMBER")
        }
        advise(session, "KE", 3, at=at)
    return {marking: f"/reports/{report.public_id}" for marking, report in made.items()}


def test_stranger_gets_what_is_public_and_how_to_sign_in(
    visitor: Visitor, alerts: dict[str, str]
) -> None:
    front = visitor.open("/")
    assert front.title == "1 public alert in force"
    assert "Alert of CLEAR" in front.links()
    assert "Alert of GREEN" not in front.response.get_data(as_text=True)
    assert front.links()["Sign in"].startswith("/login")


def test_member_gets_the_alerts_of_their_councils_countries(
    signed_in: SignIn, cast: Cast, alerts: dict[str, str]
) -> None:
    front = signed_in(cast.dora).open("/")
    assert front.title == "3 active alerts in your country"
    assert set(alerts.values()) <= set(front.links().values())
    assert "Kenya" in front.links()
    elsewhere = signed_in(cast.chidi).open("/")
    assert elsewhere.title == "No active alerts in your country"
    assert "Alert of AMBER" not in elsewhere.response.get_data(as_text=True)
    assert "Alert of GREEN" in elsewhere.links()


def test_member_follows_what_they_subscribed_to(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime, alerts: dict[str, str]
) -> None:
    with transaction(session):
        subscribe(session, Wish(places=["KE", "GH"]), by=cast.actors["chidi"], at=at)
    front = signed_in(cast.chidi).open("/")
    assert front.title == "2 active alerts in your 3 countries"
    assert front.texts("//ul[@class='lines']//p/a")[0] == "Ghana"


def test_person_who_is_no_member_is_told_how_to_begin(
    signed_in: SignIn, session: Session, cast: Cast
) -> None:
    with transaction(session):
        alone = make_person(session, "Alone Person")
    assert signed_in(alone).open("/").title == "You follow no country yet"


@pytest.mark.parametrize("path", ["/countries/KE", "/countries/ke", "/countries/Ke"])
def test_page_of_a_country_is_found_however_its_code_is_typed(
    visitor: Visitor, cast: Cast, path: str
) -> None:
    page = visitor.open(path)
    assert (page.status, page.title) == (200, "Kenya")


@pytest.mark.parametrize("path", ["/countries/XX", "/countries/KEN", "/countries/Kenya"])
def test_page_of_no_country_is_absent(visitor: Visitor, path: str) -> None:
    assert visitor.open(path).status == 404


def test_page_of_a_country_shows_alerts_level_posts_and_councils(
    signed_in: SignIn, session: Session, cast: Cast, at: datetime, alerts: dict[str, str]
) -> None:
    with transaction(session):
        session.add(
            Post(
                kind="embassy",
                name="Embassy Nairobi",
                city="Nairobi",
                country="KE",
                phone="+254 20 555 0100",
                after_hours_phone="+254 20 555 0199",
                departure_status="suspended",
                verified_on=date(2026, 2, 1),
            )
        )
    page = signed_in(cast.dora).open("/countries/KE")
    assert set(alerts.values()) <= set(page.links().values())
    for expected in (
        "Level 3",
        "Operations suspended",
        "Embassy Nairobi",
        "+254 20 555 0199",
        "1 Feb 2026",
        "Kenya",
    ):
        assert expected in page.text
    assert page.links()["Kenya"] in {"/councils/kenya", "/countries/KE"}
    assert page.form_to("/subscriptions")["country"] == ["KE"]
    assert "KE: level 3" in page.links()


def test_stranger_on_the_page_of_a_country_sees_what_is_public(
    visitor: Visitor, alerts: dict[str, str]
) -> None:
    page = visitor.open("/countries/KE")
    assert {"Alert of CLEAR", "KE: level 3"} <= page.links().keys()
    source = page.response.get_data(as_text=True)
    assert "Alert of GREEN" not in source
    assert "Mail me about" not in source


def test_gravest_level_of_a_countrys_parts_is_its_level(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        for level in (2, 4, 1):
            advise(session, "KE", level, at=at)
        advise(session, "UG", 1, at=at)
    everyone = {"public"}
    assert queries.advisory_levels(session, everyone) == {"KE": 4, "UG": 1}
    assert queries.advisory_levels(session, everyone, ["UG"]) == {"UG": 1}
    assert queries.advisory_levels(session, everyone, []) == {}
    assert queries.advisory_levels(session, {"members"}) == {}


def test_list_of_countries_counts_what_one_may_see_and_what_is_in_force(
    signed_in: SignIn, session: Session, cast: Cast, alerts: dict[str, str], at: datetime
) -> None:
    with transaction(session):
        over, _ = make_report(session, cast.kenya, by=cast.actors["amara"])
        actions.expire(session, over, at=at)
    counted = [
        queries.report_counts(session, cast.actors[name].clearance)
        for name in ("eve", "chidi", "dora")
    ]
    assert counted == [{"KE": 2}, {"KE": 3}, {"KE": 4}]
    assert "4 reports in force" in signed_in(cast.dora).open("/countries").text


def test_country_that_others_crowd_out_still_has_its_newest_report(
    session: Session, cast: Cast, at: datetime
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        quiet = Words(title="Quiet", places=[("UG", ""), ("UG", "Kampala")])
        for days in (3, 2):
            make_report(session, cast.kenya, by=amara, words=quiet, at=at - timedelta(days=days))
        for _ in range(100):
            make_report(session, cast.kenya, by=amara, at=at)
    lines = {
        line.iso2: line.newest for line in queries.country_lines(session, amara, ["KE", "UG", "TZ"])
    }
    assert lines["TZ"] is None
    assert lines["UG"] is not None
    assert lines["UG"][1].title == "Quiet"
    assert lines["UG"][0].published_at == at - timedelta(days=2)


def test_chairs_of_a_council_are_named_to_members_only(
    visitor: Visitor, signed_in: SignIn, cast: Cast
) -> None:
    assert "amara@example.org" not in visitor.open("/councils/kenya").response.get_data(
        as_text=True
    )
    shown = signed_in(cast.chidi).open("/councils/kenya").text
    assert "amara@example.org" in shown
    assert "ben@example.org" in shown
    assert "dora@example.org" not in shown


def test_page_of_a_topic_counts_what_one_may_see(
    visitor: Visitor, signed_in: SignIn, cast: Cast, alerts: dict[str, str]
) -> None:
    assert "1 report, newest first" in visitor.open("/topics/civil-unrest").text
    assert "3 reports, newest first" in signed_in(cast.dora).open("/topics/civil-unrest").text
    assert visitor.open("/topics/nonsense").status == 404
    assert visitor.open("/councils/nonsense").status == 404


@pytest.mark.parametrize(
    "path", ["/", "/countries", "/countries/KE", "/topics/civil-unrest", "/councils/kenya"]
)
def test_number_of_statements_of_a_page_is_bounded(
    signed_in: SignIn, session: Session, cast: Cast, engine: Engine, at: datetime, path: str
) -> None:
    dora = signed_in(cast.dora)

    def asked() -> int:
        with counted_statements(engine) as statements:
            assert dora.open(path).status == 200
        return len(statements)

    with transaction(session):
        make_report(session, cast.kenya, by=cast.actors["amara"])
        advise(session, "KE", 3, at=at)
    few = asked()
    with transaction(session):
        for number in range(12):
            words = Words(title=f"Number {number}", places=[("KE", f"Ward {number}"), ("UG", "")])
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words)
            advise(session, "KE", 2, at=at)
    assert asked() <= few <= MOST_STATEMENTS
