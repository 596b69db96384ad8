"""Who still gets a mail, and in what order mails go out. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from osac_share.councils.policy import may_see
from osac_share.reports.documents import WITHHELD
from osac_share.subscriptions.policy import EMERGENCY

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

URGENCY = {EMERGENCY: 0, "security": 1, "routine": 2}
"""The order in which severities are sent; the smaller number goes first."""

OBSOLETE_STATES = frozenset({"expired", "withdrawn"})
"""A report that ended so is not mailed any more; an all-clear or a cancellation is news."""

REVIEW = "review"
DECIDED = frozenset({"approved", "held_back", "returned", "rejected"})
"""What authors are told that somebody decided about their draft."""

SECOND_LOOK = "second_look"
OVERDUE = "overdue"
EXPIRY = "expiry"


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides whether a delivery may go out now, all of it read at this moment."""

    clearance: AbstractSet[str]
    audience: AbstractSet[str]
    current_audience: AbstractSet[str]
    suspended: bool
    subscribed: bool
    report_state: str
    marking: str
    current_marking: str
    refuses_mail: bool = False
    """Mail to this person's address came back; they are told when they sign in."""


def reason_to_skip(facts: Facts) -> str | None:
    """Return why this person must not get this mail now, or None when they may.

    As on every page, an edition that was superseded is only for those who may also see
    the edition that took its place. And once that one may not travel in clear, neither may what
    it says go out as an older edition says it.
    """
    is_overtaken = is_withheld(facts.current_marking) and not is_withheld(facts.marking)
    reasons = {
        "the account is suspended": facts.suspended,
        "mail to this address came back": facts.refuses_mail,
        "the subscription has ended": not facts.subscribed,
        f"the report is {facts.report_state}": facts.report_state in OBSOLETE_STATES,
        "not among those who may see it": not may_see(facts.clearance, facts.audience),
        "not among those who may see its newest edition": not may_see(
            facts.clearance, facts.current_audience
        ),
        "its newest edition may not travel": is_overtaken,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


@dataclass(frozen=True, slots=True)
class Work:
    """What decides whether somebody is still to be called to a piece of work."""

    suspended: bool
    in_office: bool
    is_open: bool
    refuses_mail: bool = False


def reason_not_to_call(work: Work) -> str | None:
    """Return why this person is not called to this work any more, or None when they are."""
    if work.suspended:
        return "the account is suspended"
    if work.refuses_mail:
        return "mail to this address came back"
    if not work.in_office:
        return "not in that office any more"
    if not work.is_open:
        return "somebody has done it meanwhile"
    return None


def is_withheld(marking: str) -> bool:
    """Tell whether mail says no more than that there is something to read."""
    return marking in WITHHELD
