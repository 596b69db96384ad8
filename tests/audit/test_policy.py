"""What an entry's digest is taken over, and what breaks the chain. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest

from osac_share.audit.policy import (
    NOTHING,
    SAID,
    START,
    break_at,
    digest_of,
    facts_of,
    moment_text,
    outcome_of,
)
from tests.support.factories import MOMENT

ENTRY = dict.fromkeys(SAID, "x") | {"id": 1, "at": MOMENT, "previous": NOTHING}
FACTS = facts_of(ENTRY)
WHOLE = FACTS | {"digest": digest_of(FACTS)}


def test_facts_are_what_an_entry_says_and_its_digest_if_it_has_one() -> None:
    assert facts_of(ENTRY) == FACTS
    assert set(FACTS) == set(SAID)
    assert set(facts_of(ENTRY | {"digest": "y", "more": 1})) == {*SAID, "digest"}
    assert FACTS["at"] == "2026-03-02T09:30:00.000000Z"


def test_moment_is_spelled_in_utc() -> None:
    assert moment_text(MOMENT.astimezone(timezone(timedelta(hours=3)))) == FACTS["at"]


@pytest.mark.parametrize("name", SAID)
def test_digest_is_another_when_anything_is_said_otherwise(name: str) -> None:
    assert digest_of(FACTS | {name: "other"}) != digest_of(FACTS)
    assert digest_of(dict(reversed(FACTS.items()))) == digest_of(FACTS)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"id": 2}, "Entry 1 is missing"),
        ({"previous": "1" * 64}, "does not follow"),
        ({"detail": "other"}, "was changed"),
        ({"digest": "1" * 64}, "was changed"),
    ],
)
def test_entry_that_does_not_follow_is_told_with_the_reason(
    changed: dict[str, Any], why: str
) -> None:
    assert break_at(WHOLE, START) is None
    assert why in (break_at(WHOLE | changed, START) or "")
    assert break_at(WHOLE, replace(START, number=1)) == "Entry 2 is missing."


def test_digest_is_taken_as_it_always_was() -> None:
    # Entries that were written long ago are proven by it.
    assert digest_of(FACTS) == "259fa8eaf704f19011e29eaeeacc96eceb8d2ac01106dbe5c81fc8c07d7ad330"
    assert digest_of(FACTS | {"detail": "Café"}) == (
        "5f9474ad829645029973383b01f4ad853a5a50c6582e7d84fa69ca68c0edb9ca"
    )


def test_what_was_refused_is_named_so() -> None:
    assert outcome_of("sight.refuse") == "refused"
    assert outcome_of("report.publish") == outcome_of("refuse.report") == "done"
