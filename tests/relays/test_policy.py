"""Who reads and configures what a council passes on, and how long a source rests. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from osac_share.councils.policy import (
    ADMIN,
    ANALYST,
    CHAIR,
    COCHAIR,
    MEMBER,
    SECRETARY,
    STRANGER,
    Standing,
)
from osac_share.relays import policy

PERSON = Standing(person_id=1, organization_id=1, active=True)
OURS, THEIRS = 1, 2


def seated(kind: str) -> Standing:
    return replace(PERSON, seats=frozenset({(OURS, kind)}))


def staff(role: str) -> Standing:
    return replace(PERSON, staff_roles=frozenset({role}))


@pytest.mark.parametrize(
    ("who", "ours", "theirs", "configures"),
    [
        (seated(CHAIR), True, False, True),
        (seated(COCHAIR), True, False, True),
        (seated(SECRETARY), True, False, False),
        (seated(MEMBER), False, False, False),
        (staff(ANALYST), True, True, True),
        (staff(ADMIN), False, False, False),
        (STRANGER, False, False, False),
    ],
)
def test_authors_relay_for_their_council_and_analysts_for_all(
    who: Standing, *, ours: bool, theirs: bool, configures: bool
) -> None:
    assert policy.may_relay_for(who, OURS) is policy.may_relay(who) is ours
    assert policy.may_relay_for(who, THEIRS) is policy.may_configure_for(who, THEIRS) is theirs
    assert policy.may_configure_for(who, OURS) is configures
    assert policy.is_analyst(who) is theirs
    suspended = replace(who, active=False)
    assert not policy.may_relay(suspended)
    assert not policy.may_relay_for(suspended, OURS)
    assert not policy.may_configure_for(suspended, OURS)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("failures", "every", "pause"),
    [
        (0, HOUR, HOUR),
        (1, HOUR, 2 * HOUR),
        (4, HOUR, 16 * HOUR),
        (5, HOUR, 24 * HOUR),
        (5000, HOUR, 24 * HOUR),
        (3, 48 * HOUR, 48 * HOUR),
    ],
)
def test_source_rests_twice_as_long_after_each_failure_up_to_a_day(
    failures: int, every: timedelta, pause: timedelta
) -> None:
    assert policy.pause_after(failures, every) == pause
