"""What does not fit, and what became of a message, in words. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from osac_share.delivery.policy.why import NOT_YET, Offer, Telling, misfits, told
from osac_share.subscriptions.policy import Wish

if TYPE_CHECKING:
    from datetime import datetime

OFFER = Offer(["KE", "region:AF", "*"], ["crime"], "alert", "security")


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        (Wish(), []),
        (Wish(places=["region:AF"], topics=["crime", "health"], kinds=["alert"]), []),
        (Wish(places=["UG"], min_severity="emergency"), ["place", "severity"]),
        (Wish(topics=["health"], kinds=["advisory"]), ["topic", "kind"]),
    ],
)
def test_misfits_are_all_that_a_wish_asks_otherwise(wish: Wish, wrong: list[str]) -> None:
    assert misfits(wish, OFFER) == wrong


@pytest.mark.parametrize(
    ("state", "held_for", "attempts", "words"),
    [
        ("waiting", None, 0, "About to be sent"),
        ("waiting", None, 1, "Tried, and put off (450 later); again at"),
        ("waiting", "quiet", 0, "Held until your quiet hours end, at"),
        ("held", "burst", 0, "Held: many reports came at once, and one message tells of all"),
        ("held", "weekly", 0, "Held for your digest"),
        ("sending", None, 1, "Being sent just now"),
        ("failed", None, 1, "Refused for good: 450 later"),
        ("bounced", None, 1, "It came back: 450 later"),
    ],
)
def test_each_state_has_its_words(
    state: str, held_for: str | None, attempts: int, words: str, at: datetime
) -> None:
    row = replace(telling(at), state=state, held_for=held_for, attempts=attempts)
    row = replace(row, reason=None if words == "About to be sent" else "450 later")
    assert told(row, next_digest_at=None).words == words


def telling(at: datetime, *, after: timedelta = timedelta()) -> Telling:
    """Return what the ledger says of an emergency that waits, and is due so long after it."""
    return Telling(
        *("webhook", "waiting", None, None, 0, at, at + after, None),
        in_digest=False,
        is_emergency=True,
    )


ONLY_IF = "Only if you do not acknowledge it before"


@pytest.mark.parametrize(
    ("minutes", "changes", "words"),
    [
        (10, {}, ONLY_IF),
        (10, {"channel": "mail"}, NOT_YET),
        (10, {"is_emergency": False}, NOT_YET),
        (7, {}, NOT_YET),
        (10, {"reason": "nothing gets through there just now"}, "Put off (nothing gets through"),
        (10, {"reason": "quiet hours"}, "Held until your quiet hours end, at"),
        (10, {"attempts": 1, "reason": "503", "held_for": "quiet"}, "Tried, and put off (503)"),
    ],
)
def test_only_an_emergency_on_another_channel_waits_for_an_acknowledgement(
    minutes: int, changes: dict[str, Any], words: str, at: datetime
) -> None:
    row = replace(telling(at, after=timedelta(minutes=minutes)), **changes)
    assert told(row, next_digest_at=None).words.startswith(words)
