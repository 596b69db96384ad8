"""Addresses in one spelling, and passphrases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.accounts.policy import (
    LONGEST,
    SHORTEST,
    canonical_email,
    canonical_password,
    problem_with,
)
from osac_share.accounts.policy.attempts import network_of


@pytest.mark.parametrize(
    "typed",
    [
        "dora@example.org",
        "Dora@Example.ORG",
        "  dora@example.org\t",
        "DORA@EXAMPLE.ORG\n",
        "\uff44\uff4f\uff52\uff41@example.org",
    ],
)
def test_address_in_any_spelling_is_one_address(typed: str) -> None:
    assert canonical_email(typed) == "dora@example.org"


@given(text=st.text())
def test_canonical_address_is_its_own_canonical_form(text: str) -> None:
    once = canonical_email(text)
    assert canonical_email(once) == once


def test_passphrase_is_the_same_however_a_keyboard_composes_it() -> None:
    assert canonical_password("Cafe\u0301 au lait") == canonical_password("Caf\u00e9 au lait")


def test_spaces_and_capitals_of_a_passphrase_count() -> None:
    assert canonical_password(" Fjord ") == " Fjord "


@pytest.mark.parametrize("length", [0, SHORTEST - 1, LONGEST + 1, 10_000])
def test_passphrase_of_the_wrong_length_is_refused_with_the_right_one(length: int) -> None:
    assert str(SHORTEST if length < SHORTEST else LONGEST) in (problem_with("x" * length) or "")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("no address" * 9, ("no address" * 9)[:45]),
        ("", ""),
    ],
)
def test_network_is_the_same_however_its_address_is_written(address: str, network: str) -> None:
    assert network_of(address) == network
