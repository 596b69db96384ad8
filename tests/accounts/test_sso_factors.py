"""Second factors and fresh proof after single sign-on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.factors import enroll, is_in
from tests.support.provider import (
    IdentityProvider,
    sign_on,
)

if TYPE_CHECKING:
    from datetime import datetime

    from tests.support.pages import Visitor


pytestmark = pytest.mark.usefixtures("provider", "clock")


def test_second_factor_is_asked_for_as_ever(
    linked: Visitor, visitor: Visitor, provider: IdentityProvider
) -> None:
    enroll(linked, "/account/factors/add")
    provider.claims = {"amr": ["pwd", "mfa"], "acr": "phr"}
    assert sign_on(visitor).response.location.startswith("/login/second-factor")
    assert not is_in(visitor)


@pytest.mark.one_database
@pytest.mark.parametrize(("claims", "enters"), [({"amr": ["mfa"]}, True), ({}, False)])
def test_second_factor_of_the_provider_counts_where_that_is_set(
    environment: dict[str, str],
    provider: IdentityProvider,
    request: pytest.FixtureRequest,
    claims: dict[str, object],
    *,
    enters: bool,
) -> None:
    environment["OSAC_SSO_TRUSTS_FACTOR"] = "true"
    linked: Visitor = request.getfixturevalue("linked")
    visitor: Visitor = request.getfixturevalue("visitor")
    enroll(linked, "/account/factors/add")
    provider.claims = claims
    sign_on(visitor)
    assert is_in(visitor) is enters


@pytest.mark.one_database
@pytest.mark.parametrize(("ago", "is_fresh"), [(None, False), (30, True), (600, False)])
def test_only_somebody_whom_the_provider_has_just_asked_is_fresh(
    linked: Visitor,
    visitor: Visitor,
    provider: IdentityProvider,
    at: datetime,
    ago: int | None,
    *,
    is_fresh: bool,
) -> None:
    provider.claims = {} if ago is None else {"auth_time": int(at.timestamp()) - ago}
    sign_on(visitor)
    assert is_in(visitor)
    assert (visitor.open("/account/factors/add").status == 200) is is_fresh
