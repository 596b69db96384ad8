"""What may not travel far, so that its readers are put on record. Pure."""

from __future__ import annotations

READ = "report.read"
"""The act that is recorded."""

RESTRICTED = frozenset({"AMBER", "AMBER_STRICT", "RED"})


def is_restricted(marking: str) -> bool:
    """Tell whether it is recorded who reads what has this marking."""
    return marking in RESTRICTED
