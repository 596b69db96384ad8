"""Whom a call sheet names, and what can come of a call. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from osac_share.accounts.models import Person

REACHED, NO_ANSWER, WRONG_NUMBER = "reached", "no_answer", "wrong_number"

OUTCOMES = {
    REACHED: "Reached",
    NO_ANSWER: "No answer",
    WRONG_NUMBER: "Wrong number",
}
"""Each by its word in the ledger; whoever is reached has received the report."""


@dataclass(frozen=True, slots=True)
class Callee:
    """Somebody to telephone, and the last call to them if there was one.

    `number` is empty unless they asked to be telephoned; `acknowledged_at` is when they said, on
    whichever way, that they received it.
    """

    person: Person
    number: str
    outcome: str | None = None
    called_at: datetime | None = None
    called_by: str = ""
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """One organization of a council, and whom to telephone there."""

    name: str
    people: list[Callee] = field(default_factory=list)
