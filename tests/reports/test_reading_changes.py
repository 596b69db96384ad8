"""What changed between two editions: chosen by the address, and only of what one may see."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.db import transaction
from tests.reports.readings import chapters, cities, go_on, publish

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Report
    from tests.support.cast import Cast, SignIn
    from tests.support.pages import Document, Visitor

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]

HOUR = timedelta(hours=1)


@pytest.fixture
def series(session: Session, cast: Cast, at: datetime) -> Report:
    """Publish a public alert, an update, a correction and another update, hour by hour."""
    by = cast.actors["amara"]
    with transaction(session):
        report = publish(session, cast.kenya, by=by, at=at - 4 * HOUR, places=cities())
        words = chapters("alert", "a curfew at night")
        go_on(session, report, by=by, at=at - 3 * HOUR, sections=words)
        go_on(session, report, by=by, at=at - 2 * HOUR, is_major=False, title="Stay in shelter")
        go_on(session, report, by=by, at=at - HOUR, places=cities("Tijuana"), severity="routine")
    return report


def changes(visitor: Visitor, report: Report, query: str = "") -> Document:
    return visitor.open(f"/reports/{report.public_id}/changes{query}")


def listed(page: Document) -> list[str]:
    return page.texts("//main/ul[not(@class)]/li")


def chosen(page: Document) -> list[str]:
    return [words.partition(",")[0] for words in page.texts("//option[@selected]")]


def test_usual_comparison_is_with_the_major_edition_before(
    visitor: Visitor, series: Report
) -> None:
    page = changes(visitor, series)
    assert chosen(page) == ["Update 1", "Update 2"]
    # Places, title and severity did; the sections are the same, and not said to be.
    assert "Nothing changed." not in page.text
    assert listed(page) == [
        "Tijuana, Mexico: lifted.",
        "Title: “Stay in shelter”, was “Shelter in place”.",
        "Severity: Routine, was Security.",
    ]


def test_any_two_editions_are_compared(visitor: Visitor, series: Report) -> None:
    page = changes(visitor, series, "?from=1&to=2")
    assert chosen(page) == ["First report", "Update 1"]
    assert "4 sections changed." in page.text
    assert page.texts("//del")[0] == "removed: as usual"
    assert page.texts("//ins")[0] == "added: a curfew at night"
    assert listed(page) == []
    assert chosen(changes(visitor, series, "?from=4&to=1")) == ["Update 2", "First report"]
    assert "Nothing changed." in changes(visitor, series, "?from=2&to=2").text


def test_page_of_a_report_leads_to_what_changed(visitor: Visitor, series: Report) -> None:
    page = visitor.open(f"/reports/{series.public_id}")
    assert "3 details changed since update 1" in page.text
    address = page.links()["see what changed"]
    assert address == f"/reports/{series.public_id}/changes?from=2&to=4"
    assert visitor.open(address).status == 200
    first = visitor.open(f"/reports/{series.public_id}/editions/1")
    assert "see what changed" not in first.links()


@pytest.mark.parametrize(
    "query",
    [
        *("?from=9", "?to=9", "?from=0", "?from=-1", "?from=one", "?to=1.0", "?from=%D9%A1"),
        *("?to=99999999999999999999", "?from=1%00", "?to=1"),
    ],
)
def test_edition_that_is_not_there_is_not_found(
    visitor: Visitor, series: Report, query: str
) -> None:
    assert changes(visitor, series, query).status == 404


def test_empty_choice_is_the_usual_one(visitor: Visitor, series: Report) -> None:
    assert chosen(changes(visitor, series, "?from=&to=")) == ["Update 1", "Update 2"]


def test_report_of_one_edition_has_nothing_to_compare(
    visitor: Visitor, session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        report = publish(session, cast.kenya, by=cast.actors["amara"], at=at)
    assert changes(visitor, report).status == 404
    assert visitor.open("/reports/xxxxxxxxxxxxxxxxxxxx/changes").status == 404


def test_edition_that_one_may_not_see_is_compared_with_nothing(
    visitor: Visitor, signed_in: SignIn, session: Session, cast: Cast, at: datetime
) -> None:
    by = cast.actors["amara"]
    secret = chapters("alert", "a source within")
    with transaction(session):
        report = publish(
            session, cast.kenya, by=by, at=at - 2 * HOUR, marking="AMBER", sections=secret
        )
        go_on(session, report, by=by, at=at - HOUR, marking="CLEAR", sections=chapters("alert"))
        go_on(session, report, by=by, at=at, places=cities())
    dora = signed_in(cast.dora)
    # A member of the council warms the page; the stranger's is another.
    assert "a source within" in changes(dora, report, "?from=1&to=3").text
    assert changes(dora, report, "?from=1&to=3").texts("//p[@class='marking']") == ["TLP:AMBER"] * 2
    assert changes(visitor, report, "?from=1&to=3").status == 404
    assert changes(visitor, report, "?to=1").status == 404
    page = changes(visitor, report)
    assert chosen(page) == ["Update 1", "Update 2"]
    assert "within" not in page.response.get_data(as_text=True)
    assert len(page.texts("//select[@id='from']/option")) == 2
    assert changes(visitor, report, "?to=2").status == 404
