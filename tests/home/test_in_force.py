"""What holds now: evacuations before all else, then alerts, and drills apart from both."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from osac_share.home import queries
from osac_share.kernel.db import transaction
from osac_share.reports.models import Place
from tests.reports.readings import publish
from tests.support.factories import Words, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("clock")

HOUR = timedelta(hours=1)


@pytest.fixture
def alerts(session: Session, cast: Cast, at: datetime) -> None:
    """Publish one alert of each of three markings about Kenya."""
    with transaction(session):
        for marking in ("CLEAR", "GREEN", "AMBER"):
            words = Words(title=f"Alert of {marking}", marking=marking)
            make_report(session, cast.kenya, by=cast.actors["amara"], words=words, at=at)


def make(session: Session, cast: Cast, at: datetime, title: str, **fields: Any) -> str:  # noqa: ANN401
    with transaction(session):
        report = publish(session, cast.kenya, by=cast.actors["amara"], at=at, title=title, **fields)
    return f"/reports/{report.public_id}"


def test_evacuation_is_pinned_above_the_alerts_until_it_ends(
    visitor: Visitor,
    signed_in: SignIn,
    session: Session,
    cast: Cast,
    at: datetime,
    alerts: None,
) -> None:
    kind, kenya = "evacuation_notice", [Place("KE", "Nairobi")]
    make(session, cast, at, "Flights out", kind=kind, places=kenya, expires_at=at + HOUR)
    front = signed_in(cast.dora).open("/")
    assert front.title == "1 evacuation notice and 3 active alerts in your country"
    assert visitor.open("/").title == "1 evacuation notice and 1 public alert in force"
    for page in (front, visitor.open("/"), visitor.open("/countries/KE")):
        assert page.texts("//section[contains(@class, 'pinned')]/h2") == ["Flights out"]
        assert "Flights out" not in page.texts("//ol[@class='rows']//a")
        assert page.text.index("Flights out") < page.text.index("Alert of CLEAR")
    elsewhere = signed_in(cast.chidi).open("/")
    assert elsewhere.title == "No active alerts in your country"
    assert not elsewhere.texts("//section[contains(@class, 'pinned')]")
    past = queries.in_force(session, {"public"}, at=at + HOUR, countries=["KE"])
    assert not past.evacuations


def test_drill_stands_apart_and_counts_as_no_alert(
    visitor: Visitor,
    signed_in: SignIn,
    session: Session,
    cast: Cast,
    at: datetime,
    alerts: None,
) -> None:
    drill = make(session, cast, at, "Earthquake", is_exercise=True, places=[Place("KE", "Nairobi")])
    pages = [signed_in(cast.dora).open("/"), visitor.open("/"), visitor.open("/countries/KE")]
    assert pages[0].title == "3 active alerts in your country"
    assert pages[1].title == "1 public alert in force"
    for page in pages:
        assert page.links()["EXERCISE: Earthquake"] == drill
        assert "Exercises" in page.texts("//main//h2")
        assert page.text.count("Earthquake") == page.text.count("EXERCISE: Earthquake") > 0
    assert "EXERCISE: Earthquake" in pages[0].texts("//ul[@class='lines']//a")


def test_drills_do_not_crowd_out_what_is_real(session: Session, cast: Cast, at: datetime) -> None:
    make(session, cast, at - HOUR, "Real", severity="routine")
    for number in range(30):
        make(session, cast, at, f"Drill {number}", is_exercise=True, severity="emergency")
    found = queries.in_force(session, {"public"}, at=at)
    assert [edition.title for _, edition in found.alerts] == ["Real"]
    assert len(found.exercises) == 30
