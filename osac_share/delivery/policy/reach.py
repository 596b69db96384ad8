"""What was promised, what became of a reader, and who may know how far a report has come. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from osac_share.councils.policy import ANALYST, may_author_for
from osac_share.delivery.models import BOUNCED
from osac_share.reports.policy import WRITTEN_HERE
from osac_share.subscriptions.policy import EMERGENCY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from osac_share.councils.policy import Standing

EMERGENCY_WITHIN = timedelta(minutes=2)
AT_ONCE_WITHIN = timedelta(minutes=15)
"""What is promised to readers who hear at once: from the match until a server has accepted it."""

REACHED = "reached"
WAITS = "waiting"
IS_HELD = "held"
CAME_BACK = "bounced"
FELL_THROUGH = "failed"
LEFT_OUT = "skipped"
STANDINGS = (REACHED, WAITS, IS_HELD, CAME_BACK, FELL_THROUGH, LEFT_OUT)
"""What can have become of a reader, over all their channels: the first that holds."""

COUNTED = ("matched", *STANDINGS, "acknowledged", "late")
"""What a tally counts."""


def promised_within(severity: str) -> timedelta:
    """Return how soon a report of this severity is promised to be with those who hear at once."""
    return EMERGENCY_WITHIN if severity == EMERGENCY else AT_ONCE_WITHIN


class Issued(Protocol):
    """What is known of a report to whoever may read it: a report itself, or a glance at one."""

    @property
    def origin(self) -> str:
        """Return how it came here."""

    @property
    def council_id(self) -> int | None:
        """Return the council that issued it, if one did."""


def may_see_reach(standing: Standing, report: Issued) -> bool:
    """Tell whether somebody who may read a report may know how far it has come.

    Those who write for its council may, and the program's analysts, who review for all.
    """
    is_analyst = standing.active and ANALYST in standing.staff_roles
    is_author = may_author_for(standing, report.council_id)
    return report.origin in WRITTEN_HERE and (is_author or is_analyst)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of some readers heard of an edition.

    Attributes:
        name: what these readers have in common.
        matched: how many there are.
        reached: of how many a server accepted it.
        waiting: to be sent, or being sent.
        held: for a digest, the end of a burst or of quiet hours.
        bounced: it was accepted, and came back.
        failed: it was refused.
        skipped: it was not sent, for a reason of ours.
        acknowledged: said that they received it.
        late: were promised it sooner than they heard of it, or are still without it.

    """

    name: str
    matched: int = 0
    reached: int = 0
    waiting: int = 0
    held: int = 0
    bounced: int = 0
    failed: int = 0
    skipped: int = 0
    acknowledged: int = 0
    late: int = 0

    @property
    def silent(self) -> int:
        """Return how many have not said that they received it."""
        return self.matched - self.acknowledged


def in_all(tallies: Iterable[Tally]) -> Tally:
    """Return the tally of all these readers together; none of them is in two."""
    total: Counter[str] = Counter()
    for one in tallies:
        total.update({name: getattr(one, name) for name in COUNTED})
    return Tally("", **total)


@dataclass(frozen=True, slots=True)
class Speed:
    """How long after the match servers had accepted it for those who hear at once."""

    first: timedelta
    median: timedelta
    last: timedelta


class Unreached(NamedTuple):
    """A member of a council of whom nothing says that the report came to them."""

    name: str
    organization: str | None
    standing: str


def in_words(taken: timedelta) -> str:
    """Return a length of time as people say it: 4 s, 2 min 5 s, 3 h 10 min."""
    seconds = round(taken.total_seconds())
    parts = ((seconds // 3600, "h"), (seconds // 60 % 60, "min"), (seconds % 60, "s"))
    told = [f"{number:,} {unit}" for number, unit in parts if number]
    return " ".join(told[:2]) or "0 s"


def words_of_failure(state: str, code: str | None) -> str:
    """Return what a refusal was, without what a server said: that may name a person.

    Args:
        state: that of the delivery, `BOUNCED` or `FAILED`.
        code: the first three characters of what was said.

    """
    said = f" ({code})" if code and code.isdecimal() else ""
    return f"{'came back' if state == BOUNCED else 'refused'}{said}"
