"""What an entry's digest is taken over, and what makes a chain of entries whole. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any

from osac_share.audit.models import DONE, REFUSED

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

NOTHING = "0" * 64
"""What the first entry follows."""

SAID = (
    *("id", "at", "actor_id", "actor", "action", "object_kind", "object_id"),
    *("outcome", "address", "detail", "previous"),
)
"""What the digest of an entry is taken over. Another form would leave old entries unproven."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the number of an entry, and its digest."""

    number: int
    digest: str


START = Link(0, NOTHING)


def facts_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return all that an entry says, with its digest if it has one, as JSON has it.

    The moment is in UTC, with six digits of the second.
    """
    facts = {name: entry[name] for name in (*SAID, "digest") if name in entry}
    facts["at"] = moment_text(entry["at"])
    return facts


def moment_text(at: datetime) -> str:
    """Return a moment as the record spells it: `2026-03-02T09:30:00.000000Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return the SHA-256, in hex, of an entry's facts.

    It is taken over JSON with sorted names, no blanks, and nothing but ASCII (the form of
    RFC 8785, as far as text and whole numbers go).
    """
    said = {name: facts[name] for name in SAID}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def break_at(facts: Mapping[str, Any], before: Link) -> str | None:
    """Return in a sentence why an entry does not follow `before`; None when it does.

    Args:
        facts: those of the entry, its digest among them.
        before: the entry before it, proven already.

    """
    expected, found = before.number + 1, facts["id"]
    if found != expected:
        return f"Entry {expected} is missing."
    if facts["previous"] != before.digest:
        return f"Entry {found} does not follow from the one before it."
    if facts["digest"] != digest_of(facts):
        return f"Entry {found} was changed after it was written."
    return None


def outcome_of(action: str) -> str:
    """Return how an act ended; what was refused is named so."""
    return REFUSED if action.endswith(".refuse") else DONE
