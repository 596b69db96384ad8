"""The life of a report: every step, from every state, by everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from osac_share.audit.models import AuditEntry
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.kernel.outbox import OutboxRow
from osac_share.reports import actions, policy
from osac_share.reports.models import (
    ALL_CLEAR,
    CANCELLED,
    LIFTED,
    Contents,
    Edition,
    Place,
    Report,
)
from tests.support.factories import MOMENT, Words, make_draft, make_report

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from osac_share.councils.policy import Actor
    from tests.support.cast import Cast

    Take = Callable[[Session, Report, Edition, Actor], object]

PEOPLE = ("amara", "ben", "sade", "dora", "gus", "chidi", "eve", "sven")
"""Chair, co-chair, secretary and member of the council; analyst, another chair, two outsiders."""

WRITERS = frozenset({"amara", "ben", "sade"})
LATER = MOMENT + timedelta(hours=1)

TAKE: dict[str, Take] = {
    "revise": lambda s, r, e, by: actions.revise(s, r, e, Words().contents(LATER), by=by, at=LATER),
    "submit": lambda s, r, e, by: actions.submit(s, r, e, by=by, at=LATER),
    "discard": lambda s, r, e, by: actions.discard(s, r, e, by=by, at=LATER),
    "recall": lambda s, r, e, by: actions.recall(s, r, e, by=by, at=LATER),
    "return": lambda s, r, e, by: actions.send_back(s, r, e, by=by, at=LATER, words="Say where."),
    "reject": lambda s, r, e, by: actions.reject(s, r, e, by=by, at=LATER, words="A rumor."),
    "approve": lambda s, r, e, by: actions.approve(s, r, e, by=by, at=LATER),
    "publish_urgently": lambda s, r, e, by: actions.publish_urgently(
        s, r, e, by=by, at=LATER, because="Shots are heard."
    ),
    "update": lambda s, r, _e, by: actions.begin_update(s, r, by=by, at=LATER),
    "close": lambda s, r, _e, by: actions.begin_update(s, r, by=by, at=LATER, outcome=CANCELLED),
    "withdraw": lambda s, r, _e, by: actions.withdraw(s, r, by=by, at=LATER, because="Wrong."),
}
BY_THE_CLOCK = {"release", "expire"}

DRAFT_STATES = ("writing", "in_review", "scheduled", "rejected", "discarded")
REPORT_STATES = ("published", "all_clear", "cancelled", "expired", "withdrawn")

ALLOWED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "revise": (frozenset({"writing"}), WRITERS),
    "submit": (frozenset({"writing"}), WRITERS),
    "discard": (frozenset({"writing"}), WRITERS),
    "recall": (frozenset({"in_review", "scheduled"}), WRITERS),
    "return": (frozenset({"in_review"}), frozenset({"amara", "ben", "gus"})),
    "reject": (frozenset({"in_review"}), frozenset({"amara", "ben", "gus"})),
    "approve": (frozenset({"in_review"}), frozenset({"amara", "ben", "gus"})),
    "publish_urgently": (
        frozenset({"writing", "in_review", "scheduled"}),
        frozenset({"amara"}),
    ),
    "update": (frozenset({"published", "expired"}), WRITERS),
    "close": (frozenset({"published"}), WRITERS),
    "withdraw": (
        frozenset({"published", "all_clear", "cancelled", "expired"}),
        frozenset({"amara", "gus"}),
    ),
}
"""Written by hand, apart from the table in the code: from which states, and by whom."""


def brought_to(session: Session, cast: Cast, state: str) -> tuple[Report, Edition]:
    """Return a report of Kenya's that Sade wrote, in this state, by the ordinary steps."""
    sade, ben = cast.actors["sade"], cast.actors["ben"]
    report, edition = make_draft(session, cast.kenya, by=sade, at=MOMENT)
    if state == "writing":
        return report, edition
    if state == "discarded":
        actions.discard(session, report, edition, by=sade, at=MOMENT)
        return report, edition
    if state == "scheduled":
        edition.release_at = LATER + timedelta(days=1)
    actions.submit(session, report, edition, by=sade, at=MOMENT)
    if state == "in_review":
        return report, edition
    if state == "rejected":
        actions.reject(session, report, edition, by=ben, at=MOMENT, words="A rumor.")
        return report, edition
    actions.approve(session, report, edition, by=ben, at=MOMENT)
    if state == "expired":
        actions.expire(session, report, at=MOMENT)
    if state == "withdrawn":
        edition = actions.withdraw(
            session, report, by=cast.actors["amara"], at=MOMENT, because="Wrong."
        )
    if state in {ALL_CLEAR, CANCELLED}:
        edition = actions.begin_update(session, report, by=sade, at=MOMENT, outcome=state)
        edition.change_note, edition.authors = "It is over.", [cast.sade.id]
        actions.submit(session, report, edition, by=sade, at=MOMENT)
        actions.approve(session, report, edition, by=ben, at=MOMENT)
    return report, edition


def test_every_step_of_the_table_is_tried_here() -> None:
    assert TAKE.keys() | BY_THE_CLOCK == policy.STEPS.keys()
    assert ALLOWED.keys() == TAKE.keys()
    for name, (states, _people) in ALLOWED.items():
        assert policy.STEPS[name].before == states


@pytest.mark.parametrize("state", [*DRAFT_STATES, *REPORT_STATES])
@pytest.mark.parametrize("name", sorted(TAKE))
def test_step_is_taken_where_and_by_whom_it_may_and_changes_nothing_else(
    session: Session, cast: Cast, name: str, state: str
) -> None:
    is_draft_step = name in {step.name for step in policy.DRAFTING}
    with transaction(session):
        report, edition = brought_to(session, cast, state)
    states, people = ALLOWED[name]
    for who in PEOPLE:
        may = who in people and state in states
        before = _everything(session)
        offered = policy.may_take(
            name, cast.actors[who].standing, report, edition if is_draft_step else None
        )
        assert offered == may, (name, state, who)
        savepoint = session.begin_nested()
        refusal = _refusal(name, session, report, edition, cast.actors[who])
        if may:
            assert refusal is None, (name, state, who, refusal)
            assert _everything(session) != before
        else:
            assert refusal is not None, (name, state, who)
            assert refusal.message.endswith((".", "do."))
            assert isinstance(refusal, NotAllowed) == (who not in people), (name, state, who)
        savepoint.rollback()
        session.expire_all()
        assert _everything(session) == before


def _refusal(
    name: str, session: Session, report: Report, edition: Edition, by: Actor
) -> NotAllowed | RuleBroken | None:
    try:
        TAKE[name](session, report, edition, by)
        session.flush()
    except (NotAllowed, RuleBroken) as refusal:
        return refusal
    return None


def _everything(session: Session) -> tuple[object, ...]:
    session.flush()
    return (
        tuple(session.execute(select(Report.id, Report.state, Report.current_edition_id))),
        tuple(session.execute(select(Edition.id, Edition.stage, Edition.title, Edition.lock))),
        session.scalar(select(func.count()).select_from(AuditEntry)),
        session.scalar(select(func.count()).select_from(OutboxRow)),
    )


@pytest.mark.parametrize("who", ["amara", "ben", "gus"])
def test_nobody_approves_their_own(session: Session, cast: Cast, who: str) -> None:
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=cast.actors["sade"])
        # Whoever changed a word is an author of it.
        draft.authors = [cast.sade.id, getattr(cast, who).id]
        actions.submit(session, report, draft, by=cast.actors["sade"], at=LATER)
    with pytest.raises(NotAllowed, match="wrote this yourself"), transaction(session):
        actions.approve(session, report, draft, by=cast.actors[who], at=LATER)
    session.expire_all()
    assert draft.published_at is None


def test_emergency_is_published_alone_and_owes_a_second_look(session: Session, cast: Cast) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=amara)
    with pytest.raises(RuleBroken, match="cannot wait"), transaction(session):
        actions.publish_urgently(session, report, draft, by=amara, at=LATER, because=" ")
    with transaction(session):
        actions.publish_urgently(session, report, draft, by=amara, at=LATER, because="Shots.")
    assert draft.published_at == LATER
    assert draft.second_look_due_at == LATER + timedelta(hours=24)
    with pytest.raises(NotAllowed), transaction(session):
        actions.look_again(session, report, draft, by=amara, at=LATER)
    with transaction(session):
        actions.look_again(session, report, draft, by=cast.actors["ben"], at=LATER, words="Right.")
    assert (draft.second_look_at, draft.second_look_by) == (LATER, cast.ben.id)
    with pytest.raises(RuleBroken), transaction(session):
        actions.look_again(session, report, draft, by=cast.actors["gus"], at=LATER)


@pytest.mark.parametrize("words", [Words(marking="AMBER"), Words(addressees=["council:1"])])
def test_what_only_some_may_know_always_takes_two(
    session: Session, cast: Cast, words: Words
) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=amara, words=words)
    with pytest.raises(RuleBroken, match="second person"), transaction(session):
        actions.publish_urgently(session, report, draft, by=amara, at=LATER, because="Shots.")


def test_narrowing_needs_a_reason_and_is_refused_for_civil_aviation(
    session: Session, cast: Cast
) -> None:
    with transaction(session):
        report, draft = make_draft(
            session, cast.kenya, by=cast.actors["sade"], words=Words(marking="AMBER")
        )
        draft.narrowed_because = " "
    assert any("7 FAM 052" in one for one in policy.missing(report, draft, at=LATER))
    draft.narrowed_because = "It names one site."
    assert policy.missing(report, draft, at=LATER) == []
    draft.about(["aviation"])
    assert any("44905" in one for one in policy.missing(report, draft, at=LATER))
    draft.marking = "GREEN"
    assert policy.missing(report, draft, at=LATER) == []


def test_all_clear_lifts_every_place_and_some_may_be_lifted_alone(
    session: Session, cast: Cast
) -> None:
    amara, ben = cast.actors["amara"], cast.actors["ben"]
    places = (("KE", "Nairobi"), ("KE", "Mombasa"), ("KE", "Kisumu"))
    with transaction(session):
        report, _ = make_report(session, cast.kenya, by=amara, words=Words(places=places))
        update = actions.begin_update(session, report, by=amara, at=LATER)
        some = [Place(*places[0], LIFTED), Place(*places[1], LIFTED), Place(*places[2])]
        contents = replace(Contents.of(update), places=some, change_note="Two are open.")
        actions.revise(session, report, update, contents, by=amara, at=LATER)
        actions.submit(session, report, update, by=amara, at=LATER)
        actions.approve(session, report, update, by=ben, at=LATER)
    assert (report.state, update.update_no) == ("published", 1)
    with transaction(session):
        clear = actions.begin_update(session, report, by=amara, at=LATER, outcome=ALL_CLEAR)
        assert clear.is_lifted
        clear.change_note, clear.authors = "All roads are open.", [cast.amara.id]
        actions.submit(session, report, clear, by=amara, at=LATER)
        actions.approve(session, report, clear, by=ben, at=LATER)
    assert (report.state, report.current_edition_id) == (ALL_CLEAR, clear.id)


def test_exercise_stays_one(session: Session, cast: Cast) -> None:
    amara = cast.actors["amara"]
    with transaction(session):
        report, _ = actions.begin(
            session, kind="alert", council=cast.kenya, by=amara, at=MOMENT, is_exercise=True
        )
    assert report.is_exercise
    # Nothing that an author decides holds the word, and no action sets it again.
    assert "is_exercise" not in Contents.__dataclass_fields__
