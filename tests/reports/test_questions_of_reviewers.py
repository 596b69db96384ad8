"""What waits for those who review, what they may open, and what the clock releases; row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.accounts.models import Person
from osac_share.councils.policy import (
    ADMIN,
    ANALYST,
    CHAIR,
    COCHAIR,
    SECRETARY,
    STRANGER,
    Actor,
    Standing,
    clearance_of,
)
from osac_share.kernel.errors import NotFound
from osac_share.reports import queries
from osac_share.reports.models import Report
from osac_share.reports.queries import Waiting
from tests.reports.questions import HOUR, Facts, Shelf, draft, edition, seated
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy.orm import Session

    from osac_share.reports.models import Edition

STAFF = replace(seated(CHAIR), seats=frozenset())
PEOPLE: dict[str, Standing] = {
    "chair": seated(CHAIR),
    "co-chair": seated(COCHAIR),
    "secretary": seated(SECRETARY),
    "analyst": replace(STAFF, staff_roles=frozenset({ANALYST})),
    "admin": replace(STAFF, staff_roles=frozenset({ADMIN})),
    "suspended": replace(STAFF, active=False, staff_roles=frozenset({ANALYST})),
    "stranger": STRANGER,
}
ALL = {"review", "red review", "their review", "held back", "red held back"}
DECIDED = {
    "chair": ALL - {"their review"},
    "co-chair": {"review", "held back"},
    "analyst": ALL,
}
"""Whose the drafts are to decide about; nobody else's."""

LOOKED_AT = {
    "chair": {"owed", "narrow"},
    "co-chair": {"owed"},
    "analyst": {"owed", "theirs owed"},
}
"""Who still owes a look at what was published in an emergency."""


def actor(name: str) -> Actor:
    return Actor(PEOPLE[name], clearance_of(PEOPLE[name]))


@pytest.fixture
def shelf(session: Session) -> Shelf:
    """Return a shelf with drafts that wait, and with emergencies that were not looked at."""
    shelf = Shelf(session)
    red: Facts = {"marking": "RED", "addressees": ["person:9"]}
    new: Facts = {"state": "draft"}
    shelf.put("review", draft("in_review", submitted_at=MOMENT), **new)
    shelf.put("red review", draft("in_review", submitted_at=MOMENT - HOUR, **red), **new)
    shelf.put("their review", draft("in_review", submitted_at=MOMENT), council_id=2, **new)
    shelf.put("held back", draft("scheduled"), **new)
    shelf.put("red held back", draft("scheduled", **red), **new)
    shelf.put("writing", draft("writing"), **new)
    shelf.put("spilled", draft("in_review"), quarantined_at=MOMENT, **new)
    shelf.put("imported", draft("in_review"), origin="import", **new)
    for stage in ("in_review", "scheduled"):
        # However it came about: what is published does not wait.
        shelf.put(f"was {stage}", edition(stage=stage), current=1)
    owed: Facts = {"second_look_due_at": MOMENT}
    shelf.put("owed", edition(**owed), current=1)
    shelf.put("narrow", edition(["chair:1"], **owed), current=1)
    shelf.put("theirs owed", edition(["staff"], **owed), current=1, council_id=2)
    shelf.put("done", edition(second_look_at=MOMENT, **owed), current=1)
    shelf.put("withdrawn", edition(**owed), edition(), current=2, state="withdrawn")
    shelf.put("imported owed", edition(**owed), current=1, origin="import")
    return shelf


def names(rows: Sequence[tuple[Report, Edition]]) -> list[str]:
    return [report.public_id for report, _ in rows]


def found_by(question: Callable[..., object], shelf: Shelf, who: Standing | Actor) -> set[str]:
    """Return the addresses at which a question finds something."""
    found = set()
    for name in shelf.session.scalars(select(Report.public_id)).all():
        try:
            question(shelf.session, name, who)
        except NotFound:
            continue
        found.add(name)
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_waiting_is_what_somebodys_office_decides_about(shelf: Shelf, name: str) -> None:
    waits = queries.waiting_for(shelf.session, actor(name))
    drafts, looks = DECIDED.get(name, set()), LOOKED_AT.get(name, set())
    assert set(names(waits.in_review)) == {one for one in drafts if "review" in one}
    assert set(names(waits.held_back)) == {one for one in drafts if "held" in one}
    assert set(names(waits.second_looks)) == looks
    assert waits.is_empty is not bool(drafts)
    assert found_by(queries.get_for_review, shelf, PEOPLE[name]) == drafts


def test_oldest_waits_first(shelf: Shelf) -> None:
    waits = queries.waiting_for(shelf.session, actor("chair"))
    assert names(waits.in_review) == ["red review", "review"]


@pytest.mark.parametrize("name", PEOPLE)
def test_look_is_owed_by_reviewers_who_may_read_it(shelf: Shelf, name: str) -> None:
    done = {"done"} if name in LOOKED_AT else set()
    found = found_by(queries.get_owed_look, shelf, actor(name))
    assert found == LOOKED_AT.get(name, set()) | done


def test_draft_is_read_by_its_authors_and_by_those_who_decide(shelf: Shelf) -> None:
    read = {name: found_by(queries.get_draft_to_read, shelf, PEOPLE[name]) for name in PEOPLE}
    # A draft whose author may know it is theirs to read, in whatever stage.
    plain = {"review", "held back", "writing", "imported"}
    assert read == {
        "chair": plain | {"red review", "red held back"},
        "co-chair": plain,
        "secretary": plain,
        "analyst": ALL,
        "admin": set(),
        "suspended": set(),
        "stranger": set(),
    }


def test_whatever_waits_is_not_nothing() -> None:
    row = (Report(), edition())
    assert Waiting([], [], []).is_empty
    assert not Waiting([row], [], []).is_empty
    assert not Waiting([], [row], []).is_empty
    assert not Waiting([], [], [row]).is_empty


def test_draft_that_is_to_be_decided_is_the_same_one(shelf: Shelf) -> None:
    report, found = queries.get_for_review(shelf.session, "review", PEOPLE["chair"], to_change=True)
    assert (report.public_id, found.stage) == ("review", "in_review")
    assert [one.report_id for one in report.editions] == [report.id]


def test_update_in_writing_is_not_for_review_because_what_holds_was_reviewed(
    session: Session,
) -> None:
    shelf = Shelf(session)
    shelf.put("again", edition(stage="in_review"), draft("writing"), current=1)
    with pytest.raises(NotFound):
        queries.get_for_review(session, "again", PEOPLE["analyst"])


def test_look_is_at_the_latest_edition_that_is_owed_one_or_at_that_which_is_named(
    session: Session,
) -> None:
    shelf = Shelf(session)
    owed: Facts = {"second_look_due_at": MOMENT}
    looked: Facts = {**owed, "second_look_at": MOMENT}
    shelf.put("one", edition(**owed), edition(**owed), edition(**looked), edition(), current=4)
    shelf.put("other", edition(**owed), current=1)
    chair = actor("chair")
    for to_change in (False, True):
        report, found = queries.get_owed_look(session, "one", chair, to_change=to_change)
        assert (report.public_id, found.number) == ("one", 2)
        _, found = queries.get_owed_look(session, "one", chair, 1, to_change=to_change)
        assert found.number == 1
    assert queries.get_owed_look(session, "one", chair, 3)[1].number == 3
    with pytest.raises(NotFound):
        queries.get_owed_look(session, "one", chair, 4)


def test_release_is_due_of_what_was_approved_for_now(session: Session) -> None:
    shelf = Shelf(session)
    due: Facts = {"release_at": MOMENT}
    new: Facts = {"state": "draft"}
    shelf.put("due", draft("scheduled", **due), **new)
    shelf.put("later", draft("scheduled", release_at=MOMENT + HOUR), **new)
    shelf.put("earlier", draft("scheduled", release_at=MOMENT - HOUR), **new)
    shelf.put("in review", draft("in_review", **due), **new)
    shelf.put("spilled", draft("scheduled", **due), quarantined_at=MOMENT, **new)
    shelf.put("out already", edition(stage="scheduled", **due), current=1)
    assert names(queries.due_for_release(session, at=MOMENT)) == ["earlier", "due"]
    assert names(queries.due_for_release(session, at=MOMENT, limit=1)) == ["earlier"]


def test_look_is_overdue_after_its_time(session: Session) -> None:
    shelf = Shelf(session)
    due: Facts = {"second_look_due_at": MOMENT}
    shelf.put("overdue", edition(**due), current=1)
    shelf.put("not yet", edition(second_look_due_at=MOMENT + HOUR), current=1)
    shelf.put("done", edition(second_look_at=MOMENT, **due), current=1)
    shelf.put("withdrawn", edition(**due), current=1, state="withdrawn")
    shelf.put("draft", draft(**due), state="draft")
    shelf.put("none", edition(), current=1)
    assert names(queries.overdue_looks(session, at=MOMENT)) == ["overdue"]


def test_author_is_reminded_of_what_runs_out_soon(session: Session) -> None:
    shelf = Shelf(session)
    soon: Facts = {"expires_at": MOMENT + HOUR}
    shelf.put("soon", edition(**soon), current=1)
    shelf.put("relay", edition(**soon), current=1, origin="embassy_relay")
    shelf.put("now", edition(expires_at=MOMENT), current=1)
    shelf.put("later", edition(expires_at=MOMENT + 2 * HOUR), current=1)
    shelf.put("extended", edition(**soon), edition(), current=2)
    shelf.put("ended", edition(**soon), current=1, state="expired")
    shelf.put("imported", edition(**soon), current=1, origin="import")
    rows = queries.about_to_expire(session, after=MOMENT, before=MOMENT + HOUR)
    assert set(names(rows)) == {"soon", "relay"}


def test_gap_between_officials_and_members_is_shown_of_first_editions(session: Session) -> None:
    shelf = Shelf(session)
    told: Facts = {"told_officials_at": MOMENT}
    later = MOMENT + HOUR
    shelf.put("told", edition(**told, published=later), current=1)
    shelf.put("narrowed", edition(narrowed_because="One site.", published=later), current=1)
    shelf.put("long ago", edition(**told), current=1)
    shelf.put("untold", edition(published=later), current=1)
    shelf.put("drill", edition(**told, published=later), current=1, is_exercise=True)
    shelf.put("imported", edition(**told, published=later), current=1, origin="import")
    shelf.put("update", edition(published=later), edition(**told, published=later), current=2)
    shelf.put("not theirs", edition(["chair:2"], **told, published=later), current=1)
    rows = queries.told_and_published(session, frozenset({"members"}), since=MOMENT)
    assert set(names(rows)) == {"told", "narrowed"}


def test_names_are_those_of_the_people_asked_for(session: Session) -> None:
    people = [
        Person(email=f"{name}@example.org", name=name, password_hash="x", created_at=MOMENT)
        for name in ("Ada", "Ben")
    ]
    session.add_all(people)
    session.flush()
    assert queries.names_of(session, [people[0].id, None]) == {people[0].id: "Ada"}
