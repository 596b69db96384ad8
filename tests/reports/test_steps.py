"""Who may take which step from where, and what others are told. Nothing here needs a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest

from osac_share.councils.policy import (
    ADMIN,
    ANALYST,
    CHAIR,
    COCHAIR,
    MEMBER,
    SECRETARY,
    STEERING,
    STRANGER,
    Standing,
)
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports import policy
from osac_share.reports.models import Edition, Report
from osac_share.reports.policy import STEPS, Who, is_restricted, is_widened, may_take, require

OURS = 1
PERSON = Standing(person_id=7, organization_id=3, organization_type="company", active=True)


def seated(kind: str, council: int = OURS) -> Standing:
    return replace(PERSON, seats=frozenset({(council, kind)}))


PEOPLE = {
    "chair": seated(CHAIR),
    "co-chair": seated(COCHAIR),
    "secretary": seated(SECRETARY),
    "steering": seated(STEERING),
    "member": seated(MEMBER),
    "chair elsewhere": seated(CHAIR, 2),
    "analyst": replace(PERSON, staff_roles=frozenset({ANALYST})),
    "admin": replace(PERSON, staff_roles=frozenset({ADMIN})),
    "suspended chair": replace(seated(CHAIR), active=False),
    "suspended analyst": replace(PERSON, active=False, staff_roles=frozenset({ANALYST})),
    "stranger": STRANGER,
}
AUTHORS = {"chair", "co-chair", "secretary"}
REVIEWERS = {"chair", "co-chair", "analyst"}

DRAFTS = {
    "revise": ({"writing"}, AUTHORS),
    "submit": ({"writing"}, AUTHORS),
    "discard": ({"writing"}, AUTHORS),
    "recall": ({"in_review", "scheduled"}, AUTHORS),
    "return": ({"in_review"}, REVIEWERS),
    "reject": ({"in_review"}, REVIEWERS),
    "approve": ({"in_review"}, REVIEWERS),
    "release": ({"scheduled"}, set[str]()),
    "publish_urgently": ({"writing", "in_review", "scheduled"}, {"chair"}),
}
"""From which stages of a draft, and by whom: written by hand, apart from the table in the code."""

REPORTS = {
    "update": ({"published", "expired"}, AUTHORS),
    "close": ({"published"}, AUTHORS),
    "expire": ({"published"}, set[str]()),
    "withdraw": ({"published", "all_clear", "cancelled", "expired"}, {"chair", "analyst"}),
}
STAGES = ("writing", "in_review", "scheduled", "rejected", "discarded")
STATES = ("draft", "published", "all_clear", "cancelled", "expired", "withdrawn")


def report_of(origin: str = "council", state: str = "published") -> Report:
    return Report(id=1, kind="alert", origin=origin, council_id=OURS, state=state)


def draft_of(
    marking: str = "GREEN",
    addressees: tuple[str, ...] = (),
    *,
    stage: str = "writing",
    authors: tuple[int, ...] = (8,),
) -> Edition:
    return Edition(marking=marking, addressees=list(addressees), stage=stage, authors=list(authors))


@pytest.mark.parametrize("step", DRAFTS)
def test_step_of_a_draft_is_taken_by_whose_it_is_and_from_where_it_starts(step: str) -> None:
    stages, people = DRAFTS[step]
    for name, stage in product(PEOPLE, STAGES):
        found = may_take(step, PEOPLE[name], report_of(state="draft"), draft_of(stage=stage))
        assert found is (name in people and stage in stages), (name, stage)


@pytest.mark.parametrize("step", REPORTS)
def test_step_of_a_report_is_taken_by_whose_it_is_and_from_where_it_starts(step: str) -> None:
    states, people = REPORTS[step]
    for name, state in product(PEOPLE, STATES):
        found = may_take(step, PEOPLE[name], report_of(state=state))
        assert found is (name in people and state in states), (name, state)


def test_every_step_is_in_one_of_the_two_tables() -> None:
    assert set(STEPS) == set(DRAFTS) | set(REPORTS)


ENDS = {
    "revise": {"writing"},
    "submit": {"in_review"},
    "discard": {"discarded"},
    "recall": {"writing"},
    "return": {"writing"},
    "reject": {"rejected"},
    "approve": {"published", "scheduled"},
    "release": {"published"},
    "publish_urgently": {"published"},
    "update": {"published"},
    "close": {"all_clear", "cancelled"},
    "expire": {"expired"},
    "withdraw": {"withdrawn"},
}


@pytest.mark.parametrize("step", ENDS)
def test_step_begins_and_ends_where_the_table_says(step: str) -> None:
    assert STEPS[step].before == (DRAFTS | REPORTS)[step][0]
    assert STEPS[step].after == ENDS[step]


@pytest.mark.parametrize("origin", ["council", "embassy_relay", "import"])
def test_what_was_imported_is_nobodys_to_change(origin: str) -> None:
    is_ours = origin != "import"
    chair, analyst = PEOPLE["chair"], PEOPLE["analyst"]
    report, draft = report_of(origin), draft_of(stage="in_review")
    assert policy.may_edit(chair, report) is is_ours
    assert policy.may_act_alone(chair, report) is is_ours
    for who in (chair, analyst):
        assert policy.may_withdraw(who, report) is is_ours
        assert policy.may_decide(who, report, draft) is is_ours
        assert policy.may_review(who, report, draft) is is_ours


@pytest.mark.parametrize("name", PEOPLE)
def test_published_edition_is_no_draft_any_more(name: str) -> None:
    edition = draft_of(stage="writing")
    edition.published_at = datetime(2026, 3, 2, tzinfo=UTC)
    assert not any(may_take(step, PEOPLE[name], report_of(), edition) for step in DRAFTS)


def test_reviewing_needs_a_draft() -> None:
    with pytest.raises(NotAllowed, match="chair, co-chair or analyst"):
        require("approve", PEOPLE["chair"], report_of(state="in_review"))


def test_author_is_told_that_somebody_else_must_look() -> None:
    own = draft_of(stage="in_review", authors=(7,))
    with pytest.raises(NotAllowed, match="wrote this yourself"):
        require("approve", PEOPLE["chair"], report_of(), own)
    with pytest.raises(NotAllowed, match="for a chair, co-chair or analyst"):
        require("approve", PEOPLE["secretary"], report_of(), own)
    with pytest.raises(NotAllowed, match="for the chair of the council to do"):
        require("publish_urgently", PEOPLE["secretary"], report_of(), own)
    with pytest.raises(NotAllowed, match="for the chairs and secretaries"):
        require("submit", PEOPLE["analyst"], report_of(), own)


def test_who_may_but_not_now_is_told_why() -> None:
    with pytest.raises(RuleBroken, match="This was handed in already"):
        require("submit", PEOPLE["secretary"], report_of(), draft_of(stage="in_review"))
    require("submit", PEOPLE["secretary"], report_of(), draft_of(stage="writing"))


def test_whose_a_step_is_is_said_in_words() -> None:
    assert STEPS["release"].who is STEPS["expire"].who is Who.CLOCK
    assert STEPS["withdraw"].who is Who.WITHDRAWER


@pytest.mark.parametrize(
    ("marking", "addressees", "knows"),
    [
        ("GREEN", (), {"chair", "co-chair", "secretary", "analyst"}),
        ("AMBER", ("steering:1",), {"chair", "co-chair", "secretary", "analyst"}),
        ("RED", ("person:9",), {"chair"}),
        ("RED", ("person:7",), {"chair", "co-chair", "secretary", "analyst"}),
        ("AMBER", ("government", "steering:1"), {"chair", "co-chair", "secretary"}),
        ("AMBER", ("government",), {"chair"}),
        ("GREEN", ("group:law_enforcement",), {"chair"}),
    ],
)
def test_draft_for_few_is_known_to_the_chair_and_to_whom_it_is_for(
    marking: str, addressees: tuple[str, ...], knows: set[str]
) -> None:
    draft = draft_of(marking, addressees)
    for name in ("chair", "co-chair", "secretary", "analyst"):
        found = policy.may_know(PEOPLE[name], report_of(), draft)
        assert found is (name in knows), name


def test_author_knows_what_they_wrote() -> None:
    secret = draft_of("RED", ("person:9",), authors=(7,))
    assert policy.may_know(PEOPLE["secretary"], report_of(), secret)
    assert may_take("revise", PEOPLE["secretary"], report_of(), secret)


def test_who_may_not_know_a_draft_takes_no_step_with_it() -> None:
    secret = draft_of("RED", ("person:9",))
    assert not may_take("revise", PEOPLE["secretary"], report_of(), secret)
    in_review = draft_of("RED", ("person:9",), stage="in_review")
    assert not may_take("approve", PEOPLE["co-chair"], report_of(), in_review)
    assert may_take("approve", PEOPLE["analyst"], report_of(), in_review)


@pytest.mark.parametrize(
    ("marking", "is_wider"), [("CLEAR", True), ("GREEN", True), ("AMBER", False), ("RED", True)]
)
def test_update_that_more_may_see_is_widened(marking: str, *, is_wider: bool) -> None:
    report = report_of()
    current, draft = draft_of("AMBER"), draft_of(marking, ("person:1",) * (marking == "RED"))
    current.id, draft.id = 5, 6
    report.editions = [current, draft]
    assert not is_widened(report, draft)
    report.current_edition_id = 5
    assert is_widened(report, draft) is is_wider


@pytest.mark.parametrize(
    ("marking", "is_kept"),
    [("CLEAR", False), ("GREEN", False), ("AMBER", True), ("AMBER_STRICT", True), ("RED", True)],
)
def test_readers_of_what_may_not_travel_far_are_recorded(marking: str, *, is_kept: bool) -> None:
    assert is_restricted(marking) is is_kept
