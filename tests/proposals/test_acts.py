"""Two people for one act: who may be the second, and what becomes of a proposal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share import acts
from osac_share.councils import actions as councils
from osac_share.councils.policy import CHAIR, COCHAIR
from osac_share.councils.queries import standing_of
from osac_share.kernel.db import transaction
from osac_share.kernel.errors import NotAllowed, NotFound, RuleBroken
from osac_share.promises import PROMISES
from osac_share.proposals.models import EXPIRED, OPEN, PERFORMED, REFUSED, WITHDRAWN
from osac_share.proposals.policy import LASTS
from osac_share.proposals.queries import get_proposal
from osac_share.worker import Worker

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from osac_share.settings import Settings
    from tests.support.governing import Government


def chairs_kenya(government: Government) -> bool:
    standing = standing_of(government.session, government.nia.id, at=government.at)
    return (government.cast.kenya.id, CHAIR) in standing.seats


def test_nothing_is_done_before_a_second_person_agrees(government: Government) -> None:
    proposal = government.propose()
    assert (proposal.state, chairs_kenya(government)) == (OPEN, False)
    assert proposal.words == "Nia Newcomer becomes chair of Kenya on 2 Mar 2026"


def test_second_administrator_does_it_in_both_names(government: Government) -> None:
    proposal = government.second(government.propose(), government.abe)
    assert (proposal.state, proposal.decided_by) == (PERFORMED, government.abe.id)
    assert chairs_kenya(government)
    assert proposal.outcome.keys() == {"seat"}
    assert government.record("proposal") == ["proposal.make", "proposal.second"]
    assert government.letters("proposal_decided") == ["ada@example.org"]


def test_nobody_seconds_what_they_proposed_themselves(government: Government) -> None:
    proposal = government.propose()
    with pytest.raises(NotAllowed, match="yourself"):
        government.second(proposal, government.ada)
    assert not chairs_kenya(government)


@pytest.mark.parametrize("name", ["amara", "ben", "sade", "dora", "chidi", "gus", "sven", "eve"])
def test_nobody_but_administrators_sees_the_appointment_of_a_chair(
    government: Government, name: str
) -> None:
    proposal, by = government.propose(), government.cast.actors[name]
    for act in (acts.second, acts.withdraw):
        with pytest.raises(NotFound), transaction(government.session):
            act(government.session, proposal.public_id, by=by, at=government.at)
    with pytest.raises(NotFound), transaction(government.session):
        acts.refuse(government.session, proposal.public_id, because="No.", by=by, at=government.at)
    assert get_proposal(government.session, proposal.public_id).state == OPEN


def test_chair_of_the_council_seconds_its_co_chair(government: Government) -> None:
    proposal = government.propose(person_id=government.cast.dora.id, kind=COCHAIR)
    assert government.second(proposal, government.cast.amara).state == PERFORMED


def test_neither_a_co_chair_nor_another_chair_seconds_a_co_chair(government: Government) -> None:
    proposal = government.propose(person_id=government.cast.dora.id, kind=COCHAIR)
    for person in (government.cast.ben, government.cast.chidi):
        with pytest.raises(NotFound):
            government.second(proposal, person)


def test_administrator_who_lost_the_office_meanwhile_seconds_nothing(
    government: Government,
) -> None:
    proposal, stale = government.propose(), government.actor(government.abe)
    with transaction(government.session):
        government.abe.staff_roles = []
    with pytest.raises(NotFound), transaction(government.session):
        acts.second(government.session, proposal.public_id, by=stale, at=government.at)


def test_nothing_is_done_for_a_proposer_who_lost_the_office(government: Government) -> None:
    proposal = government.propose()
    with transaction(government.session):
        government.ada.suspended_at = government.at
    with pytest.raises(NotAllowed, match="may not do so any more"):
        government.second(proposal, government.abe)
    assert not chairs_kenya(government)


def test_what_cannot_be_done_any_more_leaves_the_proposal_open(government: Government) -> None:
    proposal = government.propose()
    with transaction(government.session):
        government.cast.kenya.status = "closed"
    with pytest.raises(RuleBroken, match="closed"):
        government.second(proposal, government.abe)
    assert get_proposal(government.session, proposal.public_id).state == OPEN
    assert government.letters("proposal_decided") == []


def test_refusal_carries_its_reason_and_ends_it(government: Government) -> None:
    proposal = government.propose()
    with transaction(government.session):
        by = government.actor(government.abe)
        acts.refuse(
            government.session, proposal.public_id, because="Too soon.", by=by, at=government.at
        )
    assert (proposal.state, proposal.why) == (REFUSED, "Too soon.")
    with pytest.raises(RuleBroken, match="decided already"):
        government.second(proposal, government.abe)


def test_proposer_alone_takes_it_back(government: Government) -> None:
    proposal = government.propose()
    session, at = government.session, government.at
    with pytest.raises(NotAllowed), transaction(session):
        acts.withdraw(session, proposal.public_id, by=government.actor(government.abe), at=at)
    with transaction(session):
        acts.withdraw(session, proposal.public_id, by=government.actor(government.ada), at=at)
    assert proposal.state == WITHDRAWN
    with pytest.raises(RuleBroken):
        government.second(proposal, government.abe)


def test_same_thing_is_proposed_once_at_a_time(government: Government) -> None:
    government.propose()
    with pytest.raises(RuleBroken, match="already"):
        government.propose()


def test_proposal_waits_for_72_hours_and_no_longer(government: Government) -> None:
    proposal = government.propose()
    with pytest.raises(RuleBroken, match="run out"):
        government.second(proposal, government.abe, after=LASTS)
    government.second(proposal, government.abe, after=LASTS - timedelta(seconds=1))
    assert proposal.state == PERFORMED


def test_promise_ends_what_nobody_seconded_and_tells_the_proposer_once(
    government: Government,
) -> None:
    proposal = government.propose()
    keep = PROMISES["proposals ended"]
    kept = [
        keep(government.session, government.at + timedelta(hours=hours)) for hours in (71, 72, 73)
    ]
    assert (kept, proposal.state) == ([0, 1, 0], EXPIRED)
    assert government.letters("proposal_decided") == ["ada@example.org"]
    assert government.record("proposal") == ["proposal.make", "proposal.expire"]


@pytest.mark.usefixtures("clock")
def test_those_who_may_second_are_asked_by_letter_once(
    government: Government, engine: Engine, settings: Settings
) -> None:
    government.propose()
    government.propose(person_id=government.cast.dora.id, kind=COCHAIR)
    with Worker(settings, engine) as worker:
        worker.drain()
    asked = ["abe@example.org", "abe@example.org", "amara@example.org"]
    assert government.letters("proposal_made") == asked


def test_export_is_seconded_by_another_chair_or_an_administrator(government: Government) -> None:
    cast, session, at = government.cast, government.session, government.at
    with transaction(session):
        proposal = councils.propose_export(session, cast.kenya, by=cast.actors["sade"], at=at)
    for person in (cast.dora, cast.chidi, cast.gus):
        with pytest.raises(NotFound):
            government.second(proposal, person)
    assert government.second(proposal, cast.ben).state == PERFORMED
