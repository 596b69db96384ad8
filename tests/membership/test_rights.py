"""Who decides about organizations and people, what is checked, and when. No database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from osac_share.councils.policy import ADMIN, ANALYST, CHAIR, MEMBER, STEERING, Standing
from osac_share.membership.policy import (
    CHECKS,
    Invitee,
    is_address,
    may_administer,
    may_end_for,
    may_vet,
    missing_checks,
    read_invitees,
    reminder_due,
)
from osac_share.membership.policy.pasted import MOST_LINES

PLAIN = Standing(person_id=1, organization_id=1, active=True)


def seated(kind: str, person_id: int = 2) -> Standing:
    return replace(PLAIN, person_id=person_id, seats=frozenset({(1, kind)}))


def staff(role: str, person_id: int = 3) -> Standing:
    return replace(PLAIN, person_id=person_id, staff_roles=frozenset({role}))


ADA = staff(ADMIN)


def test_administrators_vet() -> None:
    assert may_vet(ADA)
    assert not may_vet(replace(ADA, active=False))
    assert not may_vet(staff(ANALYST))
    assert not may_vet(seated(CHAIR))


def test_administrator_acts_on_everybody_but_themselves() -> None:
    others = (PLAIN, seated(CHAIR), staff(ANALYST, 4), staff(ADMIN, 4))
    assert all(may_administer(ADA, other) for other in others)
    assert not may_administer(ADA, ADA)
    assert not may_administer(staff(ANALYST), PLAIN)
    assert not may_administer(replace(ADA, active=False), PLAIN)


def test_contact_ends_what_colleagues_are_up_to_the_plain_seats() -> None:
    contact = replace(PLAIN, person_id=9)
    assert may_end_for(contact, PLAIN)
    assert may_end_for(contact, seated(MEMBER))
    assert may_end_for(contact, seated(STEERING))
    assert not may_end_for(contact, seated(CHAIR))
    assert not may_end_for(contact, ADA)
    assert not may_end_for(contact, contact)
    assert may_end_for(seated(CHAIR, 9), seated(CHAIR))
    assert may_end_for(staff(ADMIN, 9), seated(CHAIR))


def test_what_was_not_looked_into_is_missing() -> None:
    assert missing_checks([]) == CHECKS
    assert missing_checks(["us", "no check"]) == CHECKS[1:]
    assert missing_checks(check.code for check in CHECKS) == ()


BY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days_before", "reminded_for", "due"),
    [
        (31, None, None),
        (30, None, 30),
        (29, 30, None),
        (14, 30, 14),
        (14, None, 14),
        (10, 14, None),
        (3, 14, 3),
        (2, 30, 3),
        (1, 3, None),
        (0, 3, None),
        (0, None, None),
        (-1, None, None),
    ],
)
def test_contact_is_reminded_thirty_fourteen_and_three_days_before(
    days_before: int, reminded_for: int | None, due: int | None
) -> None:
    at = BY - timedelta(days=days_before)
    assert reminder_due(BY, reminded_for, at=at) == due


ADA_ = Invitee("Ada Example", "ada@example.org")


@pytest.mark.parametrize(
    "line",
    [
        "Ada Example <ada@example.org>",
        '"Ada Example" <ADA@example.org>',
        "Ada Example, ada@example.org",
        "Ada Example; ada@example.org",
        "Ada Example\tada@example.org",
        "Ada Example ada@example.org",
    ],
)
def test_line_names_somebody_however_it_is_pasted(line: str) -> None:
    assert read_invitees(line) == ((ADA_,), ())


@pytest.mark.parametrize(
    "line",
    ["ada@example.org", "<ada@example.org>", "Ada <ada>", f"{'A' * 121} <ada@example.org>", "Ada"],
)
def test_line_that_names_nobody_is_given_back(line: str) -> None:
    assert read_invitees(f"\n{line}\n") == ((), (line,))


def test_longest_name_is_read() -> None:
    ((found,), _) = read_invitees(f"{'A' * 120} <ada@example.org>")
    assert len(found.name) == 120


def test_address_is_read_once_and_no_more_lines_than_are_allowed() -> None:
    again = "Ada Example <ada@example.org>\nAda Other <ADA@example.org>"
    assert read_invitees(again) == ((ADA_,), ())
    many = "\n".join(f"A {number} <a{number}@example.org>" for number in range(MOST_LINES + 1))
    found, unread = read_invitees(many)
    assert (len(found), unread) == (500, ("A 500 <a500@example.org>",))


@pytest.mark.parametrize("text", ["ada@example.org", "a.b+c@sub.example.org", "é@example.org"])
def test_address_is_one_name_at_one_domain(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "@example.org",
        "ada@",
        "ada@example",
        "a@b@example.org",
        "a b@example.org",
        "a,b@example.org",
        "a\u202eb@example.org",
        f"{'a' * 243}@example.org",
    ],
)
def test_what_is_no_address_is_known_for_none(text: str) -> None:
    assert not is_address(text)
    assert is_address(f"{'a' * 242}@example.org")
