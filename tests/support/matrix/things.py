"""What there is to see: reports of every marking and state, drafts of every stage, and a queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from tests.support.matrix.people import ABROAD, HOME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.matrix.holdings import Holding

MARKINGS = ("CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED")

DRAFTS = ("writing", "in_review", "scheduled", "rejected", "discarded", "quarantined")
"""What a report can be that was never published."""
PUBLISHED = (
    *("published", "updated", "being updated", "update in review"),
    *("all_clear", "cancelled", "expired", "withdrawn", "urgent"),
)
"""What a report can be that was; an urgent one still owes a second look."""
STATES = (*DRAFTS, *PUBLISHED)

OPEN = frozenset({"writing", "in_review", "scheduled"})
"""Stages of a draft that somebody works on or decides about."""

OUTWARD = frozenset({"title", "summary", "first", "last", "place", "note", "source", "file"})
"""Fields whose words are for readers."""
INWARD = frozenset({"why", "remark", "urgent"})
"""Fields whose words are for those who write and review: reasons and notes."""
OF_TOMBSTONE = frozenset({"title", "place", "source", "note"})
"""What is left to see of a report that was withdrawn."""


@dataclass(frozen=True)
class Plan:
    """A report to be made. Whom it is addressed to is said in plain words, one `kind name` each."""

    council: str
    marking: str
    state: str
    addressed: tuple[str, ...] = ()
    kind: str = "alert"
    by_chair: bool = False
    """Whether the chair wrote it rather than the secretary, or who writes elsewhere."""
    raised_to: str = ""
    """The marking of its second edition, where that is another one."""

    @property
    def label(self) -> str:
        """Return what the report is, in a few words."""
        to = f" to {', '.join(self.addressed)}" if self.addressed else ""
        raised = f", then {self.raised_to}" if self.raised_to else ""
        return f"{self.kind} of {self.council}, {self.marking}{raised}{to}, {self.state}"


CIRCLES = (
    ("steering",),
    ("organization freight",),
    ("organization mining",),
    ("type government",),
    ("sector transport-logistics",),
    ("government",),
    ("group law_enforcement",),
    ("person member elsewhere",),
)
"""Other audiences than those that a marking has by itself."""

KINDS = (
    *("country_security_report", "analysis", "situation_report", "evacuation_notice"),
    *("reward_notice", "grant_notice", "training_notice", "announcement"),
)


def plans() -> Iterator[Plan]:
    """Yield every report of the whole matrix."""
    for marking, state in product(MARKINGS, STATES):
        if state != "urgent" or marking in {"CLEAR", "GREEN"}:
            yield Plan(HOME, marking, state, _red(marking))
    for marking, state in product(MARKINGS, ("in_review", "published", "updated", "withdrawn")):
        to = ("person member elsewhere",) if marking == "RED" else ()
        yield Plan(ABROAD, marking, state, to)
    for addressed, state in product(CIRCLES, ("published", "in_review", "being updated")):
        yield Plan(HOME, "AMBER", state, addressed, by_chair=True)
    for addressed in CIRCLES[3:5]:
        yield Plan(HOME, "GREEN", "published", addressed)
    for state in ("writing", "in_review", "update in review"):
        yield Plan(HOME, "RED", state, _red("RED"), by_chair=True)
    for first, second in (("CLEAR", "AMBER"), ("GREEN", "RED"), ("AMBER", "CLEAR")):
        yield Plan(HOME, first, "updated", _red(first), raised_to=second)
    for number, kind in enumerate(KINDS):
        yield Plan(HOME, ("GREEN", "AMBER")[number % 2], "published", kind=kind)


def few() -> list[Plan]:
    """Return some of them: every state, marking and circle is there, not all with all."""
    chosen: list[Plan] = []
    seen: set[object] = set()
    for number, plan in enumerate(reversed(list(plans()))):
        traits: set[object] = {plan.state, plan.addressed, plan.raised_to, plan.council}
        traits.add((plan.marking, plan.state in PUBLISHED))
        if traits - seen or number < 1:
            chosen.append(plan)
            seen |= traits
    return chosen


def _red(marking: str) -> tuple[str, ...]:
    return ("person named member",) if marking == "RED" else ()


@dataclass(frozen=True)
class Words:
    """One edition: its number in the matrix and in its report, and who it is for."""

    canary: int
    number: int
    marking: str
    addressed: tuple[str, ...]
    is_published: bool
    stage: str = ""
    writers: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    row_id: int = 0
    is_tombstone: bool = False
    is_mailed: bool = True


@dataclass(frozen=True)
class Thing:
    """A report as it was made."""

    plan: Plan
    public_id: str
    editions: tuple[Words, ...]
    lock: int = 0

    @property
    def council(self) -> str:
        """Return the council that issued it."""
        return self.plan.council

    @property
    def published(self) -> tuple[Words, ...]:
        """Return the editions that came out, the oldest first."""
        return tuple(one for one in self.editions if one.is_published)

    @property
    def current(self) -> Words | None:
        """Return the edition that holds now."""
        return self.published[-1] if self.published else None

    @property
    def unpublished(self) -> Words | None:
        """Return the edition that never came out, or not yet."""
        return next((one for one in self.editions if not one.is_published), None)

    @property
    def draft(self) -> Words | None:
        """Return the edition that somebody works on or decides about."""
        found = self.unpublished
        return found if found and found.stage in OPEN and not self.is_set_aside else None

    @property
    def is_set_aside(self) -> bool:
        """Tell whether it was taken out of everybody's sight."""
        return self.plan.state == "quarantined"

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether only a tombstone is left."""
        return self.plan.state == "withdrawn"


@dataclass(frozen=True)
class Relayed:
    """A source that a council polls, and a text from it that waits."""

    council: str
    canary: int
    source_id: str
    item_id: str


@dataclass(frozen=True)
class Wish:
    """Somebody's subscription, and the signed link that ends it."""

    person: str
    public_id: str
    token: str


@dataclass
class World:
    """Everything that was made."""

    things: list[Thing] = field(default_factory=list)
    relayed: list[Relayed] = field(default_factory=list)
    wishes: list[Wish] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
