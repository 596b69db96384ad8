"""What the field's words are in those of CAP 1.2. Pure; the same tables stand in docs/cap.md."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from osac_share.reports.models import ALERT, ALL_CLEAR, CLOSING
from osac_share.taxonomy import queries as taxonomy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from osac_share.reports.models import Window

KINDS: Final = frozenset({ALERT, "evacuation_notice"})
"""What warns of a danger. All other kinds inform, which CAP is not for."""

AN_HOUR = timedelta(hours=1)
"""As far ahead as CAP's "Expected" looks: responsive action should be taken soon."""

EVACUATION_CATEGORY = "Safety"
USUAL_CATEGORY = "Security"
TOPIC_CATEGORIES: Final = {
    "aviation": "Transport",
    "critical-infrastructure": "Infra",
    "cyber": "Infra",
    "health": "Health",
    "maritime": "Transport",
    "natural-disaster": "Geo",
    "supply-chain": "Infra",
    "terrorism": "Security",
    "transportation": "Transport",
    "weather": "Met",
}
"""What a topic adds to the category of the kind of alert; the others add nothing."""

RESPONSES: Final = {
    "avoid_area": "Avoid",
    "avoid_crowds": "Avoid",
    "monitor_media": "Monitor",
    "review_plans": "Prepare",
    "shelter_in_place": "Shelter",
    "travel_documents": "Prepare",
}
"""What the field's ready-made advice asks people to do; the others have no word in CAP."""

EVACUATE, OVER, NONE = "Evacuate", "AllClear", "None"


class Grade(NamedTuple):
    """How bad something is, in the three words of CAP."""

    urgency: str
    severity: str
    certainty: str


IS_OVER = Grade("Past", "Minor", "Observed")
"""Of the places where what an alert warned of is over, while it holds elsewhere."""


def graded(severity: str, outcome: str, windows: Iterable[Window], sent: datetime) -> Grade:
    """Return how bad an edition says it is.

    Severity is the author's. Urgency says when to act: by the beginning of what is warned of,
    where that is known, or by the meaning of the author's word. So does certainty: what has
    begun is observed, what has its hour is likely, and nothing is called likely by default but
    what the author calls imminent.

    Args:
        severity: emergency, security or routine.
        outcome: that of the edition.
        windows: when it happens, and when people are to keep away.
        sent: the moment of publication.

    """
    gravity = taxonomy.severity(severity).cap_severity
    if outcome in CLOSING:
        return Grade("Past", gravity, "Observed" if outcome == ALL_CLEAR else "Unlikely")
    known = [one for one in windows if one.begins is not None or one.ends is not None]
    if not known:
        return Grade(*_unhurried(severity, gravity))
    if all(one.ends is not None and one.ends <= sent for one in known):
        return Grade("Past", gravity, "Observed")
    begins = min((one.begins or sent for one in known), default=sent)
    if begins <= sent:
        return Grade("Immediate" if severity == "emergency" else "Expected", gravity, "Observed")
    return Grade("Expected" if begins - sent <= AN_HOUR else "Future", gravity, "Likely")


def _unhurried(severity: str, gravity: str) -> tuple[str, str, str]:
    """Return what the author's word alone says: an imminent threat, a lasting one, or news."""
    if severity == "emergency":
        return "Immediate", gravity, "Likely"
    return (
        ("Expected", gravity, "Possible")
        if severity == "security"
        else (
            "Unknown",
            gravity,
            "Unknown",
        )
    )


def categories(kind: str, alert_kind: str | None, topics: Iterable[str]) -> list[str]:
    """Return what an edition is about, in CAP's words: by its kind first, then by its topics."""
    first = USUAL_CATEGORY
    if kind != ALERT:
        first = EVACUATION_CATEGORY
    elif alert_kind:
        first = taxonomy.alert_kind(alert_kind).cap_category
    more = (TOPIC_CATEGORIES[topic] for topic in topics if topic in TOPIC_CATEGORIES)
    return list(dict.fromkeys([first, *more]))


def responses(kind: str, outcome: str, actions: Sequence[str]) -> list[str]:
    """Return what people are to do, in CAP's words.

    Args:
        kind: that of the report.
        outcome: that of the edition.
        actions: the lines of its advice, of which ready-made ones are recognized.

    """
    if outcome in CLOSING:
        return [OVER if outcome == ALL_CLEAR else NONE]
    first = [] if kind == ALERT else [EVACUATE]
    return list(dict.fromkeys([*first, *_recognized(actions)]))


def _recognized(actions: Iterable[str]) -> Iterator[str]:
    known = {
        _bare(action.label): RESPONSES[action.code]
        for action in taxonomy.stock_actions()
        if action.code in RESPONSES
    }
    for line in actions:
        if found := known.get(_bare(line)):
            yield found


def _bare(line: str) -> str:
    return line.strip().removeprefix("- ").rstrip(". ").casefold()


def message_type(outcome: str, *, is_first: bool) -> str | None:
    """Return what kind of message an edition is, or None where CAP has nothing to say of it.

    An end of what nobody was told of cancels nothing; that it is over is news by itself.
    """
    if outcome in CLOSING - {ALL_CLEAR}:
        return None if is_first else "Cancel"
    return "Alert" if is_first else "Update"
