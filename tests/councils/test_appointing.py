"""Chairs and co-chairs: terms, hand-overs, and who can hold which seat."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.councils import actions
from osac_share.councils.actions import Term
from osac_share.councils.models import Seat
from osac_share.councils.policy import CHAIR, COCHAIR, STEERING, next_turn
from osac_share.councils.queries import clearance_rows, find_seat, standing_of, terms
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.promises import PROMISES
from tests.support.factories import MOMENT, make_organization, make_person

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from tests.support.cast import Cast
    from tests.support.governing import Government

DAY = timedelta(days=1)


def chairs(government: Government, at: datetime) -> list[str]:
    kenya = government.cast.kenya.id
    return [
        person.name
        for person in (government.cast.amara, government.nia)
        if (kenya, CHAIR) in standing_of(government.session, person.id, at=at).seats
    ]


def seat_of_amara(government: Government) -> Seat:
    cast, at = government.cast, government.at
    seat = find_seat(government.session, cast.kenya.id, cast.amara.id, (CHAIR,), at=at)
    assert seat is not None
    return seat


def test_predecessor_leaves_at_the_moment_the_successor_begins(government: Government) -> None:
    begins = government.at + 7 * DAY
    proposal = government.propose(starts=begins, replaces=seat_of_amara(government).id)
    assert proposal.words.endswith("on 9 Mar 2026, and takes over from Amara Chair")
    government.second(proposal, government.abe)
    moments = (government.at, begins - timedelta(seconds=1), begins)
    assert [chairs(government, moment) for moment in moments] == [
        ["Amara Chair"],
        ["Amara Chair"],
        ["Nia Newcomer"],
    ]


def test_two_serve_side_by_side_for_as_long_as_was_said(government: Government) -> None:
    begins = government.at + 7 * DAY
    government.second(
        government.propose(starts=begins, replaces=seat_of_amara(government).id, overlap=14 * DAY),
        government.abe,
    )
    both = ["Amara Chair", "Nia Newcomer"]
    assert chairs(government, begins) == both
    assert chairs(government, begins + 14 * DAY - timedelta(seconds=1)) == both
    assert chairs(government, begins + 14 * DAY) == ["Nia Newcomer"]


def test_term_ends_by_itself(government: Government) -> None:
    ends = government.at + 30 * DAY
    government.second(government.propose(ends=ends), government.abe)
    assert "Nia Newcomer" in chairs(government, ends - timedelta(seconds=1))
    assert "Nia Newcomer" not in chairs(government, ends)


def test_beginning_that_has_passed_meanwhile_is_now(government: Government) -> None:
    proposal, later = government.propose(), timedelta(hours=50)
    government.second(proposal, government.abe, after=later)
    seat = government.session.get_one(Seat, proposal.outcome["seat"])
    assert seat.started_at == government.at + later


def test_both_officers_are_told_by_letter(government: Government) -> None:
    proposal = government.propose(replaces=seat_of_amara(government).id)
    government.second(proposal, government.abe)
    assert government.letters("seat_given") == ["nia@example.org"]
    assert government.letters("seat_ended") == ["amara@example.org"]


def test_chair_is_an_officer_and_co_chair_a_private_citizen(government: Government) -> None:
    with pytest.raises(RuleBroken, match=r"of the U\.S\. Government"):
        government.propose(person_id=government.cast.dora.id)
    with pytest.raises(RuleBroken, match="private sector"):
        government.propose(kind=COCHAIR)
    with pytest.raises(RuleBroken, match="active account"):
        government.propose(person_id=government.cast.sven.id)


@pytest.mark.one_database
def test_terms_that_cannot_be_are_refused(government: Government) -> None:
    at, kenya = government.at, government.cast.kenya
    foreign = find_seat(
        government.session, government.cast.nigeria.id, government.cast.chidi.id, (CHAIR,), at=at
    )
    assert foreign is not None
    impossible: list[tuple[dict[str, object], str]] = [
        ({"ends": at}, "end before it begins"),
        ({"starts": at + DAY, "ends": at + DAY}, "end before it begins"),
        ({"overlap": 91 * DAY}, "side by side"),
        ({"overlap": -DAY}, "side by side"),
        ({"kind": STEERING}, "Only chairs"),
        ({"person_id": government.cast.amara.id}, "leads it already"),
        ({"council_id": 999}, "closed"),
        ({"person_id": 999}, "active account"),
    ]
    for changes, words in impossible:
        with pytest.raises(RuleBroken, match=words):
            government.propose(**changes)
    with pytest.raises(NotFound):
        government.propose(replaces=foreign.id)
    assert len(terms(government.session, kenya.id, (CHAIR,), at=at)) == 1


def test_only_administrators_propose_terms(government: Government) -> None:
    for name in ("amara", "ben", "gus", "dora"):
        by = government.cast.actors[name]
        with pytest.raises(NotAllowed):
            actions.propose_term(government.session, government.term(), by=by, at=government.at)


def test_administrator_alone_ends_a_seat_at_once(government: Government) -> None:
    session, at, seat = government.session, government.at, seat_of_amara(government)
    with pytest.raises(NotAllowed), transaction(session):
        actions.end_term(session, seat, by=government.cast.actors["chidi"], at=at)
    with transaction(session):
        actions.end_term(session, seat, by=government.actor(government.ada), at=at)
    assert chairs(government, at) == []
    assert f"chair:{government.cast.kenya.id}" not in clearance_rows(session, seat.person_id)


def test_term_survives_the_way_through_a_proposal(at: datetime) -> None:
    term = Term(1, 2, COCHAIR, at, at + 365 * DAY, replaces=3, overlap=7 * DAY)
    assert Term.of(term.as_about()) == term
    assert Term.of(Term(1, 2, CHAIR, at).as_about()) == Term(1, 2, CHAIR, at)


def test_seat_that_starts_later_is_matched_from_then_on(
    session: Session, cast: Cast, at: datetime
) -> None:
    begins, ends = at + DAY, at + 2 * DAY
    with transaction(session):
        actions.seat(session, cast.nigeria, cast.amara.id, CHAIR, at=at, starts=begins, until=ends)
    token, keep = f"chair:{cast.nigeria.id}", PROMISES["seats turned"]
    seen = []
    for moment in (at, begins - timedelta(seconds=1), begins, ends - timedelta(seconds=1), ends):
        done = keep(session, moment)
        seen.append((done, token in clearance_rows(session, cast.amara.id)))
    assert seen == [(0, False), (0, False), (1, True), (0, True), (1, False)]
    assert keep(session, ends + DAY) == 0


def test_what_was_missed_in_an_outage_is_mended_at_once(
    session: Session, cast: Cast, at: datetime
) -> None:
    with transaction(session):
        actions.seat(
            session, cast.nigeria, cast.dora.id, CHAIR, at=at, starts=at + DAY, until=at + 2 * DAY
        )
    assert PROMISES["seats turned"](session, at + 3 * DAY) == 1
    assert f"council:{cast.nigeria.id}" not in clearance_rows(session, cast.dora.id)


def test_every_seat_of_somebody_who_leaves_ends(session: Session, cast: Cast, at: datetime) -> None:
    with transaction(session):
        actions.seat(session, cast.nigeria, cast.dora.id, STEERING, at=at, starts=at + DAY)
        ended = actions.end_seats_of(session, cast.dora.id, at=at)
    assert ended == 2
    for moment in (at, at + 2 * DAY):
        assert standing_of(session, cast.dora.id, at=moment).seats == frozenset()
    assert PROMISES["seats turned"](session, at + 2 * DAY) == 0


@pytest.mark.parametrize(
    ("starts", "ends", "turn"),
    [
        (0, None, None),
        (1, None, 1),
        (1, 2, 1),
        (0, 2, 2),
        (-2, -1, None),
        (-1, 0, None),
        (1, 1, None),
    ],
)
def test_seat_turns_at_its_next_beginning_or_end(
    starts: int, ends: int | None, turn: int | None
) -> None:
    def moment(days: int | None) -> datetime | None:
        return None if days is None else MOMENT + days * DAY

    assert next_turn(MOMENT + starts * DAY, moment(ends), MOMENT) == moment(turn)


def test_chair_of_a_new_organization_can_be_appointed_from_its_first_day(
    government: Government,
) -> None:
    with transaction(government.session):
        home = make_organization(government.session, "Bureau", type_="government")
        officer = make_person(government.session, "Oli Officer", organization=home)
    proposal = government.propose(person_id=officer.id)
    assert government.second(proposal, government.abe).outcome["seat"]
