"""The life of a report, written down once: every step there is, from where, by whom.

A draft moves through the stages of its edition until it is published; the report then holds
until it is ended. Pages ask this table which buttons to show, actions ask it before anything
is changed, and nothing else decides.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from osac_share.kernel.errors import NotAllowed, RuleBroken
from osac_share.reports.models import (
    ALL_CLEAR,
    CANCELLED,
    DISCARDED,
    EXPIRED,
    IN_REVIEW,
    PUBLISHED,
    REJECTED,
    SCHEDULED,
    WITHDRAWN,
    WRITING,
)
from osac_share.reports.policy import rights

if TYPE_CHECKING:
    from osac_share.councils.policy import Standing
    from osac_share.reports.models import Edition, Report


class Who(StrEnum):
    """Whose step it is."""

    AUTHOR = "the chairs and secretaries of the council"
    REVIEWER = "a chair, co-chair or analyst who did not write it"
    CHAIR = "the chair of the council"
    WITHDRAWER = "the chair of the council or program staff"
    CLOCK = "nobody: the clock does it"


class Step(NamedTuple):
    """One step: from any of these states into one of those."""

    name: str
    before: frozenset[str]
    after: frozenset[str]
    who: Who
    refusal: str
    """What somebody is told who takes it from another state."""


def _step(name: str, before: set[str], after: set[str], who: Who, refusal: str) -> Step:
    return Step(name, frozenset(before), frozenset(after), who, refusal)


_OVER = "This report has ended; write a new one."
DRAFTING: tuple[Step, ...] = (
    _step("revise", {WRITING}, {WRITING}, Who.AUTHOR, "This is in review; take it back first."),
    _step("submit", {WRITING}, {IN_REVIEW}, Who.AUTHOR, "This was handed in already."),
    _step("discard", {WRITING}, {DISCARDED}, Who.AUTHOR, "Only a draft can be thrown away."),
    _step(
        "recall",
        {IN_REVIEW, SCHEDULED},
        {WRITING},
        Who.AUTHOR,
        "There is nothing to take back: this is not waiting for anybody.",
    ),
    _step(
        "return", {IN_REVIEW}, {WRITING}, Who.REVIEWER, "This is not in review, or not any more."
    ),
    _step(
        "reject", {IN_REVIEW}, {REJECTED}, Who.REVIEWER, "This is not in review, or not any more."
    ),
    _step(
        "approve",
        {IN_REVIEW},
        {PUBLISHED, SCHEDULED},
        Who.REVIEWER,
        "This is not in review, or not any more.",
    ),
    _step("release", {SCHEDULED}, {PUBLISHED}, Who.CLOCK, "This is not held back for a time."),
    _step(
        "publish_urgently",
        {WRITING, IN_REVIEW, SCHEDULED},
        {PUBLISHED},
        Who.CHAIR,
        "This is no draft any more.",
    ),
)
"""Steps of an edition that is not published; the state is its stage."""

HOLDING: tuple[Step, ...] = (
    _step("update", {PUBLISHED, EXPIRED}, {PUBLISHED}, Who.AUTHOR, _OVER),
    _step("close", {PUBLISHED}, {ALL_CLEAR, CANCELLED}, Who.AUTHOR, _OVER),
    _step("expire", {PUBLISHED}, {EXPIRED}, Who.CLOCK, _OVER),
    _step(
        "withdraw",
        {PUBLISHED, ALL_CLEAR, CANCELLED, EXPIRED},
        {WITHDRAWN},
        Who.WITHDRAWER,
        "Only what is published, and not withdrawn already, can be withdrawn.",
    ),
)
"""Steps of a report that is published; the state is its own."""

STEPS = {step.name: step for step in (*DRAFTING, *HOLDING)}


def state_of(report: Report, edition: Edition | None) -> str:
    """Return the state that a step starts from: an edition's stage, or the report's own."""
    if edition is None:
        return report.state
    return PUBLISHED if edition.published_at is not None else edition.stage


def require(name: str, standing: Standing, report: Report, edition: Edition | None = None) -> None:
    """Refuse a step that is not this person's, or not possible now.

    Args:
        name: that of the step.
        standing: of the person who takes it.
        report: what it is about.
        edition: the draft, for the steps of drafts.

    Raises:
        NotAllowed: it is not this person's to take.
        RuleBroken: it does not start from the state that this is in.

    """
    step = STEPS[name]
    if not _is_for(step.who, standing, report, edition):
        raise NotAllowed(_not_yours(step.who, standing, report, edition))
    if state_of(report, edition) not in step.before:
        raise RuleBroken(step.refusal)


def may_take(name: str, standing: Standing, report: Report, edition: Edition | None = None) -> bool:
    """Tell whether a page should offer this step to this person now."""
    try:
        require(name, standing, report, edition)
    except (NotAllowed, RuleBroken):
        return False
    return True


def _is_for(who: Who, standing: Standing, report: Report, edition: Edition | None) -> bool:
    match who:
        case Who.AUTHOR:
            may_know = edition is None or rights.may_know(standing, report, edition)
            return may_know and rights.may_edit(standing, report)
        case Who.REVIEWER:
            return edition is not None and rights.may_review(standing, report, edition)
        case Who.CHAIR:
            return rights.may_act_alone(standing, report)
        case Who.WITHDRAWER:
            return rights.may_withdraw(standing, report)
        case Who.CLOCK:
            return False


def _not_yours(who: Who, standing: Standing, report: Report, edition: Edition | None) -> str:
    if who is Who.REVIEWER and edition is not None and rights.may_decide(standing, report, edition):
        return "You wrote this yourself. Somebody else has to look at it."
    return f"This is for {who} to do."
