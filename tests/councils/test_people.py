"""A council's people: asking to join, the members' list, seats that help the chair, exports."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from osac_share.audit.models import AuditEntry
from osac_share.councils import actions
from osac_share.councils.models import BY_ANYBODY, CLOSED, JoinRequest
from osac_share.councils.models.joining import ACCEPTED, REFUSED, TAKEN_BACK
from osac_share.councils.policy import MEMBER, SECRETARY, STEERING
from osac_share.councils.queries import (
    clearance_rows,
    find_own_request,
    find_seat,
    get_request,
    members,
    waiting_requests,
)
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.reports import actions as reports
from tests.support.factories import make_draft, make_report

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from osac_share.councils.models import Seat
    from tests.support.cast import Cast
    from tests.support.governing import Government


@pytest.fixture
def asked(session: Session, cast: Cast, at: datetime) -> JoinRequest:
    """Let Dora ask Nigeria's council; return her request."""
    with transaction(session):
        by = cast.actors["dora"]
        actions.join(session, cast.nigeria, words="Our trucks go there.", by=by, at=at)
    found = find_own_request(session, cast.nigeria.id, cast.dora.id)
    assert found is not None
    return found


def seat_of(session: Session, cast: Cast, name: str, at: datetime, *kinds: str) -> Seat:
    person = cast.people[name]
    assert person is not None
    seat = find_seat(session, cast.kenya.id, person.id, kinds, at=at)
    assert seat is not None
    return seat


def test_chair_lets_in_somebody_who_asked(
    session: Session, cast: Cast, at: datetime, asked: JoinRequest
) -> None:
    waiting = waiting_requests(session, cast.nigeria.id, at=at)
    assert [(one.person.name, home.name) for one, home in waiting if home] == [
        ("Dora Member", "Example Freight")
    ]
    with transaction(session):
        actions.accept(session, asked, by=cast.actors["chidi"], at=at)
    assert asked.state == ACCEPTED
    assert f"council:{cast.nigeria.id}" in clearance_rows(session, cast.dora.id)
    assert not waiting_requests(session, cast.nigeria.id, at=at)


def test_requests_and_answers_are_told_by_letter(
    government: Government, asked: JoinRequest
) -> None:
    assert government.letters("join_asked") == ["chidi@example.org"]
    with transaction(government.session):
        by = government.cast.actors["chidi"]
        actions.turn_down(government.session, asked, because="Full.", by=by, at=government.at)
    assert (asked.state, asked.why) == (REFUSED, "Full.")
    assert government.letters("join_answered") == ["dora@example.org"]


def test_nobody_else_answers_and_nobody_answers_twice(
    session: Session, cast: Cast, at: datetime, asked: JoinRequest
) -> None:
    for name in ("amara", "ben", "dora", "gus"):
        with pytest.raises(NotAllowed):
            actions.accept(session, asked, by=cast.actors[name], at=at)
    with transaction(session):
        actions.take_back(session, asked, by=cast.actors["dora"], at=at)
    assert asked.state == TAKEN_BACK
    with pytest.raises(RuleBroken, match="answered already"):
        actions.accept(session, asked, by=cast.actors["chidi"], at=at)


def test_request_to_one_council_is_not_found_through_another(
    session: Session, cast: Cast, asked: JoinRequest
) -> None:
    with pytest.raises(NotFound):
        get_request(session, cast.kenya, asked.public_id)


def test_council_that_is_open_seats_at_once(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        by = cast.actors["chidi"]
        actions.set_joining(session, cast.nigeria, BY_ANYBODY, by=by, at=at)
        seat = actions.join(session, cast.nigeria, words="", by=cast.actors["dora"], at=at)
    assert seat is not None
    assert seat.kind == MEMBER
    assert session.scalars(select(JoinRequest)).all() == []


@pytest.mark.one_database
def test_who_cannot_join_is_told_why(session: Session, cast: Cast, at: datetime) -> None:
    for name in ("eve", "sven"):
        with pytest.raises(NotAllowed):
            actions.join(session, cast.nigeria, words="", by=cast.actors[name], at=at)
    with pytest.raises(RuleBroken, match="seat here already"):
        actions.join(session, cast.kenya, words="", by=cast.actors["dora"], at=at)
    actions.join(session, cast.nigeria, words="", by=cast.actors["dora"], at=at)
    with pytest.raises(RuleBroken, match="asked already"):
        actions.join(session, cast.nigeria, words="", by=cast.actors["dora"], at=at)
    cast.nigeria.status = CLOSED
    with pytest.raises(RuleBroken, match="closed"):
        actions.join(session, cast.nigeria, words="", by=cast.actors["ben"], at=at)


def test_list_has_everybody_once_for_each_seat_and_no_suspended_person(
    session: Session, cast: Cast, at: datetime
) -> None:
    found = [(one.person.name, one.seat.kind) for one in members(session, cast.kenya.id, at=at)]
    assert found == [
        ("Amara Chair", "chair_public"),
        ("Ben Cochair", "cochair_private"),
        ("Dora Member", "member"),
        ("Sade Secretary", "secretary"),
    ]


@pytest.mark.parametrize("name", ["amara", "ben", "sade"])
def test_chairs_and_secretary_end_a_members_seat(
    session: Session, cast: Cast, at: datetime, name: str
) -> None:
    with transaction(session):
        held = seat_of(session, cast, "dora", at, MEMBER)
        actions.remove(session, held, by=cast.actors[name], at=at)
    assert f"council:{cast.kenya.id}" not in clearance_rows(session, cast.dora.id)


@pytest.mark.one_database
def test_seats_of_officers_are_not_the_secretarys_to_end(
    session: Session, cast: Cast, at: datetime
) -> None:
    chair = seat_of(session, cast, "amara", at, "chair_public")
    secretary = seat_of(session, cast, "sade", at, SECRETARY)
    member = seat_of(session, cast, "dora", at, MEMBER)
    refused = [("sade", secretary), ("ben", secretary), ("ben", chair), ("amara", chair)]
    for name, held in [*refused, ("dora", member), ("chidi", member), ("gus", member)]:
        with pytest.raises(NotAllowed):
            actions.remove(session, held, by=cast.actors[name], at=at)
    actions.remove(session, secretary, by=cast.actors["amara"], at=at)


def test_chair_seats_a_member_on_the_steering_committee(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        by, kenya = cast.actors["amara"], cast.kenya
        actions.seat_on_committee(session, kenya, cast.dora.id, STEERING, by=by, at=at)
    assert f"steering:{cast.kenya.id}" in clearance_rows(session, cast.dora.id)
    for person_id, kind, words in (
        (cast.dora.id, STEERING, "already"),
        (cast.chidi.id, SECRETARY, "sits on the council"),
        (cast.dora.id, "chair_public", "two people"),
    ):
        with pytest.raises(RuleBroken, match=words):
            actions.seat_on_committee(session, cast.kenya, person_id, kind, by=by, at=at)
    with pytest.raises(NotAllowed):
        actions.seat_on_committee(
            session, cast.kenya, cast.dora.id, SECRETARY, by=cast.actors["ben"], at=at
        )


def test_member_gives_up_their_own_seat_and_officers_do_not(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        actions.leave(session, cast.kenya, by=cast.actors["dora"], at=at)
    assert f"council:{cast.kenya.id}" not in clearance_rows(session, cast.dora.id)
    for name in ("amara", "ben", "sade", "chidi", "eve"):
        with pytest.raises(RuleBroken):
            actions.leave(session, cast.kenya, by=cast.actors[name], at=at)


def test_list_leaves_the_house_for_its_proposer_for_a_day_and_is_counted(
    government: Government,
) -> None:
    session, cast, at = government.session, government.cast, government.at
    with transaction(session):
        cast.dora.name = "=HYPERLINK(1)"
        proposal = actions.propose_export(session, cast.kenya, by=cast.actors["ben"], at=at)
    with pytest.raises(NotFound):
        actions.fetch_list(session, proposal, by=cast.actors["ben"], at=at)
    government.second(proposal, cast.amara)
    for name in ("amara", "sade", "dora", "chidi", "gus"):
        with pytest.raises(NotFound):
            actions.fetch_list(session, proposal, by=cast.actors[name], at=at)
    with transaction(session):
        name, content = actions.fetch_list(session, proposal, by=cast.actors["ben"], at=at)
    with pytest.raises(NotFound):
        actions.fetch_list(session, proposal, by=cast.actors["ben"], at=at + timedelta(hours=24))
    rows = list(csv.reader(content.splitlines()))
    assert name == "TLP-AMBER-STRICT_kenya_members_2026-03-02.csv"
    assert rows[0][0] == "TLP:AMBER+STRICT"
    assert [row[0] for row in rows[2:]] == [
        "'=HYPERLINK(1)",
        "Amara Chair",
        "Ben Cochair",
        "Sade Secretary",
    ]
    entry = select(AuditEntry.detail).where(AuditEntry.action == "council.export_list")
    assert session.scalars(entry).all() == [{"rows": 4}]


def test_proposer_who_lost_the_seat_fetches_nothing(government: Government) -> None:
    session, cast, at = government.session, government.cast, government.at
    with transaction(session):
        proposal = actions.propose_export(session, cast.kenya, by=cast.actors["ben"], at=at)
    government.second(proposal, cast.amara)
    with transaction(session):
        actions.end_seats_of(session, cast.ben.id, at=at)
    with pytest.raises(NotFound):
        actions.fetch_list(session, proposal, by=government.actor(cast.ben), at=at)


def test_members_propose_no_export(session: Session, cast: Cast, at: datetime) -> None:
    for name in ("dora", "chidi", "gus"):
        with pytest.raises(NotAllowed):
            actions.propose_export(session, cast.kenya, by=cast.actors[name], at=at)


def test_closed_council_publishes_nothing(session: Session, cast: Cast, at: datetime) -> None:
    by = cast.actors["amara"]
    with transaction(session):
        report, draft = make_draft(session, cast.kenya, by=by, at=at)
        cast.kenya.status = CLOSED
    with pytest.raises(RuleBroken, match="Kenya is closed"), transaction(session):
        reports.publish(session, report, draft, by=by, at=at)
    with pytest.raises(RuleBroken, match="Kenya is closed"), transaction(session):
        make_report(session, cast.kenya, by=by, at=at)
