"""What an edition lacks, each as the author's next step. Nothing here needs a database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from osac_share.councils.models import ACTIVE, CLOSED, Council
from osac_share.kernel.errors import RuleBroken
from osac_share.reports.models import Edition, EditionPlace, EditionTopic, Report
from osac_share.reports.policy import (
    held_by,
    is_narrowed,
    is_spill,
    missing,
    require_ready,
    screened,
)
from osac_share.reports.policy.screening import SPILLS
from tests.support.factories import MOMENT, sections_saying

DAY = timedelta(days=1)


def report_of(kind: str = "alert", origin: str = "council", **facts: Any) -> Report:  # noqa: ANN401 -- columns.
    return Report(kind=kind, origin=origin, council_id=1, **({"state": "published"} | facts))


def edition_of(*statuses: str, topics: tuple[str, ...] = (), **facts: Any) -> Edition:  # noqa: ANN401 -- columns.
    """Return an edition with places of these statuses that lacks nothing but what `facts` say."""
    usual = {
        "number": 1,
        "title": "A march",
        "marking": "GREEN",
        "addressees": [],
        "sections": sections_saying("a march at noon"),
        "outcome": "holds",
        "is_major": True,
        "change_note": "",
        "narrowed_because": "",
        "expires_at": MOMENT + DAY,
    }
    edition = Edition(**(usual | facts))
    edition.places = [EditionPlace(country="KE", place="", status=one) for one in statuses]
    edition.topics = [EditionTopic(topic=one) for one in topics]
    return edition


def lacks(edition: Edition, report: Report | None = None) -> list[str]:
    """Return the first three words of each thing that is missing."""
    found = missing(report or report_of(), edition, at=MOMENT)
    return [" ".join(one.split()[:3]) for one in found]


ENDED = "This report has"
LIFTED = "Every place is"
MINOR = "The end of"
PASSED = "The time until"
TOO_LONG = "This may hold"
CHANGED = "Say in a"
NARROW = "Say why only"
FLIGHTS = "A threat to"
UNTIL_WHEN = "Say until when"
NOT_LIFTED = "An all-clear lifts"

BARE = [{"heading": "Event", "body": " "}]
ONE = sections_saying("a march at noon")[:1]


@pytest.mark.parametrize(
    ("edition", "found"),
    [
        (edition_of("active"), []),
        (edition_of("active", title=" "), ["Give the report"]),
        (edition_of(), ["Add at least"]),
        (edition_of("active", sections=[]), ["Write at least"]),
        (edition_of("active", sections=BARE), ["Write at least"]),
        (edition_of("active", sections=BARE, outcome="withdrawn"), []),
        (edition_of("active", number=2), [CHANGED]),
        (edition_of("active", number=2, change_note=" "), [CHANGED]),
        (edition_of("active", number=2, change_note="It moved."), []),
        (edition_of("active", number=2, is_major=False), []),
        (edition_of("active", expires_at=MOMENT), [PASSED]),
        (edition_of("active", expires_at=MOMENT, outcome="withdrawn"), []),
        (edition_of("active", expires_at=None), [UNTIL_WHEN]),
        (edition_of("active", expires_at=None, outcome="cancelled"), []),
        (edition_of("active", expires_at=MOMENT + 90 * DAY), []),
        (edition_of("active", expires_at=MOMENT + 91 * DAY), [TOO_LONG]),
        (edition_of("lifted"), [LIFTED]),
        (edition_of("lifted", outcome="all_clear"), []),
        (edition_of("active", "lifted", outcome="all_clear"), [NOT_LIFTED]),
        (edition_of("active", "lifted", outcome="cancelled"), []),
        (edition_of("active", outcome="cancelled", is_major=False), [MINOR]),
        (edition_of("active", is_major=False), []),
        (edition_of("active", marking="RED"), ["TLP:RED needs named", NARROW]),
        (edition_of("active", marking="AMBER"), [NARROW]),
        (edition_of("active", addressees=["council:1"]), [NARROW]),
        (edition_of("active", marking="AMBER", narrowed_because=" "), [NARROW]),
        (edition_of("active", marking="AMBER", narrowed_because="One site."), []),
        (
            edition_of("active", marking="AMBER", narrowed_because="x", topics=("aviation",)),
            [FLIGHTS],
        ),
        (edition_of("active", topics=("aviation",)), []),
    ],
)
def test_author_is_told_what_is_missing_and_nothing_else(
    edition: Edition, found: list[str]
) -> None:
    assert lacks(edition) == found


def test_required_sections_are_asked_for_by_name() -> None:
    found = missing(report_of(), edition_of("active", sections=ONE), at=MOMENT)
    assert found
    assert all(one.startswith("Write the section “") for one in found)
    assert ONE[0]["heading"] not in " ".join(found)
    assert lacks(edition_of("active", sections=ONE), report_of(origin="embassy_relay")) == []
    needed = ("Key points", "Assessment", "What it means for members")
    written = [{"heading": one, "body": "Calm."} for one in needed]
    analysis = edition_of("active", sections=written, expires_at=None)
    assert lacks(analysis, report_of("analysis")) == []


def test_relayed_text_is_not_held_to_what_authors_are() -> None:
    relay = report_of(origin="embassy_relay")
    assert lacks(edition_of("active", marking="AMBER"), relay) == []
    assert lacks(edition_of("active", expires_at=None), relay) == []


@pytest.mark.parametrize("state", ["all_clear", "cancelled", "withdrawn"])
def test_what_has_ended_is_withdrawn_or_left_alone(state: str) -> None:
    report = report_of(state=state)
    assert lacks(edition_of("active"), report) == [ENDED]
    assert lacks(edition_of("active", outcome="withdrawn"), report) == []


@pytest.mark.parametrize("state", ["published", "expired", "draft"])
def test_what_has_not_been_ended_goes_on(state: str) -> None:
    assert lacks(edition_of("active"), report_of(state=state)) == []


def test_closed_council_publishes_nothing_but_withdrawals() -> None:
    council = Council(name="Kenya", slug="kenya", status=CLOSED)
    report = report_of()
    report.council = council
    assert lacks(edition_of("active"), report) == ["Kenya is closed:"]
    assert lacks(edition_of("active", outcome="withdrawn"), report) == []
    council.status = ACTIVE
    assert lacks(edition_of("active"), report) == []


def test_term_is_that_of_the_kind() -> None:
    situation = report_of("situation_report")
    sections = [{"heading": "Situation", "body": "Calm."}]
    open_ended = edition_of("active", expires_at=None, sections=sections)
    assert UNTIL_WHEN not in lacks(open_ended, situation)
    long = edition_of("active", expires_at=MOMENT + 31 * DAY, sections=sections)
    assert TOO_LONG in lacks(long, situation)
    analysis = report_of("analysis")
    for expires_at in (None, MOMENT + 4000 * DAY):
        endless = edition_of("active", expires_at=expires_at, sections=sections)
        assert not {TOO_LONG, UNTIL_WHEN} & set(lacks(endless, analysis))


def test_edition_is_ready_when_nothing_is_missing() -> None:
    require_ready(report_of(), edition_of("active"), at=MOMENT)
    with pytest.raises(RuleBroken, match=r"Give the report a title. Add at least one country."):
        require_ready(report_of(), edition_of(title=""), at=MOMENT)


@pytest.mark.parametrize(
    ("marking", "is_narrow"),
    [("CLEAR", False), ("GREEN", False), ("AMBER", True), ("AMBER_STRICT", True), ("RED", True)],
)
def test_narrowed_is_what_fewer_than_all_members_may_read(marking: str, *, is_narrow: bool) -> None:
    assert is_narrowed(edition_of(marking=marking)) is is_narrow
    assert is_narrowed(edition_of(marking=marking, addressees=["person:1"]))


CLASSIFIED = "SECRET//NOFORN"


@pytest.mark.parametrize(
    ("facts", "part"),
    [
        ({"title": CLASSIFIED}, "Title"),
        ({"change_note": CLASSIFIED}, "What changed"),
        ({"sections": [*sections_saying("a march"), {"heading": "X", "body": CLASSIFIED}]}, "X"),
    ],
)
def test_what_the_guard_finds_is_named_by_its_part(facts: dict[str, Any], part: str) -> None:
    edition = edition_of("active", **facts)
    assert [one.part for one in screened(edition)] == [part]
    assert screened(edition)[0].pieces
    assert held_by(edition)
    assert is_spill(edition)
    found = missing(report_of(), edition, at=MOMENT)
    assert found
    assert all(one.startswith(f"{part}: ") for one in found)
    assert len(found) == len(set(found))
    assert CLASSIFIED not in " ".join(found)


def test_what_may_not_be_here_at_all_is_a_spill() -> None:
    kinds = {"classification", "portion", "caveat", "authority", "cui", "sensitive"}
    assert kinds == SPILLS
    assert not is_spill(edition_of("active", title="Passport 512345678"))
    assert held_by(edition_of("active", title="Passport 512345678"))


def test_doubt_is_shown_and_holds_nothing_back() -> None:
    edition = edition_of("active", title="Write to a@gmail.com")
    assert [one.part for one in screened(edition)] == ["Title"]
    assert not held_by(edition)
    assert lacks(edition) == []


def test_plain_text_is_held_by_nothing() -> None:
    edition = edition_of("active")
    assert screened(edition) == []
    assert not held_by(edition)
    assert not is_spill(edition)
