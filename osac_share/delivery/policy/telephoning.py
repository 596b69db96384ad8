"""What can come of a telephone call, and the words for it. Pure."""

from __future__ import annotations

REACHED, NO_ANSWER, WRONG_NUMBER = "reached", "no_answer", "wrong_number"

OUTCOMES = {
    REACHED: "Reached",
    NO_ANSWER: "No answer",
    WRONG_NUMBER: "Wrong number",
}
"""Each by its word in the ledger; whoever is reached has received the report."""
