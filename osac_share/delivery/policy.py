"""Who still gets a mail, in what order, how often it is tried, and whose link is whose. Pure."""

from __future__ import annotations

import hashlib
import hmac
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeSerializer

from osac_share.councils.policy import may_see
from osac_share.reports.documents import WITHHELD

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

URGENCY = {"emergency": 0, "security": 1, "routine": 2}
"""The order in which severities are sent; the smaller number goes first."""

OBSOLETE_STATES = frozenset({"expired", "withdrawn"})
"""A report that ended so is not mailed any more; an all-clear or a cancellation is news."""

REVIEW = "review"
DECIDED = frozenset({"approved", "held_back", "returned", "rejected"})
"""What authors are told that somebody decided about their draft."""

SECOND_LOOK = "second_look"
OVERDUE = "overdue"
EXPIRY = "expiry"

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a delivery may go out now, all of it read at this moment."""

    clearance: AbstractSet[str]
    audience: AbstractSet[str]
    current_audience: AbstractSet[str]
    suspended: bool
    subscribed: bool
    report_state: str


def reason_to_skip(facts: Facts) -> str | None:
    """Return why this person must not get this mail now, or None when they may.

    As on every page, an edition that was superseded is only for those who may also see
    the edition that took its place.
    """
    if facts.suspended:
        return "the account is suspended"
    if not facts.subscribed:
        return "the subscription has ended"
    if facts.report_state in OBSOLETE_STATES:
        return f"the report is {facts.report_state}"
    if not may_see(facts.clearance, facts.audience):
        return "not among those who may see it"
    if not may_see(facts.clearance, facts.current_audience):
        return "not among those who may see its newest edition"
    return None


@dataclass(frozen=True, slots=True)
class Work:
    """What decides whether somebody is still to be called to a piece of work."""

    suspended: bool
    in_office: bool
    is_open: bool


def reason_not_to_call(work: Work) -> str | None:
    """Return why this person is not called to this work any more, or None when they are."""
    if work.suspended:
        return "the account is suspended"
    if not work.in_office:
        return "not in that office any more"
    if not work.is_open:
        return "somebody has done it meanwhile"
    return None


def is_withheld(marking: str) -> bool:
    """Tell whether mail says no more than that there is something to read."""
    return marking in WITHHELD


def message_id(secret: str, host: str, delivery_id: int) -> str:
    """Return the Message-ID of a delivery, made from it alone: a repeat is known for one."""
    made = hmac.new(secret.encode(), f"delivery {delivery_id}".encode(), hashlib.sha256)
    return f"<{made.hexdigest()[:40]}@{host}>"


def pause_after(attempts: int) -> timedelta:
    """Return how long to wait after so many failed tries: doubling, with jitter, to an hour.

    The jitter keeps the mails of one outage from coming back all at once.
    """
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 10))
    return pause * random.uniform(0.8, 1.0)  # noqa: S311 -- spreads load, guards nothing.


def is_given_up(matched_at: datetime, at: datetime) -> bool:
    """Tell whether a mail has been tried for so long that trying on helps nobody."""
    return at - matched_at > GIVE_UP_AFTER


def unsubscribe_token(secret: str, subscription: str) -> str:
    """Return the signed name of a subscription: whoever holds it may end that one, nothing else."""
    return _signer(secret).dumps(subscription)


def subscription_named_by(secret: str, token: str) -> str | None:
    """Return the public id that a token names, or None when we did not sign it for this."""
    try:
        named = _signer(secret).loads(token)
    except BadSignature:
        return None
    return named if isinstance(named, str) else None


def _signer(secret: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret, salt="unsubscribe", signer_kwargs={"digest_method": hashlib.sha256}
    )
