"""Words that occur nowhere else: which edition, and which of its fields, they were taken from."""

from __future__ import annotations

import re
from typing import NamedTuple

COMMON = "marching"
"""A word of every edition."""

NOWHERE = "zq000titlezq"
"""A word of no edition, made like the others."""

_CANARY = re.compile(rb"zq(\d{3})([a-z]+)zq", re.IGNORECASE)


class Seen(NamedTuple):
    """A canary that turned up: the number of its edition and the field."""

    number: int
    field: str


def canary(number: int, field: str) -> str:
    """Return the word of an edition's own that stands in one of its fields."""
    return f"zq{number:03d}{field}zq"


def canaries_in(text: bytes) -> set[Seen]:
    """Return every canary in a text: one pass, however many there are."""
    return {
        Seen(int(number), field.lower().decode()) for number, field in set(_CANARY.findall(text))
    }
