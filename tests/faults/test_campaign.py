"""Workers killed one after the other while others race them: nothing lost, nothing doubled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.killing import PLACES, Campaign

if TYPE_CHECKING:
    from tests.support.mailbox import SmtpServer

pytestmark = pytest.mark.slow

SOME = [PLACES[3], "", PLACES[7], "", PLACES[10], PLACES[12]]


def test_kills_lose_nothing_and_repeat_only_what_was_in_flight(
    environment: dict[str, str], smtp_server: SmtpServer
) -> None:
    campaign = Campaign(environment, smtp_server)
    tally = campaign.run(SOME)
    campaign.close()
    assert tally.problems == []
    assert (tally.lost, tally.doubled) == (0, 0)
    assert tally.kills >= len(SOME) // 2
