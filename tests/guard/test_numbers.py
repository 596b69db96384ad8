"""Numbers that carry a check: one wrong digit, and they are no longer what they seem."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from osac_share.guard.policy.numbers import is_bank_account, is_payment_card
from osac_share.guard.policy.personal import is_social_security_number

CARDS = [
    *("4111111111111111", "4222222222222", "5500000000000004", "2223000048400011"),
    *("378282246310005", "30569309025904", "6011111111111117", "3530111333300000"),
    "6200000000000005",
]
ACCOUNTS = [
    *("GB82WEST12345698765432", "DE89370400440532013000", "FR1420041010050500013M02606"),
    *("NO9386011117947", "MT84MALT011000012345MTLCAST001S", "BR1800360305000010009795493C1"),
]


@pytest.mark.parametrize("digits", CARDS)
def test_a_card_number_is_known(digits: str) -> None:
    assert is_payment_card(digits)


@given(st.sampled_from(CARDS), st.data())
def test_a_card_number_with_one_wrong_digit_is_none(digits: str, data: st.DataObject) -> None:
    assert not is_payment_card(with_another_digit(digits, data))


@pytest.mark.parametrize(
    "digits", ["0000000000000000", "9999999999999995", "1234567812345670", "411111111111111", ""]
)
def test_digits_of_no_issuer_are_no_card(digits: str) -> None:
    assert not is_payment_card(digits)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_an_account_number_is_known(account: str) -> None:
    assert is_bank_account(account)


@given(st.sampled_from(ACCOUNTS), st.data())
def test_an_account_number_with_one_wrong_digit_is_none(account: str, data: st.DataObject) -> None:
    assert not is_bank_account(with_another_digit(account, data))


@pytest.mark.parametrize("account", ["", "GB82WEST1234569876543", "XX82WEST12345698765432"])
def test_an_account_number_has_its_country_and_length(account: str) -> None:
    assert not is_bank_account(account)


@pytest.mark.parametrize("digits", ["219456780", "001010001", "899999999", "912701234"])
def test_a_number_that_can_have_been_issued_counts(digits: str) -> None:
    assert is_social_security_number(digits)


@pytest.mark.parametrize(
    "digits",
    ["000123456", "666123456", "536001098", "536220000", "900123456", "078051120", "219099999"],
)
def test_a_number_that_was_never_issued_does_not_count(digits: str) -> None:
    assert not is_social_security_number(digits)


def with_another_digit(number: str, data: st.DataObject) -> str:
    places = [at for at, letter in enumerate(number) if letter.isdigit()]
    at = data.draw(st.sampled_from(places))
    digit = data.draw(st.sampled_from([other for other in "0123456789" if other != number[at]]))
    return number[:at] + digit + number[at + 1 :]
