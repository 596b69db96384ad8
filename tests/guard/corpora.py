"""The two collections of texts that the guard is held to."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "corpus"


class Case(NamedTuple):
    """A text in which a rule must find exactly these words."""

    rule: str
    text: str
    words: str


def marked_texts() -> list[Case]:
    """Return every text that must be caught."""
    rules = tomllib.loads((FOLDER / "marked.toml").read_text("utf-8"))
    return [Case(rule, *case) for rule, cases in rules.items() for case in cases]


def innocent_texts() -> list[str]:
    """Return every text that nothing may hold back."""
    traps = tomllib.loads((FOLDER / "innocent.toml").read_text("utf-8"))
    return [text for texts in traps.values() for text in texts]
