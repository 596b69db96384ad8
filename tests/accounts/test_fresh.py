"""What is dangerous is done only by somebody who has just proved that it is they."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.support.factories import PASSPHRASE

if TYPE_CHECKING:
    from time_machine import Traveller

    from tests.support.cast import Cast, SignIn
    from tests.support.factors import Phone
    from tests.support.pages import Visitor

pytestmark = pytest.mark.usefixtures("demanding", "clock")

ADD = "/account/factors/add"
SENT_TO_CONFIRM = f"/confirm?next={ADD}"
FIVE_MINUTES = timedelta(minutes=5)


def test_proof_counts_for_five_minutes(phone: Phone, visitor: Visitor, clock: Traveller) -> None:
    clock.shift(FIVE_MINUTES - timedelta(seconds=1))
    assert visitor.open(ADD).status == 200
    clock.shift(timedelta(seconds=1))
    assert visitor.open(ADD).response.location == SENT_TO_CONFIRM
    back = visitor.submit(SENT_TO_CONFIRM, to="/confirm", password=PASSPHRASE, code=phone.code())
    assert (back.status, back.response.location) == (303, "/")
    assert visitor.open(ADD).status == 200


def test_whoever_proves_it_comes_back_to_where_they_were(
    phone: Phone, visitor: Visitor, clock: Traveller
) -> None:
    clock.shift(FIVE_MINUTES)
    fields = visitor.open(SENT_TO_CONFIRM).form_to("/confirm")
    fields |= {"password": [PASSPHRASE], "code": [phone.code()]}
    answer = visitor.client.post(SENT_TO_CONFIRM, data=fields)
    assert answer.location == ADD


@pytest.mark.parametrize(
    ("password", "code"), [(PASSPHRASE, "000000"), ("not the one", ""), ("", "")]
)
def test_passphrase_and_code_are_both_needed(
    phone: Phone, visitor: Visitor, clock: Traveller, password: str, code: str
) -> None:
    clock.shift(FIVE_MINUTES)
    tried = visitor.submit("/confirm", password=password, code=code or phone.code())
    assert tried.status == 422
    assert visitor.open(ADD).status == 303
    # Whoever does not know the passphrase has not spent the code.
    assert visitor.submit("/confirm", password=PASSPHRASE, code=phone.code()).status == 303


def test_member_without_a_factor_needs_the_passphrase_alone(
    signed_in: SignIn, cast: Cast, clock: Traveller
) -> None:
    dora = signed_in(cast.dora)
    assert dora.open(ADD).status == 200
    clock.shift(FIVE_MINUTES)
    assert dora.open(ADD).status == 303
    assert "code" not in dora.open("/confirm").form_to("/confirm")
    assert dora.submit("/confirm", password="wrong").status == 422
    assert dora.submit("/confirm", password=PASSPHRASE).status == 303
    assert dora.open(ADD).status == 200


def test_proof_in_one_browser_is_none_in_another(
    signed_in: SignIn, cast: Cast, clock: Traveller
) -> None:
    here, there = signed_in(cast.dora), signed_in(cast.dora)
    clock.shift(FIVE_MINUTES)
    here.submit("/confirm", password=PASSPHRASE)
    assert (here.open(ADD).status, there.open(ADD).status) == (200, 303)


@pytest.mark.one_database
def test_sent_form_is_not_acted_on_without_fresh_proof(
    phone: Phone, visitor: Visitor, clock: Traveller
) -> None:
    page = visitor.open("/account/factors")
    token = page.form_to("/account/factors/codes")["csrf_token"]
    clock.shift(FIVE_MINUTES)
    for headers in ({}, {"Accept": "application/json"}):
        answer = visitor.client.post(
            "/account/factors/codes", data={"csrf_token": token}, headers=headers
        )
        assert answer.location == "/confirm?next=/account/factors"
    assert "10 recovery codes left" in visitor.open("/account/factors").text


def test_guesses_at_the_proof_are_limited(signed_in: SignIn, cast: Cast, clock: Traveller) -> None:
    dora = signed_in(cast.dora)
    tries = [dora.submit("/confirm", password="wrong").status for _ in range(11)]
    assert tries == [422] * 10 + [429]
    assert dora.submit("/confirm", password=PASSPHRASE).status == 429
    clock.shift(FIVE_MINUTES + timedelta(seconds=1))
    assert dora.submit("/confirm", password=PASSPHRASE).status == 303


@pytest.mark.one_database
@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_proof_never_leads_off_the_site(signed_in: SignIn, cast: Cast, address: str) -> None:
    dora = signed_in(cast.dora)
    page = f"/confirm?next={address}"
    fields = dora.open(page).form_to("/confirm") | {"password": [PASSPHRASE]}
    assert dora.client.post(page, data=fields).location == "/"
