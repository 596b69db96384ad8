"""Whose account could do more than whose."""

from __future__ import annotations

from dataclasses import replace

import pytest

from osac_share.councils.policy import (
    ADMIN,
    ANALYST,
    AUDITOR,
    CHAIR,
    COCHAIR,
    MEMBER,
    SECRETARY,
    STEERING,
    STRANGER,
    Standing,
    rank_of,
)

PERSON = Standing(person_id=1, organization_id=1, active=True)


def seated(kind: str) -> Standing:
    return replace(PERSON, seats=frozenset({(1, kind)}))


def staff(*roles: str) -> Standing:
    return replace(PERSON, staff_roles=frozenset(roles))


@pytest.mark.parametrize(
    ("standing", "rank"),
    [
        (STRANGER, 0),
        (PERSON, 0),
        (seated(MEMBER), 0),
        (seated(STEERING), 1),
        (seated(SECRETARY), 1),
        (seated(COCHAIR), 2),
        (seated(CHAIR), 2),
        (staff(ANALYST), 2),
        (staff(AUDITOR), 2),
        (staff(ADMIN), 3),
        (staff(ANALYST, ADMIN), 3),
    ],
)
def test_rank_is_that_of_the_most_powerful_office(standing: Standing, rank: int) -> None:
    assert rank_of(standing) == rank
