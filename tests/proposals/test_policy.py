"""Until when a proposal is open, and whose it is. No database."""

from __future__ import annotations

from datetime import timedelta

from osac_share.proposals.models import OPEN, Proposal
from osac_share.proposals.policy import is_open, is_own
from tests.support.factories import MOMENT

HOUR = timedelta(hours=1)


def test_proposal_is_open_until_it_is_decided_or_runs_out() -> None:
    proposal = Proposal(state=OPEN, expires_at=MOMENT + HOUR)
    assert is_open(proposal, MOMENT) is True
    assert not is_open(proposal, MOMENT + HOUR)
    assert not is_open(Proposal(state="accepted", expires_at=MOMENT + HOUR), MOMENT)


def test_proposal_is_that_of_the_person_who_made_it() -> None:
    assert is_own(Proposal(proposed_by=7), 7) is True
    assert not is_own(Proposal(proposed_by=7), 8)
    assert not is_own(Proposal(proposed_by=7), None)
    assert not is_own(Proposal(proposed_by=None), None)
