"""The pages of proposals: what waits for me, what I wait for, and pressing the button."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from osac_share.proposals.models import PERFORMED, REFUSED, WITHDRAWN

if TYPE_CHECKING:
    import time_machine

    from tests.support.cast import SignIn
    from tests.support.governing import Government

pytestmark = [pytest.mark.usefixtures("clock"), pytest.mark.one_database]


def test_proposer_and_second_see_it_in_their_lists(
    government: Government, signed_in: SignIn
) -> None:
    proposal = government.propose()
    address = f"/proposals/{proposal.public_id}"
    lists = {
        name: signed_in(person).open("/proposals")
        for name, person in (("ada", government.ada), ("abe", government.abe))
    }
    assert all(page.links().get(proposal.words) == address for page in lists.values())
    assert "Nothing waits for you." in lists["ada"].text
    assert "Nothing waits for you." not in lists["abe"].text


def test_second_presses_the_button_and_it_is_done(
    government: Government, signed_in: SignIn
) -> None:
    proposal, abe = government.propose(), signed_in(government.abe)
    address = f"/proposals/{proposal.public_id}"
    page = abe.open(address)
    assert page.title == proposal.words
    assert "Ada Admin" in page.text
    assert abe.submit(address, to=f"{address}/second").status == 303
    government.session.refresh(proposal)
    assert proposal.state == PERFORMED
    assert "Seconded and done by Abe Admin" in abe.open(address).text


def test_refusal_without_a_reason_is_asked_for_one(
    government: Government, signed_in: SignIn
) -> None:
    proposal, abe = government.propose(), signed_in(government.abe)
    address = f"/proposals/{proposal.public_id}"
    refused = abe.submit(address, to=f"{address}/refuse", why=" ")
    assert (refused.status, "Say in a few words" in refused.text) == (422, True)
    assert abe.submit(address, to=f"{address}/refuse", why="Too soon.").status == 303
    government.session.refresh(proposal)
    assert (proposal.state, proposal.why) == (REFUSED, "Too soon.")
    assert "Too soon." in signed_in(government.ada).open(address).text


def test_proposer_has_no_button_but_the_one_to_take_it_back(
    government: Government, signed_in: SignIn
) -> None:
    proposal, ada = government.propose(), signed_in(government.ada)
    address = f"/proposals/{proposal.public_id}"
    assert ada.open(address).texts("//main//button") == ["Take it back"]
    assert ada.submit(address, to=f"{address}/withdraw").status == 303
    government.session.refresh(proposal)
    assert proposal.state == WITHDRAWN


def test_others_are_told_of_nothing_there(government: Government, signed_in: SignIn) -> None:
    address = f"/proposals/{government.propose().public_id}"
    for person in (government.cast.amara, government.cast.dora, government.nia):
        visitor = signed_in(person)
        assert visitor.open(address).status == 404
        assert "Nia Newcomer" not in visitor.open("/proposals").text


def test_second_who_decided_too_late_reads_why(
    government: Government, signed_in: SignIn, clock: time_machine.Traveller
) -> None:
    proposal, abe = government.propose(), signed_in(government.abe)
    address = f"/proposals/{proposal.public_id}"
    token = abe.open(address).form_to(f"{address}/second")
    government.second(proposal, government.abe)
    late = abe.client.post(f"{address}/second", data=token)
    assert late.status_code == 409
    clock.shift(timedelta(minutes=6))
    stale = abe.client.post(f"{address}/second", data=token)
    assert (stale.status_code, stale.location.startswith("/confirm?")) == (303, True)


def test_proposals_are_named_in_the_head_for_those_in_office_alone(
    government: Government, signed_in: SignIn
) -> None:
    assert "Proposals" in signed_in(government.cast.ben).open("/").links()
    assert "Proposals" not in signed_in(government.cast.dora).open("/").links()
