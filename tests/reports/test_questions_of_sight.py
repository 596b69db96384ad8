"""What each question about published reports gives to whom, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.errors import NotFound
from osac_share.reports import queries
from osac_share.reports.models import Edition, Report
from osac_share.reports.queries import Filters
from osac_share.reports.queries.glances import get_glance, latest_changes
from tests.reports.questions import HOUR, Shelf, draft, edition
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

STRANGER = frozenset({"public"})
MEMBER = frozenset({"public", "members"})
OF_KENYA = frozenset({"public", "members", "council:1"})

SEEN: dict[frozenset[str], dict[str, list[int]]] = {
    STRANGER: {"clear": [1]},
    MEMBER: {"clear": [1], "green": [1], "loosened": [2], "withdrawn": [2], "drafted": [1]},
    OF_KENYA: {
        "clear": [1],
        "green": [1],
        "amber": [1],
        "narrowed": [2, 1],
        "loosened": [2, 1],
        "withdrawn": [2],
        "drafted": [1],
    },
}
"""Whom which editions of which reports are shown to, newest first."""


@pytest.fixture
def shelf(session: Session) -> Shelf:
    """Return a shelf with a report for every way of being seen or not."""
    shelf = Shelf(session)
    members, council = ("members", "staff"), ("council:1", "staff")
    shelf.put("clear", edition(["public"], marking="CLEAR"), current=1)
    shelf.put("green", edition(members), current=1)
    shelf.put("amber", edition(council, marking="AMBER"), current=1)
    shelf.put("narrowed", edition(members), edition(council, marking="AMBER"), current=2)
    shelf.put("loosened", edition(council, marking="AMBER"), edition(members), current=2)
    shelf.put("withdrawn", edition(members), edition(members), current=2, state="withdrawn")
    # A draft is not shown, even if somebody were named as its reader already.
    shelf.put("drafted", edition(members), draft(tokens=members), current=1)
    shelf.put("begun", draft(tokens=["public", *members]), state="draft")
    return shelf


NAMES = ("clear", "green", "amber", "narrowed", "loosened", "withdrawn", "drafted", "begun", "none")


@pytest.mark.parametrize("clearance", SEEN)
def test_each_question_shows_exactly_what_is_for_its_reader(
    shelf: Shelf, clearance: frozenset[str]
) -> None:
    seen = SEEN[clearance]
    session = shelf.session
    listed = queries.listing(session, clearance, limit=100)
    assert [report.public_id for report, _ in listed] == list(reversed(seen))
    assert queries.count(session, clearance) == len(seen)
    ids = {one.id for one in shelf.session.query(Edition)}
    rows = queries.visible_rows(session, ids, clearance)
    found: dict[str, list[int]] = {}
    for report, one in sorted(rows.values(), key=lambda row: -row[1].number):
        found.setdefault(report.public_id, []).append(one.number)
    assert found == seen
    assert set(rows) == {one.id for _, one in rows.values()}
    assert queries.visible_rows(session, [], clearance) == {}


@pytest.mark.parametrize("clearance", SEEN)
def test_address_opens_for_those_who_may_see_what_is_there(
    shelf: Shelf, clearance: frozenset[str]
) -> None:
    session = shelf.session
    for name in NAMES:
        numbers = SEEN[clearance].get(name, [])
        if not numbers:
            assert refused(queries.get_visible, session, name, clearance)
            assert refused(get_glance, session, name, clearance)
            continue
        report, current = queries.get_visible(session, name, clearance)
        assert (report.public_id, current.id) == (name, report.current_edition_id)
        visible = queries.visible_editions(session, report, clearance)
        assert [one.number for one in visible] == numbers
        glance = get_glance(session, name, clearance)
        assert [number for number, _ in glance.editions] == numbers
        assert glance.edition_id(None) == current.id == glance.edition_id(current.number)
        assert (glance.report_id, glance.council_id, glance.origin, glance.state) == (
            *(report.id, 1, "council"),
            report.state,
        )
        assert refused(glance.edition_id, 9)


@pytest.mark.parametrize("clearance", SEEN)
def test_edition_opens_by_its_number_where_it_and_the_current_one_may_be_seen(
    shelf: Shelf, clearance: frozenset[str]
) -> None:
    for name in NAMES:
        for number in (1, 2, 3):
            arguments = shelf.session, name, number, clearance
            if number in SEEN[clearance].get(name, []):
                report, one = queries.get_visible_edition(*arguments)
                assert (report.public_id, one.number) == (name, number)
            else:
                assert refused(queries.get_visible_edition, *arguments)


def test_glance_has_the_strictest_marking_of_what_is_there_to_see(shelf: Shelf) -> None:
    session = shelf.session
    assert get_glance(session, "loosened", OF_KENYA).marking == "AMBER"
    assert get_glance(session, "loosened", MEMBER).marking == "GREEN"
    assert get_glance(session, "clear", STRANGER).marking == "CLEAR"


def test_change_is_told_to_those_who_see_the_report_or_once_might(shelf: Shelf) -> None:
    named = {one.id: one.public_id for one in shelf.session.query(Report)}
    changes = {
        clearance: [named[number] for number, _at in latest_changes(shelf.session, clearance)]
        for clearance in SEEN
    }
    assert changes[STRANGER] == ["begun", "clear"]
    assert changes[MEMBER] == [
        *("begun", "drafted", "withdrawn", "loosened", "narrowed", "green", "clear"),
    ]
    assert len(changes[OF_KENYA]) == 8


def refused(question: Callable[..., object], *arguments: object) -> bool:
    """Tell whether nothing is said to exist."""
    try:
        question(*arguments)
    except NotFound:
        return True
    return False


NARROWED: list[tuple[Filters | None, set[str]]] = [
    (None, {"a", "b", "c"}),
    (Filters(), {"a", "b", "c"}),
    (Filters(countries=["KE"]), {"a", "c"}),
    (Filters(countries=["KE", "UG"]), {"a", "b", "c"}),
    (Filters(topics=["crime"]), {"a", "b"}),
    (Filters(kinds=["analysis"]), {"c"}),
    (Filters(severities=["emergency"]), {"b"}),
    (Filters(council_id=2), {"c"}),
    (Filters(chapter="security"), {"a"}),
    (Filters(states=["expired"]), {"b"}),
    (Filters(countries=["KE"], topics=["crime"]), {"a"}),
]


def test_list_is_narrowed_to_what_its_filters_name(session: Session) -> None:
    shelf = Shelf(session)
    shelf.put("a", edition(), current=1, chapter="security")
    shelf.put("b", edition(place="UG", severity="emergency"), current=1, state="expired")
    shelf.put("c", edition(topic="health"), current=1, council_id=2, kind="analysis")
    for filters, names in NARROWED:
        found = {row[0].public_id for row in queries.listing(session, MEMBER, filters, limit=9)}
        assert found == names
        assert queries.count(session, MEMBER, filters) == len(names)


def test_alerts_in_force_are_listed_by_gravity_and_then_the_newest_first(session: Session) -> None:
    shelf = Shelf(session)
    later = MOMENT + HOUR
    shelf.put("routine", edition(severity="routine"), current=1)
    shelf.put("grave", edition(severity="emergency", expires_at=later), current=1)
    shelf.put("middle", edition(severity="security", place="UG"), current=1)
    shelf.put("newer", edition(severity="security"), current=1, kind="evacuation_notice")
    shelf.put("unknown", edition(severity="none"), current=1)
    shelf.put("over", edition(expires_at=MOMENT), current=1)
    shelf.put("ended", edition(), current=1, state="expired")
    shelf.put("no alert", edition(), current=1, kind="analysis")
    shelf.put("not theirs", edition(["council:1"]), current=1)

    def alerts(countries: tuple[str, ...] = (), limit: int = 40) -> list[str]:
        rows = queries.active_alerts(session, MEMBER, at=MOMENT, countries=countries, limit=limit)
        return [report.public_id for report, _ in rows]

    assert alerts() == ["grave", "newer", "middle", "routine", "unknown"]
    assert alerts(limit=1) == ["grave"]
    assert alerts(countries=("UG",)) == ["middle"]
