"""The standing sentences of the house, the same on every page, in every mail and feed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from osac_share.reports.documents.series import is_relayed
from osac_share.reports.models import ALL_CLEAR, CANCELLED, CLOSING, EXPIRED, WITHDRAWN
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from osac_share.reports.models import Edition, Report

DRILL = (
    "EXERCISE. This is a drill. Nothing that it tells is happening. Do not act on it outside "
    "the exercise."
)
"""Above and below everything that is only practiced."""

RELAYED = (
    "Passed on word for word. OSAC does not issue alerts: notices like this one come from the "
    "U.S. embassy, consulate or office that issued them."
)
"""With an issuer's words; the first fact about them is whose they are."""

_ENDED = {
    ALL_CLEAR: "What this warned of is over.",
    CANCELLED: "What this said does not hold.",
    EXPIRED: "Nobody has said that this still holds.",
    WITHDRAWN: "Do not rely on what you were sent.",
}


def drill_notice(report: Report) -> str:
    """Return what stands above and below a drill; nothing for what is real."""
    return DRILL if report.is_exercise else ""


def relay_notice(report: Report) -> str:
    """Return the disclaimer of what is passed on; nothing for a council's own words."""
    return RELAYED if is_relayed(report) else ""


def state_with(report: Report, edition: Edition) -> str:
    """Return the state that a report has with this edition: the end that it declares, if any."""
    return edition.outcome if edition.outcome in CLOSING else report.state


def end_notice(report: Report, edition: Edition) -> str:
    """Return how a report ended and what that means: "All clear. What this warned of is over."."""
    return end_notice_of(state_with(report, edition))


def end_notice_of(state: str) -> str:
    """Return what `end_notice` says of a report in this state."""
    return f"{taxonomy.state(state).label}. {_ENDED[state]}" if state in _ENDED else ""
