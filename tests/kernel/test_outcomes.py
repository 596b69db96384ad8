"""What an answer makes of a claim, and when it is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from osac_share.kernel.leases import ACCEPTED, FAILED, SKIPPED, WAITING, Claim
from osac_share.kernel.mail import Answer
from osac_share.kernel.outcomes import (
    FEWEST_TRIES,
    GIVE_UP_AFTER,
    Outcome,
    PutOff,
    pause_after,
    refused,
)
from tests.support.factories import MOMENT

CLAIM = Claim(1, 1, 0, MOMENT, MOMENT)
TAKEN = Answer(accepted=True, permanent=False, code=250, text="taken")


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (5, 16), (7, 60), (500, 60)])
def test_pause_doubles_up_to_an_hour(attempts: int, minutes: int) -> None:
    longest = timedelta(minutes=minutes)
    assert all(longest * 0.8 <= pause_after(attempts) <= longest for _ in range(50))


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome(CLAIM), WAITING),
        (Outcome(CLAIM, answer=TAKEN), ACCEPTED),
        (Outcome(CLAIM, answer=refused("later", permanent=False)), WAITING),
        (Outcome(CLAIM, answer=refused("never", permanent=True)), FAILED),
        (Outcome(CLAIM, skipped="left"), SKIPPED),
        (Outcome(CLAIM, put_off=PutOff(MOMENT + timedelta(hours=8), "quiet hours")), WAITING),
    ],
)
def test_outcome_leaves_the_row_in_one_state(outcome: Outcome, state: str) -> None:
    assert outcome.state(MOMENT) == state
    assert outcome.is_untried == (outcome == Outcome(CLAIM))


def test_trying_ends_after_three_days() -> None:
    tried = replace(CLAIM, attempts=FEWEST_TRIES - 1)
    later = Outcome(tried, answer=refused("later", permanent=False))
    assert later.state(MOMENT + GIVE_UP_AFTER) == WAITING
    assert later.state(MOMENT + GIVE_UP_AFTER + timedelta(seconds=1)) == FAILED


def test_what_is_asked_for_again_after_three_days_is_tried_for_a_day() -> None:
    tried = replace(CLAIM, attempts=FEWEST_TRIES - 2)
    later = Outcome(tried, answer=refused("later", permanent=False))
    assert later.state(MOMENT + 2 * GIVE_UP_AFTER) == WAITING
    day = sum((pause_after(attempts) for attempts in range(1, FEWEST_TRIES)), timedelta())
    assert timedelta(hours=18) < day < timedelta(hours=26)
