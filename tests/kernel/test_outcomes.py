"""What an answer makes of a claim, and when it is tried again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from osac_share.kernel.errors import RuleBroken
from osac_share.kernel.leases import ACCEPTED, FAILED, SKIPPED, WAITING, Claim
from osac_share.kernel.mail import Answer, Envelope, OutboxMailer, open_mailer
from osac_share.kernel.outcomes import (
    FEWEST_TRIES,
    GIVE_UP_AFTER,
    Batch,
    Outcome,
    PutOff,
    hand_over,
    pause_after,
    refused,
)
from tests.support.factories import MOMENT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.mailbox import SmtpServer as Mailbox

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


def claims(number: int) -> list[Claim]:
    return [replace(CLAIM, id=place) for place in range(1, number + 1)]


def write(taken: Claim) -> Envelope:
    address = f"reader{taken.id}@example.org"
    return Envelope("a@example.org", address, b"Subject: x\r\n\r\n", f"<{address}>")


def test_mail_that_cannot_be_written_has_an_outcome_and_the_others_go_out(tmp_path: Path) -> None:
    def refuse() -> Envelope:
        raise RuleBroken("Enter one e-mail address.")

    first, second, third = claims(3)
    batch = Batch(
        [(first, lambda: write(first)), (second, refuse)], [Outcome(third, skipped="left")]
    )
    became = {one.claim.id: one for one in hand_over(OutboxMailer(tmp_path), batch)}
    assert {place: one.state(MOMENT) for place, one in became.items()} == {
        1: ACCEPTED,
        2: FAILED,
        3: SKIPPED,
    }


def test_when_time_is_up_what_is_left_of_a_batch_has_no_outcome(
    smtp_server: Mailbox, tmp_path: Path
) -> None:
    written: list[int] = []

    def note(taken: Claim) -> Envelope:
        written.append(taken.id)
        return write(taken)

    batch = Batch([(taken, partial(note, taken)) for taken in claims(200)])
    with open_mailer(smtp_server.url, tmp_path) as mailer:
        became = hand_over(mailer, batch, seconds=0)
    # The first ones of the batch, without a gap; the rest was not even written.
    assert 0 < len(became) < 10
    assert [one.claim.id for one in became] == written
    assert {one.state(MOMENT) for one in became} == {ACCEPTED}
    assert len(smtp_server.received) == len(became)


def test_where_nothing_is_accepted_a_batch_is_tried_to_its_end(
    smtp_server: Mailbox, tmp_path: Path
) -> None:
    smtp_server.data_answer = "451 later"
    batch = Batch([(taken, partial(write, taken)) for taken in claims(20)])
    with open_mailer(smtp_server.url, tmp_path) as mailer:
        assert len(hand_over(mailer, batch, seconds=0)) == 20
